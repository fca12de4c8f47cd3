"""What work is counted as, and the triggers that note whose signs may have changed.

A change only adds a row that names its work: nobody waits for anybody. One at a time then counts what was named
(`count_touched_work`), and until then whoever reads counts that work anew themselves (dashboard.counting; decision 35).
"""

from django.db import migrations

SIGNS = """
CREATE FUNCTION signs_of_work(keys bigint[]) RETURNS TABLE (initiative_key bigint, bureau_key bigint, handling smallint, signs text[])
LANGUAGE sql STABLE AS $$
    SELECT work.id, work.lead_bureau_id, work.handling::smallint,
        ARRAY['status:' || work.status, 'handling:' || work.handling]
        || ARRAY(SELECT 'region:' || region_id FROM accounts_bureau WHERE id = work.lead_bureau_id AND region_id IS NOT NULL)
        || ARRAY(SELECT DISTINCT 'aim:' || result.aim_id FROM initiatives_contribution share
                 JOIN outcomes_expectedresult result ON result.id = share.expected_result_id WHERE share.initiative_id = work.id)
        || ARRAY(SELECT 'crime_area:' || crimearea_id FROM initiatives_initiative_crime_areas WHERE initiative_id = work.id)
        || ARRAY(SELECT 'capability:' || capability_id FROM initiatives_initiative_capabilities WHERE initiative_id = work.id)
        || ARRAY(SELECT CASE latest.state WHEN 'validated' THEN 'validated:' ELSE 'sent:' END || latest.period_id
                 FROM (SELECT DISTINCT ON (period_id) period_id, state FROM initiatives_update
                       WHERE initiative_id = work.id ORDER BY period_id, revision DESC) latest
                 JOIN core_period period ON period.id = latest.period_id
                 WHERE latest.state NOT IN ('draft', 'returned') AND work.status <> 'cancelled'
                 AND work.starts_on <= period.end_on AND work.ends_on >= period.start_on)
        || ARRAY(SELECT 'waiting:' || told.handling FROM initiatives_update told JOIN accounts_bureau lead ON lead.id = work.lead_bureau_id
                 WHERE told.initiative_id = work.id
                 AND (told.state = 'bureau_approved' OR (told.state = 'submitted' AND NOT lead.requires_head_approval)))
    FROM initiatives_initiative work WHERE work.id = ANY (keys)
$$"""
COUNT = """
CREATE FUNCTION count_touched_work(most integer) RETURNS integer LANGUAGE plpgsql AS $$
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
        UNION ALL SELECT sign, NULL, handling, many FROM moved WHERE sign !~ '^(sent|validated):'),
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
# What of a row decides the signs of its work, and how its work is found from it; of a link its being there is all.
TOUCH_LINKED = """
CREATE FUNCTION touch_linked_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO dashboard_worktouched (initiative_key) SELECT DISTINCT initiative_id FROM rows_before;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO dashboard_worktouched (initiative_key) SELECT DISTINCT initiative_id FROM rows_after;
    END IF;
    RETURN NULL;
END $$"""
TOUCH_WORK = """
CREATE FUNCTION touch_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO dashboard_worktouched (initiative_key) SELECT id FROM rows_after;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO dashboard_worktouched (initiative_key) SELECT id FROM rows_before;
    ELSE
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT present.id FROM rows_after present JOIN rows_before former ON former.id = present.id
        WHERE (present.status, present.handling, present.lead_bureau_id, present.starts_on, present.ends_on)
            IS DISTINCT FROM (former.status, former.handling, former.lead_bureau_id, former.starts_on, former.ends_on);
    END IF;
    RETURN NULL;
END $$"""
TOUCH_TOLD = """
CREATE FUNCTION touch_told_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dashboard_worktouched (initiative_key)
    SELECT DISTINCT present.initiative_id FROM rows_after present JOIN rows_before former ON former.id = present.id
    WHERE (present.state, present.handling, present.revision, present.period_id)
        IS DISTINCT FROM (former.state, former.handling, former.revision, former.period_id);
    RETURN NULL;
END $$"""
TOUCH_BENEATH = """
CREATE FUNCTION touch_work_beneath() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'core_period' THEN
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT DISTINCT initiative_id FROM initiatives_update WHERE period_id = NEW.id;
    ELSIF TG_TABLE_NAME = 'accounts_bureau' THEN
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT id FROM initiatives_initiative WHERE lead_bureau_id = NEW.id;
    ELSE
        INSERT INTO dashboard_worktouched (initiative_key)
        SELECT initiative_id FROM initiatives_contribution WHERE expected_result_id = NEW.id;
    END IF;
    RETURN NULL;
END $$"""
FUNCTIONS = (
    "touch_work()", "touch_linked_work()", "touch_told_work()", "touch_work_beneath()", "count_touched_work(integer)",
    "signs_of_work(bigint[])",
)  # fmt: skip
SEEN = {
    "INSERT": "REFERENCING NEW TABLE AS rows_after",
    "UPDATE": "REFERENCING NEW TABLE AS rows_after OLD TABLE AS rows_before",
    "DELETE": "REFERENCING OLD TABLE AS rows_before",
}
LINKS = ("initiatives_contribution", "initiatives_initiative_crime_areas", "initiatives_initiative_capabilities")
TOUCHING = [
    *(("initiatives_initiative", event, "touch_work") for event in SEEN),
    *((table, event, "touch_linked_work") for table in LINKS for event in SEEN),
    *(("initiatives_update", event, "touch_told_work" if event == "UPDATE" else "touch_linked_work") for event in SEEN),
]


def _trigger(table: str, event: str, function: str) -> str:
    return (
        f"CREATE TRIGGER work_is_touched_by_{event.lower()} AFTER {event} ON {table} {SEEN[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def _above(table: str, *columns: str) -> str:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return (
        f"CREATE TRIGGER work_is_touched_from_above AFTER UPDATE ON {table}"
        f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION touch_work_beneath()"
    )


ABOVE = (("core_period", "start_on", "end_on"), ("accounts_bureau", "region_id", "requires_head_approval"), ("outcomes_expectedresult", "aim_id"))
ALL_WORK = """
SET LOCAL statement_timeout = 0;
INSERT INTO dashboard_worktouched (initiative_key) SELECT id FROM initiatives_initiative;
SELECT count_touched_work(2147483647);"""


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0002_how_much_work_there_is"),
        ("initiatives", "0009_what_long_lists_are_read_by"),
        ("accounts", "0002_personal_settings_and_saved_views"),
        ("core", "0004_what_long_lists_are_read_by"),
    ]
    operations = [
        *(
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (SIGNS, COUNT, TOUCH_LINKED, TOUCH_WORK, TOUCH_TOLD, TOUCH_BENEATH)
        ),
        migrations.RunSQL(migrations.RunSQL.noop, [f"DROP FUNCTION {one} CASCADE" for one in FUNCTIONS]),
        *(migrations.RunSQL(_trigger(*one), migrations.RunSQL.noop) for one in TOUCHING),
        *(migrations.RunSQL(_above(*one), migrations.RunSQL.noop) for one in ABOVE),
        migrations.RunSQL(ALL_WORK, migrations.RunSQL.noop),
    ]
