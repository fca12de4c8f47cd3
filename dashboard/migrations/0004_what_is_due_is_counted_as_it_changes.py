"""What a bureau owes in each period is counted as work changes, and what stands open in each of them.

A first report that was sent stays sent while a correction of it is written, as *Reporting status* and the list of bureaus say.

All work is counted anew, half a minute for 100,000 pieces. Until it ends nobody can add a period; everybody else reads, writes and counts
as before, from what was kept until then.
"""

from django.db import migrations, models

SIGNS = """
CREATE OR REPLACE FUNCTION signs_of_work(keys bigint[]) RETURNS TABLE (initiative_key bigint, bureau_key bigint, handling smallint, signs text[])
LANGUAGE sql STABLE AS $$
    SELECT work.id, work.lead_bureau_id, work.handling::smallint,
        ARRAY['status:' || work.status, 'handling:' || work.handling]
        || ARRAY(SELECT 'region:' || region_id FROM accounts_bureau WHERE id = work.lead_bureau_id AND region_id IS NOT NULL)
        || ARRAY(SELECT DISTINCT 'aim:' || result.aim_id FROM initiatives_contribution share
                 JOIN outcomes_expectedresult result ON result.id = share.expected_result_id WHERE share.initiative_id = work.id)
        || ARRAY(SELECT 'crime_area:' || crimearea_id FROM initiatives_initiative_crime_areas WHERE initiative_id = work.id)
        || ARRAY(SELECT 'capability:' || capability_id FROM initiatives_initiative_capabilities WHERE initiative_id = work.id)
        || ARRAY(SELECT 'due:' || period.id FROM core_period period
                 WHERE work.status <> 'cancelled' AND work.starts_on <= period.end_on AND work.ends_on >= period.start_on)
        || ARRAY(SELECT CASE told.state WHEN 'validated' THEN 'validated:' ELSE 'sent:' END || told.period_id
                 FROM initiatives_update told JOIN core_period period ON period.id = told.period_id
                 WHERE told.initiative_id = work.id AND told.revision = 1 AND told.state NOT IN ('draft', 'returned')
                 AND work.status <> 'cancelled' AND work.starts_on <= period.end_on AND work.ends_on >= period.start_on)
        || ARRAY(SELECT CASE WHEN told.state IN ('draft', 'returned') THEN 'unsent:' ELSE 'undecided:' END || told.period_id
                 FROM initiatives_update told WHERE told.initiative_id = work.id AND told.state <> 'validated')
        || ARRAY(SELECT 'waiting:' || told.handling FROM initiatives_update told JOIN accounts_bureau lead ON lead.id = work.lead_bureau_id
                 WHERE told.initiative_id = work.id
                 AND (told.state = 'bureau_approved' OR (told.state = 'submitted' AND NOT lead.requires_head_approval)))
    FROM initiatives_initiative work WHERE work.id = ANY (keys)
$$"""
COUNT = """
CREATE OR REPLACE FUNCTION count_touched_work(most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(4205);
    WITH named AS (
        DELETE FROM dashboard_worktouched WHERE id IN (SELECT id FROM dashboard_worktouched ORDER BY id LIMIT most)
        RETURNING initiative_key)
    SELECT array_agg(DISTINCT initiative_key) INTO keys FROM named;
    IF keys IS NULL THEN
        RETURN 0;
    END IF;
    WITH present AS MATERIALIZED (SELECT * FROM signs_of_work(keys)),
    moved AS (
        SELECT sign, bureau_key, handling, -1 AS many FROM dashboard_workcounted, unnest(signs) sign
        WHERE initiative_key = ANY (keys)
        UNION ALL SELECT sign, bureau_key, handling, 1 FROM present, unnest(signs) sign),
    told AS (
        SELECT * FROM moved
        UNION ALL SELECT sign, NULL, handling, many FROM moved WHERE sign !~ '^(due|sent|validated):'),
    kept AS (
        INSERT INTO dashboard_workcounted (initiative_key, bureau_key, handling, signs) SELECT * FROM present
        ON CONFLICT (initiative_key) DO UPDATE
        SET bureau_key = excluded.bureau_key, handling = excluded.handling, signs = excluded.signs),
    gone AS (
        DELETE FROM dashboard_workcounted
        WHERE initiative_key = ANY (keys) AND initiative_key NOT IN (SELECT initiative_key FROM present))
    INSERT INTO dashboard_worktally AS tally (sign, bureau_key, handling, many)
    SELECT sign, bureau_key, handling, sum(many) FROM told GROUP BY 1, 2, 3 HAVING sum(many) <> 0
    ON CONFLICT (bureau_key, sign, handling) DO UPDATE SET many = tally.many + excluded.many;
    RETURN cardinality(keys);
END $$"""
BENEATH = """
CREATE OR REPLACE FUNCTION touch_work_beneath() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'core_period' THEN
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT id FROM initiatives_initiative
        WHERE starts_on <= greatest(OLD.end_on, NEW.end_on) AND ends_on >= least(OLD.start_on, NEW.start_on);
    ELSIF TG_TABLE_NAME = 'accounts_bureau' THEN
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT id FROM initiatives_initiative WHERE lead_bureau_id = NEW.id;
    ELSE
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT initiative_id FROM initiatives_contribution WHERE expected_result_id = NEW.id;
    END IF;
    RETURN NULL;
END $$"""
# A new period is due for all work that runs in it. That would be far too much to be counted anew by whoever reads, so that what is kept is
# told of it at once: a few seconds for 100,000 pieces, once in a quarter. Who settles waits for that, or it waits for them.
ADDED = """
CREATE FUNCTION count_what_a_period_asks_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4205);
    WITH owing AS (
        SELECT work.id, array_agg('due:' || period.id) AS signs FROM rows_after period
        JOIN initiatives_initiative work ON work.starts_on <= period.end_on AND work.ends_on >= period.start_on
        WHERE work.status <> 'cancelled' GROUP BY work.id),
    kept AS (
        UPDATE dashboard_workcounted counted SET signs = counted.signs || owing.signs FROM owing
        WHERE counted.initiative_key = owing.id RETURNING counted.bureau_key, counted.handling, owing.signs)
    INSERT INTO dashboard_worktally AS tally (sign, bureau_key, handling, many)
    SELECT sign, bureau_key, handling, count(*) FROM kept, unnest(kept.signs) sign GROUP BY 1, 2, 3
    ON CONFLICT (bureau_key, sign, handling) DO UPDATE SET many = tally.many + excluded.many;
    RETURN NULL;
END $$"""
ADDING = """
CREATE TRIGGER what_a_period_asks_for_is_counted AFTER INSERT ON core_period REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION count_what_a_period_asks_for()"""
ALL_WORK = """
SET LOCAL statement_timeout = 0;
SELECT pg_advisory_xact_lock(4205);
DELETE FROM dashboard_worktouched;
DELETE FROM dashboard_workcounted;
DELETE FROM dashboard_worktally;
INSERT INTO dashboard_worktouched (initiative_key) SELECT id FROM initiatives_initiative;
SELECT count_touched_work(2147483647);"""


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0003_work_is_counted_as_it_changes"),
        ("initiatives", "0013_who_was_late_is_counted_over_an_index"),
        ("core", "0004_what_long_lists_are_read_by"),
    ]
    operations = [
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (SIGNS, COUNT, BENEATH)),
        migrations.RunSQL(ADDED, "DROP FUNCTION count_what_a_period_asks_for() CASCADE"),
        migrations.RunSQL(ADDING, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="worktally",
            index=models.Index(
                condition=models.Q(("bureau_key__isnull", False)), fields=["sign", "bureau_key", "handling"], include=("many",),
                name="bureaus_that_bear_a_sign",
            ),
        ),
        migrations.RunSQL(ALL_WORK, migrations.RunSQL.noop),
    ]
