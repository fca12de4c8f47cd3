"""A filed edition takes no change but its own filing or withdrawal, and neither it nor its files are ever deleted."""

from django.db import migrations

GUARD = """
CREATE FUNCTION an_edition_is_only_filed_or_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE life text[] := ARRAY['state', 'filed_at', 'withdrawn_at', 'withdrawn_by_id', 'withdrawal_reason'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - life = to_jsonb(OLD) - life
       AND ((OLD.state = 'frozen' AND NEW.state IN ('frozen', 'filed'))
            OR (OLD.state = 'filed' AND NEW.state IN ('filed', 'withdrawn') AND NEW.filed_at = OLD.filed_at)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is never allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER editions_never_change BEFORE UPDATE OR DELETE ON reports_edition
    FOR EACH ROW EXECUTE FUNCTION an_edition_is_only_filed_or_withdrawn();
CREATE TRIGGER files_of_editions_never_change BEFORE UPDATE OR DELETE ON reports_editionfile
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNGUARD = """
DROP TRIGGER files_of_editions_never_change ON reports_editionfile;
DROP TRIGGER editions_never_change ON reports_edition;
DROP FUNCTION an_edition_is_only_filed_or_withdrawn();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("core", "0002_the_trail_is_append_only")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
