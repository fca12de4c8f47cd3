"""What was sent can never be deleted, what was validated never changes: the database refuses it."""

from django.db import migrations

UPDATES = """
CREATE FUNCTION keep_updates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := ARRAY['superseded_at', 'version', 'updated_at'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.submitted_at IS NULL THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'an update that was sent is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'validated' AND to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'a validated update never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER updates_stay BEFORE UPDATE OR DELETE ON initiatives_update
    FOR EACH ROW EXECUTE FUNCTION keep_updates();
"""
PARTS = """
CREATE FUNCTION keep_parts_of_updates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent_state text;
BEGIN
    SELECT state INTO parent_state FROM initiatives_update
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.update_id ELSE OLD.update_id END;
    IF parent_state IN ('submitted', 'bureau_approved', 'validated') THEN
        RAISE EXCEPTION 'the parts of an update that was sent never change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER values_of_sent_updates_stay BEFORE INSERT OR UPDATE OR DELETE ON initiatives_updatevalue
    FOR EACH ROW EXECUTE FUNCTION keep_parts_of_updates();
CREATE TRIGGER evidence_of_sent_updates_stays BEFORE INSERT OR UPDATE OR DELETE ON initiatives_evidence
    FOR EACH ROW EXECUTE FUNCTION keep_parts_of_updates();
CREATE TRIGGER what_was_said_stays BEFORE UPDATE OR DELETE ON initiatives_comment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
SHARES = """
CREATE FUNCTION shares_within_100() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(share) FROM initiatives_contribution WHERE initiative_id = NEW.initiative_id) > 100 THEN
        RAISE EXCEPTION 'the shares of an initiative exceed 100 percent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_of_an_initiative_stay_within_100_percent';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER shares_of_an_initiative_stay_within_100_percent
    AFTER INSERT OR UPDATE ON initiatives_contribution DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shares_within_100();
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0001_initial"), ("core", "0002_the_trail_is_append_only")]
    operations = [
        migrations.RunSQL(
            UPDATES, "DROP TRIGGER updates_stay ON initiatives_update; DROP FUNCTION keep_updates();"
        ),
        migrations.RunSQL(
            PARTS,
            "DROP TRIGGER values_of_sent_updates_stay ON initiatives_updatevalue;"
            "DROP TRIGGER evidence_of_sent_updates_stays ON initiatives_evidence;"
            "DROP TRIGGER what_was_said_stays ON initiatives_comment; DROP FUNCTION keep_parts_of_updates();",
        ),
        migrations.RunSQL(
            SHARES,
            "DROP TRIGGER shares_of_an_initiative_stay_within_100_percent ON initiatives_contribution;"
            "DROP FUNCTION shares_within_100();",
        ),
    ]
