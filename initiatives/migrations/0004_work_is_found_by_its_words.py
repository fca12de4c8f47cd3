"""Work is found by its words: accents and vowel marks are folded away, and an index holds what remains."""

from django.db import migrations

FOLD = r"""
CREATE FUNCTION fold_text(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        regexp_replace(normalize(lower(given), NFKD), '[\u0300-\u036f\u0640\u064b-\u065f\u0670]', '', 'g'),
        'ىةٱœæ', 'يهاoa'
    )
$$;
"""
INDEX = """
CREATE INDEX work_by_words ON initiatives_initiative
    USING gin (to_tsvector('simple', fold_text(title || ' ' || summary)));
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0003_what_was_typed_and_confirmed")]
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION fold_text(text);"),
        migrations.RunSQL(INDEX, "DROP INDEX work_by_words;"),
    ]
