"""What a page shows, asked by hand: for each page the leanest questions in SQL that fetch every figure and every name on it.

Keys (of a plan's aims, of the periods on a small path) are looked up before and not counted, so nothing leaner can be written by
hand. They leave out who is reading and what that person may see: a page asks these beside them.
"""
# ruff: noqa: S608 - what is written into the questions are keys that the database gave

from __future__ import annotations

from django.db import connection

FIGURE = (
    "measure, node_type, node_id, period_id, status, reason, actual, progress, expected, performance, coverage, lower, upper,"
    " counts, leaves, bureaus_known, last_observed_on, computed_at, is_disclosable, highest_handling"
)
OF_THE_AIM = "p.code = 'framework-2026-2030' AND a.number = 2"
BEGUN = "SELECT id FROM core_period WHERE start_on <= current_date ORDER BY start_on DESC"
# The last eight periods of each plan that have begun: its small path, its last figures and the ones before those.
ON_THE_PATH = """
    SELECT t.id FROM goals_plan p CROSS JOIN LATERAL (
        SELECT * FROM core_period t WHERE t.start_on >= p.start_on AND t.end_on <= p.end_on AND t.start_on <= current_date
        ORDER BY t.start_on DESC LIMIT 8) t"""
LINKS = """
    SELECT c.kind, c.state, c.note, f.number, f.title, fp.code, t.number, t.title, tp.code, fr.number, fr.text, fa.number,
        tr.number, tr.text, ta.number
    FROM outcomes_crosswalk c
    LEFT JOIN goals_aim f ON f.id = c.from_aim_id LEFT JOIN goals_plan fp ON fp.id = f.plan_id
    LEFT JOIN goals_aim t ON t.id = c.to_aim_id LEFT JOIN goals_plan tp ON tp.id = t.plan_id
    LEFT JOIN outcomes_expectedresult fr ON fr.id = c.from_result_id LEFT JOIN goals_aim fa ON fa.id = fr.aim_id
    LEFT JOIN outcomes_expectedresult tr ON tr.id = c.to_result_id LEFT JOIN goals_aim ta ON ta.id = tr.aim_id"""


def overview() -> list[str]:
    """Plans and aims by name; results and delivery of each on its path, whose last is the closing assessment; links; judgements."""
    nodes = {"plan": "SELECT id FROM goals_plan", "aim": "SELECT id FROM goals_aim"}
    return [
        "SELECT p.code, p.title, p.status, a.number, a.title FROM goals_plan p JOIN goals_aim a ON a.plan_id = p.id",
        _figures(nodes, periods=ON_THE_PATH),
        LINKS,
        "SELECT aim_id, status, reason, expires_on FROM outcomes_judgement"
        " WHERE superseded_at IS NULL AND aim_id IS NOT NULL AND expires_on >= current_date",
    ]


def aim() -> list[str]:
    """The aim, its results and indicators by name; results and delivery of each on the path; the judgement and whose it is;
    how each bureau stands in it, and how much work goes into it."""
    the_aim = f"SELECT a.id FROM goals_aim a JOIN goals_plan p ON p.id = a.plan_id WHERE {OF_THE_AIM}"
    results = f"SELECT id FROM outcomes_expectedresult WHERE aim_id IN ({the_aim})"
    nodes = {
        "aim": the_aim,
        "result": results,
        "indicator": f"SELECT id FROM outcomes_indicator WHERE expected_result_id IN ({results})",
    }
    path = f"{ON_THE_PATH} WHERE p.code = 'framework-2026-2030'"
    return [
        f"SELECT p.code, p.title, a.* FROM goals_aim a JOIN goals_plan p ON p.id = a.plan_id WHERE {OF_THE_AIM}",
        f"SELECT number, text FROM outcomes_expectedresult WHERE aim_id IN ({_keys(the_aim)})",
        f"SELECT code, name, unit, decimals FROM outcomes_indicator WHERE expected_result_id IN ({_keys(results)})",
        _figures(nodes, periods=path),
        "SELECT j.*, u.full_name FROM outcomes_judgement j JOIN accounts_user u ON u.id = j.recorded_by_id"
        f" WHERE j.aim_id IN ({_keys(the_aim)}) AND j.superseded_at IS NULL AND j.expires_on >= current_date",
        "SELECT b.code, b.name, r.status, r.progress, r.expected, r.is_disclosable, r.highest_handling FROM outcomes_rollup r"
        " JOIN accounts_bureau b ON b.id = r.bureau_id WHERE r.measure = 'results' AND r.node_type = 'aim'"
        f" AND r.node_id IN ({_keys(the_aim)}) AND r.period_id IN ({_keys(f'{BEGUN} LIMIT 1')})",
        "SELECT count(DISTINCT c.initiative_id) FROM outcomes_expectedresult e"
        f" JOIN initiatives_contribution c ON c.expected_result_id = e.id WHERE e.aim_id IN ({_keys(the_aim)})",
    ]


