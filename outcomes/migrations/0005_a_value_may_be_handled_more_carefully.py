"""A fact is only superseded; but how carefully it is handled may rise, in all of its revisions."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION only_supersede() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := ARRAY['superseded_at', 'handling'];
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
BEGIN
    IF TG_OP = 'UPDATE' AND before - free = after - free
       AND (OLD.superseded_at IS NULL OR NEW.superseded_at = OLD.superseded_at)
       AND coalesce((after ->> 'handling')::int, 0) >= coalesce((before ->> 'handling')::int, 0) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is never allowed: add a revision', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION only_supersede() RETURNS trigger LANGUAGE plpgsql AS $$
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


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0004_confidential_values_are_a_crowd_of_their_own")]
    operations = [migrations.RunSQL(FUNCTION, BEFORE)]
