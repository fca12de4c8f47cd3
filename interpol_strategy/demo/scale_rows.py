"""The very many rows of a large installation, each kind by one statement: the database makes them out of numbers.

The n-th piece of work says the same wherever it is made. What is said here once is held against the constraints of
the tables when they are put back (`scale_tables`).
"""

from __future__ import annotations

from datetime import date

from django.db import connection

# Strategy and framework in turn, six to four, as the older plan has more periods to report on.
PREPARE = """
CREATE TEMP TABLE scale_bureau ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY b.code) - 1 AS place, b.id, u.id AS author
    FROM accounts_bureau b JOIN accounts_user u ON u.bureau_id = b.id AND u.email = lower('scale.' || b.code) || %(house)s;
CREATE TEMP TABLE scale_period ON COMMIT DROP AS
    SELECT p.id AS plan, p.kind, p.start_on AS plan_start, p.end_on AS plan_end, q.id, q.start_on, q.end_on,
           row_number() OVER (PARTITION BY p.id ORDER BY q.start_on DESC) AS turn,
           row_number() OVER (PARTITION BY p.id ORDER BY q.start_on) AS age,
           q.end_on >= %(on)s AS is_current
    FROM goals_plan p JOIN core_period q
        ON q.start_on >= p.start_on AND q.end_on <= p.end_on AND q.start_on <= %(on)s;
CREATE TEMP TABLE scale_question ON COMMIT DROP AS
    SELECT a.plan_id AS plan, row_number() OVER (PARTITION BY a.plan_id ORDER BY i.code) - 1 AS place,
           count(*) OVER (PARTITION BY a.plan_id) AS many, i.id, i.kind, i.handling, r.id AS result,
           jsonb_array_length(i.scale) AS steps
    FROM outcomes_indicator i JOIN outcomes_expectedresult r ON r.id = i.expected_result_id
    JOIN goals_aim a ON a.id = r.aim_id WHERE NOT i.is_central AND i.state <> 'retired';
CREATE TEMP TABLE scale_work ON COMMIT DROP AS
    SELECT n, nextval(pg_get_serial_sequence('initiatives_initiative', 'id')) AS id,
           'IN-' || lpad((n + %(last)s)::text, 6, '0') AS code, b.id AS bureau, b.author, p.id AS plan,
           p.start_on AS plan_start, p.end_on AS plan_end,
           CASE WHEN n %% 100 < 3 THEN 3 WHEN n %% 100 < 13 THEN 2 WHEN n %% 100 < 15 THEN 0 ELSE 1 END AS handling
    FROM generate_series(1, %(initiatives)s) AS n
    JOIN scale_bureau b ON b.place = (n - 1) %% (SELECT count(*) FROM scale_bureau)
    JOIN goals_plan p ON p.kind = CASE WHEN (n / (SELECT count(*) FROM scale_bureau)) %% 10 < 6
                                  THEN 'strategy' ELSE 'framework' END;
CREATE TEMP TABLE scale_asked ON COMMIT DROP AS
    SELECT w.n, w.id AS initiative, k, q.id AS indicator, q.result, q.kind, q.steps,
           greatest(w.handling, q.handling) AS handling
    FROM scale_work w CROSS JOIN generate_series(0, %(values)s - 1) AS k
    JOIN scale_question q ON q.plan = w.plan AND q.place = (w.n * 3 + k) %% q.many;
CREATE TEMP TABLE scale_update ON COMMIT DROP AS
    SELECT told.*, nextval(pg_get_serial_sequence('initiatives_update', 'id')) AS id FROM (
    SELECT row_number() OVER (ORDER BY p.turn, w.n) AS place, w.n, w.id AS initiative, w.author, w.handling,
           p.id AS period, p.turn, p.age, p.start_on, p.end_on,
           CASE WHEN p.is_current AND w.n %% 10 = 0 THEN 'submitted' WHEN p.is_current AND w.n %% 10 < 4 THEN 'draft'
                WHEN w.n %% 200 = 7 THEN 'returned' ELSE 'validated' END AS state,
           least(p.end_on + 5 + (w.n %% 10)::int, %(on)s::date - 2) + time '10:00' AS sent_at,
           100.0 * (p.end_on - p.plan_start) / (p.plan_end - p.plan_start) * (0.7 + (w.n %% 4) * 0.1) AS delivered
    FROM scale_work w JOIN scale_period p ON p.plan = w.plan ORDER BY p.turn, w.n LIMIT %(updates)s) told;
CREATE INDEX ON scale_asked (initiative); CREATE INDEX ON scale_update (turn);
ANALYZE scale_work; ANALYZE scale_asked; ANALYZE scale_update;
"""
INITIATIVES = """
INSERT INTO initiatives_initiative (id, version, created_at, updated_at, code, public_id, title, summary, language,
    starts_on, ends_on, status, handling, lead_bureau_id)
SELECT id, 1, plan_start + time '09:00', %(on)s::date + time '06:00' - n * interval '211 seconds', code,
    md5('scale' || code)::uuid,
    (ARRAY['Joint checks at ports', 'Formation des enquêteurs', 'Intercambio de datos', 'تدريب المحققين',
           'Screening at borders', 'Coopération des laboratoires', 'Red de contactos'])[1 + n %% 7]
        || ' ' || (ARRAY['cybercrime', 'trafficking', 'fraud', 'terrorism', 'firearms'])[1 + n %% 5] || ' ' || n,
    'Invented to show the product at its full size.',
    (ARRAY['en', 'fr', 'es', 'ar', 'en', 'fr', 'es'])[1 + n %% 7], plan_start + (n %% 80)::int, plan_end, 'active', handling, bureau
FROM scale_work;
INSERT INTO initiatives_initiative_indicators (initiative_id, indicator_id) SELECT initiative, indicator FROM scale_asked;
INSERT INTO initiatives_initiative_crime_areas (initiative_id, crimearea_id)
SELECT w.id, a.id FROM scale_work w
JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM initiatives_crimearea) a
    ON a.place = w.n %% a.many;
INSERT INTO initiatives_initiative_partners (initiative_id, bureau_id)
SELECT w.id, b.id FROM scale_work w JOIN scale_bureau b ON b.place = w.n %% (SELECT count(*) FROM scale_bureau)
WHERE w.n %% 4 = 0 AND b.id <> w.bureau;
"""
SHARES = """
INSERT INTO initiatives_contribution (initiative_id, expected_result_id, share)
SELECT initiative, result, floor(100.0 / count(*) OVER (PARTITION BY initiative))
FROM scale_asked GROUP BY initiative, result;
"""
UPDATES = """
INSERT INTO initiatives_update (id, version, created_at, updated_at, initiative_id, period_id, revision, state, author_id,
    writer_ids, language, achieved, obstacle, next_steps, risks, help_wanted, delivery_percent, delivery_status,
    off_track_reason, handling, unfinished, correction_reason, first_sent_at, submitted_at, submitted_by_id,
    validated_at, validated_by_id, returned_at, returned_by_id, return_reason, return_comment)
SELECT id, 1, sent_at - interval '2 days', sent_at, initiative, period, 1, state, author, ARRAY[author], 'en',
    'Step ' || age || ' was done as agreed: ' || (n + age) %% 40 || ' people took part.', 'Staff were short in one month.',
    'The next step begins with the new quarter.', '', '', round(least(delivered, 100), 2),
    CASE WHEN n %% 4 = 0 THEN 'at_risk' ELSE 'on_track' END, '', handling, '{}', '',
    CASE WHEN state <> 'draft' THEN sent_at END, CASE WHEN state <> 'draft' THEN sent_at END,
    CASE WHEN state <> 'draft' THEN author END,
    CASE WHEN state = 'validated' THEN sent_at + interval '1 day 5 hours' END,
    CASE WHEN state = 'validated' THEN %(reviewer)s END,
    CASE WHEN state = 'returned' THEN sent_at + interval '1 day' END,
    CASE WHEN state = 'returned' THEN %(reviewer)s END,
    CASE WHEN state = 'returned' THEN 'unclear' ELSE '' END,
    CASE WHEN state = 'returned' THEN 'Please say who took part.' ELSE '' END
FROM scale_update WHERE turn = %(turn)s ORDER BY id
"""
# What the updates of a quarter say, and the measurements of those that were validated. The `rest` of the updates carry
# one value more, so that there are exactly as many values as were asked for.
VALUES = """
WITH told AS (
    INSERT INTO initiatives_updatevalue (update_id, indicator_id, state, value, numerator, denominator, observed_on, reason,
        confirmed)
    SELECT u.id, a.indicator, s.state,
        CASE WHEN s.state <> 'reported' OR a.kind = 'ratio' THEN NULL WHEN a.kind = 'milestone' THEN (h.h %% 10 < 6)::int
             WHEN a.kind = 'ordinal' THEN 1 + h.h %% greatest(a.steps, 1)
             WHEN a.kind = 'cumulative' THEN (5 + u.n %% 50) * u.age
             WHEN a.kind = 'maintain' THEN 3 ELSE 20 + h.h %% 80 END,
        CASE WHEN s.state = 'reported' AND a.kind = 'ratio' THEN 20 + h.h %% 30 END,
        CASE WHEN s.state = 'reported' AND a.kind = 'ratio' THEN 60 END,
        least(u.end_on, u.sent_at::date), '', '{}'
    FROM scale_update u JOIN scale_asked a ON a.initiative = u.initiative
    CROSS JOIN LATERAL (SELECT CASE WHEN u.n %% 97 = 3 THEN 'not_reported' WHEN u.n %% 101 = 5 THEN 'withheld'
                                    ELSE 'reported' END AS state) s
    CROSS JOIN LATERAL (SELECT (u.n * 7919 + u.age * 104729 + a.k * 1299709) %% 1000 AS h) h
    WHERE u.turn = %(turn)s AND (a.k < %(full)s OR (a.k = %(full)s AND u.place <= %(rest)s))
    RETURNING update_id, indicator_id, state, value, numerator, denominator, observed_on
)
INSERT INTO outcomes_measurement (indicator_id, period_id, bureau_id, initiative_code, state, value, numerator, denominator,
    observed_on, disaggregation, handling, source_ref, revision, recorded_at, recorded_by_id, reason)
SELECT v.indicator_id, u.period, w.bureau, w.code, v.state, v.value, v.numerator, v.denominator, v.observed_on, '{}',
    greatest(w.handling, i.handling), 'update:' || u.id, 1, u.sent_at + interval '1 day 5 hours', %(reviewer)s, ''
FROM scale_update u JOIN scale_work w ON w.id = u.initiative JOIN told v ON v.update_id = u.id
JOIN outcomes_indicator i ON i.id = v.indicator_id
WHERE u.turn = %(turn)s AND u.state = 'validated' ORDER BY v.indicator_id, u.period
"""
DERIVED = ("outcomes_rollup", "dashboard_worktouched", "dashboard_workcounted", "dashboard_worktally")
TABLES = (
    "accounts_user", "initiatives_initiative", "initiatives_contribution", "initiatives_initiative_indicators",
    "initiatives_initiative_crime_areas", "initiatives_initiative_partners", "initiatives_update",
    "initiatives_updatevalue", "outcomes_measurement", "outcomes_bureaureading", "outcomes_rollup",
)  # fmt: skip


