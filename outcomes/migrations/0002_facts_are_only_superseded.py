"""Validated values, baselines, targets, weights and judgements are never changed or deleted, only superseded."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION only_supersede() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
       AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is never allowed: add a revision', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
TABLES = ["measurement", "baseline", "target", "weight", "judgement"]


def guard(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER facts_are_only_superseded BEFORE UPDATE OR DELETE ON outcomes_{table} "
        "FOR EACH ROW EXECUTE FUNCTION only_supersede();",
        f"DROP TRIGGER facts_are_only_superseded ON outcomes_{table};",
    )


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0001_initial"), ("core", "0002_the_trail_is_append_only")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION only_supersede();"),
        *[guard(table) for table in TABLES],
    ]
