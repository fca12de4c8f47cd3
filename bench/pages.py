"""What pages cost above their floor: drawn anew, of kept parts, given again, "you have it"; and the blocks they touch."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from statistics import median

from django.db import connection
from django.test import override_settings

from accounts.open_sessions import mark_now
from bench import by_hand
from bench.bare import BARE
from bench.blocks import blocks_of, touched_by
from bench.changed import A_BRANCH_MOVES, WORK_MOVES, after_a_change
from bench.door import Door
from bench.floors import page_floor, questions_of, rows_floor
from bench.goals import Goal
from bench.list_by_hand import MOST_COUNTED, list_floor, same, who_is_reading
from bench.pairs import Found, against
from core import fragments
from initiatives.models import Initiative

DASHBOARD = {
    "overview": "/strategy/",
    "aim": "/strategy/framework-2026-2030/2/",
    "bureau": "/bureaus/SN/",
}
LIST = "/initiatives/"
LONG = {"list of work": LIST, "heat map": "/heat-map/", "list of bureaus": "/bureaus/"}  # as long as the goals were set for
NEXT = re.compile(r'href="(\?[^"]*cursor=[^"]*)"')
BY_HAND = {"overview": by_hand.overview, "aim": by_hand.aim, "bureau": by_hand.bureau}


def dashboard_goals(door: Door) -> list[Goal]:
    """Each page drawn from nothing, of parts that are kept, from the cache, and as a 304; against its floor."""
    return [goal for name, path in DASHBOARD.items() for goal in [*_drawn(door, name, path, 2.8), *_given(door, name, path)]]


def _drawn(door: Door, name: str, path: str, limit: float) -> list[Goal]:
    """Drawn from nothing at all, after a change of what it says, and of parts that this process has drawn before.

    The goal is held against the last, as its source has it (decision 44); the others are said beside it.
    """
    with override_settings(PAGES_KEPT_SECONDS=0):
        act = door.asks(path)
        questions = questions_of(act)
        floor = _floor(door, name, path)
        anew, again = against(floor, lambda: [fragments.forget(), act()]), against(floor, act)
        changed = after_a_change(floor, act, WORK_MOVES if path == LIST else A_BRANCH_MOVES)
        ready = against(page_floor(questions, act().content.decode()), act)
        bare = against(rows_floor(_by_hand(door, name) or questions), act)
    return [
        Goal(f"{name}: drawn anew", None, anew.ratio, said=_said(anew)),
        Goal(f"{name}: drawn after a change of what it says", None, changed.ratio, said=_said(changed)),
        Goal(f"{name}: drawn of kept parts", limit, again.ratio, said=_said(again)),
        Goal(f"{name}: drawn of kept parts, to ready words", None, ready.ratio, "x words", said=_said(ready)),
        Goal(f"{name}: drawn of kept parts, to bare rows", None, bare.ratio, "x rows", said=_said(bare)),
    ]


def _floor(door: Door, name: str, path: str) -> Callable[[], str]:
    """What the page costs by hand: raw SQL that fetches what it shows, and its words by f-strings.

    The list is written by hand altogether (bench.list_by_hand), and held against the page; of the pages in bench.by_hand the
    questions are by hand and the words made ready; of any other the questions are its own. On very many rows the product does
    not count from end to end: counting by hand would make the floor high there.
    """
    page = door.get(path).content.decode()
    if questions := _by_hand(door, name):
        return page_floor(questions, page)
    if path != LIST or Initiative.objects.count() > MOST_COUNTED:
        return page_floor(questions_of(door.asks(path)), page)
    floor = list_floor(page, door.session_key)
    if not same(floor(), page):
        raise LookupError(f"{path}: what is written by hand is another page")
    return floor


def _by_hand(door: Door, name: str) -> list[str]:
    """The page's questions by hand, with who is reading and the menu's periods; none where nobody has written them."""
    return [*who_is_reading(door.session_key), *BY_HAND[name]()] if name in BY_HAND else []


def _given(door: Door, name: str, path: str) -> list[Goal]:
    """Given again packed, and "you have it"; these against drawing the page anew, too."""
    with override_settings(PAGES_KEPT_SECONDS=0):
        act, floor = door.asks(path), _floor(door, name, path)
    with override_settings(PAGES_KEPT_SECONDS=600):
        tag = door.get(path).headers["ETag"]
        packed, known = door.asks(path, accept_encoding="gzip"), door.asks(path, if_none_match=tag)
        if (packed().status, known().status) != (200, 304):
            raise LookupError(f"{path} is not kept")
        connection.close_at = None  # a connection that stands: where none does the door asks nothing
        again, nothing = against(floor, packed), against(floor, known)
        question = against(floor, lambda: mark_now(door.session_key))
    with override_settings(PAGES_KEPT_SECONDS=0):
        anew = against(lambda: [fragments.forget(), act()], act)
    return [
        Goal(f"{name}: given again", 0.2, again.ratio, said=_said(again)),
        Goal(f"{name}: 304", 0.1, nothing.ratio, said=_said(nothing)),
        Goal(f"{name}: the question of a 304 alone", None, question.ratio, said=_said(question)),
        Goal(f"{name}: 304 against drawing it anew", 0.1, round(nothing.ms / anew.floor_ms, 2), "x drawing"),
    ]


def length_goals(door: Door) -> list[Goal]:
    """Given again and "you have it" where a page has some length; and what a signed-in page costs that says nothing at all."""
    found = [goal for name, path in LONG.items() for goal in _given(door, name, path)]
    with override_settings(PAGES_KEPT_SECONDS=0):
        act = door.asks(DASHBOARD["overview"])
        floor = page_floor(questions_of(act), act().content.decode())
        with override_settings(ROOT_URLCONF="bench.bare"):
            bare = against(floor, door.asks(BARE))
    return [*found, Goal("a signed-in page that says nothing", None, bare.ratio, "x overview", _said(bare))]


def _said(found: Found) -> str:
    return f"{found.ms:.2f} ms against {found.floor_ms:.2f}"


SERVER_MS = 150  # of the clock on the wall, for the pages that everyone opens
OPENED_DAILY = {"home": "/", "overview": "/strategy/", "aim": "/strategy/framework-2026-2030/2/", "list of work": LIST}


def server_time_goals(door: Door, rounds: int = 9) -> list[Goal]:
    """Milliseconds from request to answer, drawn anew: the median of some rounds, with the processor's share beside."""
    with override_settings(PAGES_KEPT_SECONDS=0):
        return [_server_time(door, name, path, rounds) for name, path in OPENED_DAILY.items()]


