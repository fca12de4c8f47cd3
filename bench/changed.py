"""What a page costs when what it says has changed since anybody looked: the first look after a validation."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from bench.pairs import Found, against

# As a validation leaves the summary: an indicator, its expected result, its aim and its plan, of all bureaus and of one.
A_BRANCH_MOVES = """
UPDATE outcomes_rollup SET progress = CASE WHEN progress > 0.5 THEN progress - 0.013 ELSE progress + 0.011 END,
    computed_at = clock_timestamp()
WHERE measure = 'results' AND progress IS NOT NULL
    AND (bureau_id IS NULL OR bureau_id IN (SELECT id FROM accounts_bureau WHERE code = 'SN'))
    AND period_id IN (SELECT id FROM core_period WHERE start_on <= current_date ORDER BY start_on DESC LIMIT 1)
    AND (node_type, node_id) IN (
        SELECT 'plan', p.id FROM goals_plan p WHERE p.code = 'framework-2026-2030'
        UNION ALL SELECT 'aim', a.id FROM goals_aim a JOIN goals_plan p ON p.id = a.plan_id
            WHERE p.code = 'framework-2026-2030' AND a.number = 2
        UNION ALL (SELECT 'result', e.id FROM outcomes_expectedresult e JOIN goals_aim a ON a.id = e.aim_id
            JOIN goals_plan p ON p.id = a.plan_id WHERE p.code = 'framework-2026-2030' AND a.number = 2 ORDER BY e.number LIMIT 1)
        UNION ALL (SELECT 'indicator', i.id FROM outcomes_indicator i JOIN outcomes_expectedresult e ON e.id = i.expected_result_id
            JOIN goals_aim a ON a.id = e.aim_id JOIN goals_plan p ON p.id = a.plan_id
            WHERE p.code = 'framework-2026-2030' AND a.number = 2 ORDER BY e.number, i.code LIMIT 1))"""
# The newest piece of work is told of once more: its row of the list is another one.
WORK_MOVES = """
UPDATE initiatives_initiative SET updated_at = clock_timestamp(), title = left(md5(title), 8) || ' ' || summary
WHERE id = (SELECT id FROM initiatives_initiative WHERE handling = 0 ORDER BY updated_at DESC, id DESC LIMIT 1)"""


def after_a_change(floor: Callable, act: Callable, moves: str = A_BRANCH_MOVES) -> Found:
    """The page drawn when what it says has moved since it was drawn last. What moved stays: the data are a copy.

    Raises LookupError where the page does not say it.
    """
    _move(moves)
    was = act().content
    _move(moves)
    if act().content == was:
        raise LookupError("what moved is not on the page")
    return against(floor, act, before=lambda: _move(moves))


def _move(moves: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(moves)
        if not cursor.rowcount:
            raise LookupError("nothing moved")