def run(sql: str, **values) -> int:
    """How many rows the last of the statements made."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def ask(sql: str, **values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def prepare(*, on: date, initiatives: int, updates: int, values: int, last: int, house: str) -> None:
    """This will work out who does what when, in tables that last as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute("SET LOCAL synchronous_commit = on")  # as tidy_up needs it
    run(PREPARE, on=on, initiatives=initiatives, updates=updates, values=values, last=last, house=house)


def turns() -> list[int]:
    """The periods of the plans, newest first, as the updates are made."""
    return [turn for (turn,) in ask("SELECT DISTINCT turn FROM scale_update ORDER BY turn")]


def counted() -> tuple[int, int]:
    """How many updates there will be, and how many of them are validated."""
    return ask("SELECT count(*), count(*) FILTER (WHERE state = 'validated') FROM scale_update")[0]


def place_of(validated: int) -> int:
    """The place of the n-th validated update; 0 for none."""
    sql = "SELECT place FROM scale_update WHERE state = 'validated' ORDER BY place OFFSET %(n)s LIMIT 1"
    return ask(sql, n=validated - 1)[0][0] if validated else 0


def take_stock() -> None:
    """This will tell the planner how large the tables have become."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")


def tidy_up() -> None:
    """This will do at once what autovacuum does in time: until then no index answers by itself. Not in a transaction.

    It takes what time it needs: of very many rows more than a page's questions are given. A commit that is not on its disk yet, where
    the server does not wait for that, is none that all may rely on: neither that of the rows nor those of vacuum itself may be such.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = on")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join([*TABLES, *DERIVED])}")
        cursor.execute("RESET statement_timeout; RESET synchronous_commit")
