"""The trail takes new records and nothing else: the database itself refuses the rest."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is never allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
GUARD = """
CREATE TRIGGER the_trail_is_append_only BEFORE UPDATE OR DELETE ON core_auditrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER the_trail_is_never_emptied BEFORE TRUNCATE ON core_auditrecord
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER earlier_texts_stay BEFORE UPDATE OR DELETE ON core_textrevision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNGUARD = """
DROP TRIGGER the_trail_is_append_only ON core_auditrecord;
DROP TRIGGER the_trail_is_never_emptied ON core_auditrecord;
DROP TRIGGER earlier_texts_stay ON core_textrevision;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION refuse_change();"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
