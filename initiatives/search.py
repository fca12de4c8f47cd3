"""Finding work by its words, in any of the four languages, without accents or vowel marks getting in the way.

Each word matches as the beginning of a word of the text, and so does its stem: "trainings" finds "training", and an
Arabic word is found with or without its article.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Value

MOST_HITS = 2_000
MOST_WORDS = 10
WORD = re.compile(r"\w+")
ARABIC = re.compile(r"[\u0600-\u06ff]")
ARABIC_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670]")
ARABIC_JOINED = ("", "ال", "وال", "بال", "لل", "و", "ب", "ل")
ARABIC_ENDINGS = ("ات", "ون", "ين", "ية", "ها", "ة")
SHORTEST_STEM = {True: 3, False: 4}
STEMS = """SELECT ts_lexize('arabic_stem', word), ts_lexize('english_stem', word),
    ts_lexize('french_stem', word), ts_lexize('spanish_stem', word)
    FROM unnest(%s::text[]) WITH ORDINALITY AS asked(word, place) ORDER BY place"""


class Matches(Func):
    """True where title and summary hold every word, each as the beginning of a word. Uses the index `work_by_words`."""

    output_field = BooleanField()
    arity = 3
    template = "(to_tsvector('simple', fold_text(%(title)s || ' ' || %(summary)s)) @@ to_tsquery('simple', %(words)s))"

    def as_sql(self, compiler, connection, **extra):
        title, summary, words = (compiler.compile(part) for part in self.get_source_expressions())
        sql = self.template % {"title": title[0], "summary": summary[0], "words": f"fold_text({words[0]})"}
        return sql, [*title[1], *summary[1], *words[1]]


class IsAmong(Func):
    """True where the key is one of these: handed over as one array, however many there are."""

    output_field = BooleanField()
    arity = 2
    template = "(%(expressions)s)"
    arg_joiner = " = ANY "

    def __init__(self, keys: list[int]):
        super().__init__(F("pk"), Func(Value(keys, output_field=ArrayField(BigIntegerField())), template="(%(expressions)s)"))


def matching(queryset, text: str, *, title: str = "title", summary: str = "summary"):
    """Rows of the queryset that hold the words; at most 2,000 hits, found by the index before they are ordered.

    `title` and `summary` name the columns that are looked through; the index knows the present ones alone.
    """
    asked = _asked(text)
    if asked is None:
        return queryset.none()
    hits = queryset.order_by().filter(Matches(F(title), F(summary), asked))
    return queryset.filter(pk__in=hits.values("pk")[:MOST_HITS])


def hits_among(queryset, text: str) -> list[int]:
    """The keys of the rows that hold the words, 2,000 at most. One query, and one more for words that are new."""
    asked = _asked(text)
    if asked is None:
        return []
    return list(queryset.order_by().filter(Matches(F("title"), F("summary"), asked)).values_list("pk", flat=True)[:MOST_HITS])


def _asked(text: str) -> Value | None:
    """What PostgreSQL is asked for; None where there is no word."""
    words = tuple(WORD.findall(ARABIC_MARKS.sub("", text.lower()))[:MOST_WORDS])
    if not words:
        return None
    forms = [_forms(word, stems) for word, stems in zip(words, _stems(words), strict=True)]
    return Value(" & ".join("(" + " | ".join(f"'{one}':*" for one in any_of) + ")" for any_of in forms))


@lru_cache(maxsize=500)
def _stems(words: tuple[str, ...]) -> list[list[str]]:
    """The stems of each word: Arabic for Arabic letters, else English, French and Spanish. One question, remembered."""
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [list(words)])
        rows = cursor.fetchall()
    return [
        [stem for found in (row[:1] if ARABIC.search(word) else row[1:]) for stem in found or ()]
        for word, row in zip(words, rows, strict=True)
    ]


def _forms(word: str, stems: list[str]) -> list[str]:
    """The word and the beginnings that its other forms may have, each once."""
    is_arabic = bool(ARABIC.search(word))
    kept = [word]
    for stem in stems:
        if len(stem) >= SHORTEST_STEM[is_arabic]:
            kept += [f"{stem[:-1]}y", f"{stem[:-1]}ie"] if stem.endswith("i") and not is_arabic else [stem]
    if is_arabic:
        kept += [one.removesuffix(end) for one in kept for end in ARABIC_ENDINGS if one.endswith(end) and len(one) > 5]
        kept = [joined + one for one in kept for joined in (ARABIC_JOINED if len(one) > 2 else ("",))]
    return list(dict.fromkeys(kept))
