import cProfile, pstats
import pytest
from django.test import Client, override_settings
from bench.door import Door
from bench.pages import DASHBOARD, LIST, _floor, A_BRANCH_MOVES, WORK_MOVES
from bench.changed import after_a_change, _move
from bench.blocks import undone
from bench.pairs import against
from tests import demonstration
from tests.visits import Story

def test_x(django_db_setup, django_db_blocker):
    copy = demonstration.copied()
    with django_db_blocker.unblock(), demonstration.looked_at(copy):
        client = Client(); client.force_login(Story.told().people["leader"]); client.get("/method/")
        door = Door(client)
        for name, path in {**DASHBOARD, "list of work": LIST}.items():
            with override_settings(PAGES_KEPT_SECONDS=0):
                act = door.asks(path); floor = _floor(door, name, path)
                moves = WORK_MOVES if path == LIST else A_BRANCH_MOVES
                print(name, "kept", against(floor, act, pairs=31))
                print(name, "changed", after_a_change(floor, act, moves))
                prof = cProfile.Profile()
                def many():
                    for _ in range(30):
                        _move(moves); prof.enable(); act(); prof.disable()
                many()
                st = pstats.Stats(prof); print(name, "calls", st.total_calls/30); st.sort_stats("cumtime").print_stats(70)
    demonstration.drop(copy)