def _server_time(door: Door, name: str, path: str, rounds: int) -> Goal:
    act = door.asks(path)
    act()
    walls, works = [], []
    for _round in range(rounds):
        wall, work = time.perf_counter(), time.process_time()
        fragments.forget()
        act()
        walls.append(1000 * (time.perf_counter() - wall))
        works.append(1000 * (time.process_time() - work))
    said = f"{median(works):.0f} ms of processor"
    return Goal(f"{name}: server time", SERVER_MS, round(median(walls), 1), "ms", said=said)


def list_goals(client, door: Door) -> list[Goal]:
    """The list of work against its floor, and a page far into it against its first."""
    drawn = _drawn(door, "list of work", LIST, 3.5)
    with override_settings(PAGES_KEPT_SECONDS=0):
        last = _far(client)
        compared = against(door.asks(LIST), door.asks(last))
        blocks = touched_by(client, last).blocks / touched_by(client, LIST).blocks
    return [
        *drawn,
        Goal("list of work: a far page against the first", 1.5, compared.ratio, "x first"),
        Goal("list of work: its blocks against the first", 1.5, round(blocks, 2), "x first"),
    ]


def _far(client, pages: int = 4) -> str:
    """The address of a page some pages on; keys make the hundredth as near as the second."""
    address = LIST
    for _page in range(pages):
        found = NEXT.findall(client.get(address).content.decode())
        address = LIST + unescape(found[-1])
    return address


def block_goals(client) -> list[Goal]:
    """Blocks that a page touches against what it shows asked by hand."""
    with override_settings(PAGES_KEPT_SECONDS=0):
        return [_blocks(client, name, questions()) for name, questions in BY_HAND.items()]


def _blocks(client, name: str, questions: list[str]) -> Goal:
    page, hand = touched_by(client, DASHBOARD[name]).blocks, sum(map(blocks_of, questions))
    return Goal(f"{name}: blocks", 1.5, round(page / hand, 2), "x by hand", said=f"{page} blocks against {hand}")
