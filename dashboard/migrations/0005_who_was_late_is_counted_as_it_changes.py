"""Who was late, and who has begun, is counted as work changes: two pages no longer read the days of all work.

A first report that came after the period's due day bears the day on which it came, on its bureau's own clock: against that, and against
what was granted, lateness is read. Another due day adds and takes away what that changes at once, as a new period does. What waits is seen by
who may see both the update and its work, so that it is counted by the higher level of the two.

All work is counted anew, half a minute for 100,000 pieces. Until it ends nobody can add or move a period; everybody else reads, writes and
counts as before, from what was kept until then.
"""

from django.contrib.postgres.indexes import OpClass
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
        || ARRAY(SELECT 'came:' || told.period_id || ':' || to_char(coalesce(told.first_sent_at, told.submitted_at) AT TIME ZONE lead.time_zone, 'YYYY-MM-DD')
                 FROM initiatives_update told JOIN core_period period ON period.id = told.period_id
                 JOIN accounts_bureau lead ON lead.id = work.lead_bureau_id
                 WHERE told.initiative_id = work.id AND told.revision = 1 AND told.state NOT IN ('draft', 'returned')
                 AND work.status <> 'cancelled' AND work.starts_on <= period.end_on AND work.ends_on >= period.start_on
                 AND (coalesce(told.first_sent_at, told.submitted_at) AT TIME ZONE lead.time_zone)::date > period.due_on)
        || ARRAY(SELECT CASE told.state WHEN 'draft' THEN 'drafted:' ELSE 'returned:' END || told.period_id
                 FROM initiatives_update told JOIN core_period period ON period.id = told.period_id
                 WHERE told.initiative_id = work.id AND told.revision = 1 AND told.state IN ('draft', 'returned')
                 AND work.status <> 'cancelled' AND work.starts_on <= period.end_on AND work.ends_on >= period.start_on)
        || ARRAY(SELECT CASE WHEN told.state IN ('draft', 'returned') THEN 'unsent:' ELSE 'undecided:' END || told.period_id
                 FROM initiatives_update told WHERE told.initiative_id = work.id AND told.state <> 'validated')
        || ARRAY(SELECT 'waiting:' || greatest(told.handling, work.handling) FROM initiatives_update told JOIN accounts_bureau lead ON lead.id = work.lead_bureau_id
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
        UNION ALL SELECT sign, NULL, handling, many FROM moved WHERE sign !~ '^(due|sent|validated|came|drafted|returned):'),
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
TOUCH_TOLD = """
CREATE OR REPLACE FUNCTION touch_told_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dashboard_worktouched (initiative_key)
    SELECT DISTINCT present.initiative_id FROM rows_after present JOIN rows_before former ON former.id = present.id
    WHERE (present.state, present.handling, present.revision, present.period_id, present.first_sent_at, present.submitted_at)
        IS DISTINCT FROM (former.state, former.handling, former.revision, former.period_id, former.first_sent_at, former.submitted_at);
    RETURN NULL;
END $$"""
# A bureau's clock says on which day its reports came.
CLOCKS = """
CREATE OR REPLACE TRIGGER work_is_touched_from_above AFTER UPDATE ON accounts_bureau
FOR EACH ROW WHEN (OLD.region_id IS DISTINCT FROM NEW.region_id OR OLD.requires_head_approval IS DISTINCT FROM NEW.requires_head_approval
    OR OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION touch_work_beneath()"""
# Another due day makes late, or in time, what came between the two: that may be most of a period's reports, too much to be counted anew by
# whoever reads. What of it is noted to have changed already is counted by that.
MOVED = """
CREATE FUNCTION count_who_is_late_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4205);
    WITH told AS (
        SELECT work.id, (coalesce(report.first_sent_at, report.submitted_at) AT TIME ZONE lead.time_zone)::date AS came_on
        FROM initiatives_update report JOIN initiatives_initiative work ON work.id = report.initiative_id
        JOIN accounts_bureau lead ON lead.id = work.lead_bureau_id
        WHERE report.period_id = NEW.id AND report.revision = 1 AND report.state NOT IN ('draft', 'returned')
        AND work.status <> 'cancelled' AND work.starts_on <= NEW.end_on AND work.ends_on >= NEW.start_on
        AND coalesce(report.first_sent_at, report.submitted_at)
            >= (least(OLD.due_on, NEW.due_on)::timestamp AT TIME ZONE 'UTC') - interval '1 day'
        AND coalesce(report.first_sent_at, report.submitted_at)
            < (greatest(OLD.due_on, NEW.due_on)::timestamp AT TIME ZONE 'UTC') + interval '2 days'),
    moved AS (
        SELECT id, 'came:' || NEW.id || ':' || to_char(came_on, 'YYYY-MM-DD') AS sign, came_on > NEW.due_on AS is_late FROM told
        WHERE came_on > least(OLD.due_on, NEW.due_on) AND came_on <= greatest(OLD.due_on, NEW.due_on)),
    kept AS (
        UPDATE dashboard_workcounted counted
        SET signs = CASE WHEN moved.is_late THEN counted.signs || moved.sign ELSE array_remove(counted.signs, moved.sign) END
        FROM moved WHERE counted.initiative_key = moved.id AND moved.is_late <> (moved.sign = ANY (counted.signs))
        RETURNING counted.bureau_key, counted.handling, moved.sign, CASE WHEN moved.is_late THEN 1 ELSE -1 END AS many)
    INSERT INTO dashboard_worktally AS tally (sign, bureau_key, handling, many)
    SELECT sign, bureau_key, handling, sum(many) FROM kept GROUP BY 1, 2, 3
    ON CONFLICT (bureau_key, sign, handling) DO UPDATE SET many = tally.many + excluded.many;
    RETURN NULL;
END $$"""
MOVING = """
CREATE TRIGGER who_is_late_now_is_counted AFTER UPDATE ON core_period
FOR EACH ROW WHEN (OLD.due_on IS DISTINCT FROM NEW.due_on) EXECUTE FUNCTION count_who_is_late_now()"""
ALL_WORK = """
SET LOCAL statement_timeout = 0;
SELECT pg_advisory_xact_lock(4205);
DELETE FROM dashboard_worktouched;
DELETE FROM dashboard_workcounted;
DELETE FROM dashboard_worktally;
INSERT INTO dashboard_worktouched (initiative_key) SELECT id FROM initiatives_initiative;
SELECT count_touched_work(2147483647);"""


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0004_what_is_due_is_counted_as_it_changes")]
    operations = [
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (SIGNS, COUNT, TOUCH_TOLD, CLOCKS)),
        migrations.RunSQL(MOVED, "DROP FUNCTION count_who_is_late_now() CASCADE"),
        migrations.RunSQL(MOVING, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="worktally",
            index=models.Index(
                OpClass("sign", "text_pattern_ops"), "bureau_key", "handling",
                condition=models.Q(("sign__startswith", "came:")), include=("many",), name="days_on_which_reports_came",
            ),
        ),
        migrations.RunSQL(ALL_WORK, migrations.RunSQL.noop),
    ]