def bureau() -> list[str]:
    """The bureau and its region, its people, results and delivery of each aim in force, what every bureau reaches in each, its forty
    latest pieces of work, and how much of its work was to be told of in the last six periods, was sent and was validated, with the
    time it was given."""
    key = _keys("SELECT id FROM accounts_bureau WHERE code = 'SN'")
    aims = "SELECT a.id FROM goals_aim a JOIN goals_plan p ON p.id = a.plan_id WHERE p.status = 'in_force'"
    six = _keys(f"{BEGUN} LIMIT 6")
    return [
        f"SELECT b.*, r.name FROM accounts_bureau b LEFT JOIN accounts_region r ON r.id = b.region_id WHERE b.id = {key}",
        f"SELECT full_name, role FROM accounts_user WHERE bureau_id = {key} AND is_active",
        f"SELECT p.code, a.number, a.title FROM goals_aim a JOIN goals_plan p ON p.id = a.plan_id WHERE a.id IN ({_keys(aims)})",
        _figures({"aim": aims}, periods=f"{BEGUN} LIMIT 1", bureau=key),
        "SELECT r.node_id, b.code, g.code, r.status, r.reason, r.progress, r.expected, r.coverage, r.lower, r.upper, r.bureau_ids,"
        " r.restricted_bureau_ids, r.confidential_bureau_ids, r.highest_handling, r.is_disclosable FROM outcomes_rollup r"
        " JOIN accounts_bureau b ON b.id = r.bureau_id LEFT JOIN accounts_region g ON g.id = b.region_id WHERE b.is_active"
        f" AND r.measure = 'results' AND r.node_type = 'aim' AND r.node_id IN ({_keys(aims)})"
        f" AND r.period_id IN ({_keys(f'{BEGUN} LIMIT 1')}) ORDER BY r.node_id, r.bureau_id",
        "SELECT code, title, language, status, handling FROM initiatives_initiative"
        f" WHERE lead_bureau_id = {key} ORDER BY updated_at DESC, id DESC LIMIT 40",
        f"""
        SELECT t.id, count(*) FROM core_period t JOIN initiatives_initiative i
        ON i.starts_on <= t.end_on AND i.ends_on >= t.start_on AND i.status <> 'cancelled'
        WHERE i.lead_bureau_id = {key} AND t.id IN ({six}) GROUP BY t.id""",
        f"""
        SELECT u.period_id, u.state, count(*) FROM initiatives_update u JOIN initiatives_initiative i ON i.id = u.initiative_id
        WHERE i.lead_bureau_id = {key} AND u.period_id IN ({six}) GROUP BY u.period_id, u.state""",
        "SELECT period_id, granted_until FROM initiatives_extension"
        f" WHERE bureau_id = {key} AND state = 'granted' AND period_id IN ({six})",
    ]


def _figures(nodes: dict[str, str], *, periods: str, bureau: str = "") -> str:
    keys = [int(one) for one in _keys(periods).split(", ")]
    of = f"bureau_id = {bureau}" if bureau else "bureau_id IS NULL"
    return " UNION ALL ".join(
        f"SELECT {FIGURE} FROM outcomes_rollup WHERE {of} AND node_type = '{kind}' AND node_id IN ({_keys(which)})"
        f" AND period_id BETWEEN {min(keys)} AND {max(keys)}"
        for kind, which in nodes.items()
    )


def _keys(sql: str) -> str:
    """What the question finds, as it is written into the next one."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return ", ".join(str(key) for (key,) in cursor.fetchall())
