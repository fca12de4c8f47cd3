"""Finding work by its words, in any of the four languages, without accents or vowel marks getting in the way."""

from __future__ import annotations

import re

from django.db.models import BooleanField, F, Func, Value

MOST_HITS = 2_000
MOST_WORDS = 10
WORD = re.compile(r"\w+")


class Matches(Func):
    """True where title and summary hold every word, each as the beginning of a word. Uses the index `work_by_words`."""

    output_field = BooleanField()
    arity = 3
    template = "(to_tsvector('simple', fold_text(%(title)s || ' ' || %(summary)s)) @@ to_tsquery('simple', %(words)s))"

    def as_sql(self, compiler, connection, **extra):
        title, summary, words = (compiler.compile(part) for part in self.get_source_expressions())
        sql = self.template % {"title": title[0], "summary": summary[0], "words": f"fold_text({words[0]})"}
        return sql, [*title[1], *summary[1], *words[1]]


def matching(queryset, text: str):
    """Rows of the queryset that hold the words; at most 2,000 hits, found by the index before they are ordered."""
    words = WORD.findall(text)[:MOST_WORDS]
    if not words:
        return queryset.none()
    asked = Value(" & ".join(f"'{word}':*" for word in words))
    hits = queryset.order_by().filter(Matches(F("title"), F("summary"), asked))
    return queryset.filter(pk__in=hits.values("pk")[:MOST_HITS])
