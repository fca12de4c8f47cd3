"""The list of work written by hand: its own SQL, and f-strings that format, judge, escape and address. The floor in its own words.

Of the page only what never changes is taken as it is, cut where words begin that a reader, a row or a day decides: those
are all made here, of what the database says. `same` holds the outcome against the product's page, byte for byte.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from html import escape
from urllib.parse import quote_plus

from django.core.signing import Signer
from django.db import connection

from core.keyset import SALT

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
STATUSES = {name: name for name in ("planned", "active", "completed", "suspended", "cancelled")}
HANDLINGS = ("public", "internal", "restricted", "confidential")
ROLES = {"leader": "leadership"}
FACETS = ("status", "handling", "region", "aim", "crime_area", "capability")
CHOSEN = ' aria-current="true"'
PAGE, MOST_COUNTED = 50, 1000
# Where words begin that somebody, something or some day decides; what stands between them is the page's own markup.
PLACES = re.compile(
    r'(?<=csrfmiddlewaretoken" value=")\w+'
    r'|(?<=Reporting period:</span>)<bdi>[^<]*</bdi>|(?<= max=")[\d-]+|(?<=</form>)<ul>(?:<li><a href="\?period=.*?</li>)+</ul>'
    r'|(?<=Account:</span><span class="optional">)[^<]*|(?<=<div>\n<p>)[^\n]*<br>[^\n]*(?=</p>)'
    r"|(?<=<h1>Initiatives</h1>\n<p>)[^<]*"
    r'|(?<=all bureaus</option>).*?(?=</select>)|(?<=<ul class="chips">).*?(?=</ul>)'
    r'|(?<=<tbody>).*?(?=</tbody>)|(?<=<span>)[^<]* of [^<]*(?=</span>\n)|(?<=href="\?cursor=)[^"]*',
    re.DOTALL,
)
TOKEN = re.compile(r'(csrfmiddlewaretoken" value=")\w+')

WHO = """
    SELECT p.full_name, p.role, p.clearance, b.name->'texts'->>'en', to_char(now() AT TIME ZONE p.time_zone, 'YYYY-MM-DD'),
      (SELECT seq FROM core_auditrecord WHERE action <> ALL(ARRAY['access.denied','data.exported','session.began',
       'session.ended','session.refused','edition.downloaded']) ORDER BY seq DESC LIMIT 1), s.session_data
    FROM accounts_opensession s JOIN accounts_user p ON p.id = s.person_id LEFT JOIN accounts_bureau b ON b.id = p.bureau_id
    WHERE s.session_key = %s AND s.expire_date > now()"""
WORK = """
    SELECT i.id, i.code, i.title, i.language, i.status, i.starts_on, i.ends_on, i.handling, i.updated_at, b.name->'texts'->>'en'
    FROM initiatives_initiative i JOIN accounts_bureau b ON b.id = i.lead_bureau_id
    WHERE i.handling <= %s ORDER BY i.updated_at DESC, i.id DESC LIMIT 51"""
KNOWN = "SELECT count(*) FROM (SELECT 1 FROM initiatives_initiative WHERE handling <= %s LIMIT 1001) counted"
VIEWS = "SELECT id, name, query, is_shared FROM accounts_savedview WHERE owner_id = (SELECT person_id FROM accounts_opensession WHERE session_key = %s) OR is_shared ORDER BY is_shared, lower(name), id"  # noqa: E501
COUNTS = """
    SELECT 'status', status, count(*) FROM initiatives_initiative WHERE handling <= %(most)s GROUP BY 2
    UNION ALL SELECT 'handling', handling::text, count(*) FROM initiatives_initiative WHERE handling <= %(most)s GROUP BY 2
    UNION ALL SELECT 'region', b.region_id::text, count(*) FROM initiatives_initiative i
      JOIN accounts_bureau b ON b.id = i.lead_bureau_id WHERE i.handling <= %(most)s AND b.region_id IS NOT NULL GROUP BY 2
    UNION ALL SELECT 'aim', r.aim_id::text, count(DISTINCT c.initiative_id) FROM initiatives_contribution c
      JOIN outcomes_expectedresult r ON r.id = c.expected_result_id JOIN goals_aim a ON a.id = r.aim_id
      JOIN goals_plan p ON p.id = a.plan_id JOIN initiatives_initiative i ON i.id = c.initiative_id
      WHERE p.status <> 'draft' AND i.handling <= %(most)s GROUP BY 2
    UNION ALL SELECT 'crime_area', l.crimearea_id::text, count(DISTINCT l.initiative_id) FROM initiatives_initiative_crime_areas l
      JOIN initiatives_initiative i ON i.id = l.initiative_id WHERE i.handling <= %(most)s GROUP BY 2
    UNION ALL SELECT 'capability', l.capability_id::text, count(DISTINCT l.initiative_id) FROM initiatives_initiative_capabilities l
      JOIN initiatives_initiative i ON i.id = l.initiative_id WHERE i.handling <= %(most)s GROUP BY 2"""
NAMES = """
    SELECT 'region', id::text, code, name->'texts'->>'en', position FROM accounts_region
    UNION ALL SELECT 'aim', a.id::text, a.id::text, a.title->'texts'->>'en', a.id FROM goals_aim a
      JOIN goals_plan p ON p.id = a.plan_id WHERE p.status <> 'draft'
    UNION ALL SELECT 'crime_area', id::text, code, name->'texts'->>'en', position FROM initiatives_crimearea
    UNION ALL SELECT 'capability', c.id::text, c.id::text, c.name->'texts'->>'en', c.id FROM objectives_capability c
      JOIN goals_plan p ON p.id = c.plan_id WHERE p.status <> 'draft'
    UNION ALL SELECT 'bureau', id::text, code, name->'texts'->>'en', id FROM accounts_bureau WHERE is_active
    ORDER BY 1, 5"""
PERIODS = "SELECT code FROM core_period WHERE start_on <= current_date ORDER BY start_on DESC"


def list_floor(html: str, session_key: str) -> Callable[[], str]:
    """What writes the list of work, English, for a reader who leads no work, as they see it on opening it."""
    markup = PLACES.split(html)

    def write() -> str:
        with connection.cursor() as cursor:
            words = _words(cursor, session_key)
        return "".join([f"{piece}{word}" for piece, word in zip(markup, [*words, ""], strict=True)])

    return write


def who_is_reading(session_key: str) -> list[str]:
    """What every page is asked for beside what it shows: who reads, and the periods of its menu."""
    with connection.cursor() as cursor:
        return [cursor.mogrify(WHO, [session_key]).decode(), PERIODS]


def same(written: str, page: str) -> bool:
    """Whether what was written is the page, but for the token of its forms, which is another in every answer."""
    return TOKEN.sub(r"\1", written) == TOKEN.sub(r"\1", page)


def _asked(cursor, sql: str, values=()) -> list[tuple]:
    cursor.execute(sql, values)
    return cursor.fetchall()


def _words(cursor, session_key: str) -> list[str]:
    """The page's words in the order of its places."""
    [(name, role, clearance, bureau, today, _version, _data)] = _asked(cursor, WHO, [session_key])
    rows, [(known,)] = _asked(cursor, WORK, [clearance]), _asked(cursor, KNOWN, [clearance])
    _asked(cursor, VIEWS, [session_key])
    counts = {(facet, key): count for facet, key, count in _asked(cursor, COUNTS, {"most": clearance})}
    names = defaultdict(list)
    for facet, key, code, label, _position in _asked(cursor, NAMES):
        names[facet].append((key, code, label))
    periods = [code for (code,) in _asked(cursor, PERIODS)]
    shown, told = rows[:PAGE], f"{min(known, MOST_COUNTED):,}{'+' if known > MOST_COUNTED else ''}"
    return [
        f"<bdi>{escape(periods[0])}</bdi>", today, _periods(periods), "token",
        escape(name), f'{escape(name)}<br>{ROLES[role]}<br><span lang="en" dir="auto">{escape(bureau)}</span>', "token",
        f"{told} initiatives have been logged.", _bureaus(names["bureau"]), *_chips(names, counts), "token",
        "".join([_row(row) for row in shown]), f"{len(shown)} of {told}", _cursor(shown[-1]),
    ]  # fmt: skip


def _periods(codes: list[str]) -> str:
    found = [(escape(code), CHOSEN if code == codes[0] else "") for code in codes]
    links = [f'<li><a href="?period={code}"{mark}><bdi>{code}</bdi></a></li>' for code, mark in found]
    return f"<ul>{''.join(links)}</ul>"


def _bureaus(named) -> str:
    by_name = sorted(named, key=lambda one: _letters(one[2]))
    return "".join([f'<option value="{escape(code)}">{escape(label)}</option>' for _key, code, label in by_name])


@lru_cache(maxsize=1_000)
def _letters(words: str) -> str:
    return "".join([sign for sign in unicodedata.normalize("NFKD", words) if not unicodedata.combining(sign)]).casefold()


def _chips(names, counts) -> list[str]:
    """Of each facet the answers that somebody gave, with how many did."""
    names["status"] = [(code, code, label) for code, label in STATUSES.items()]
    names["handling"] = [(str(level), label, label) for level, label in enumerate(HANDLINGS)]
    return ["".join([_chip(facet, *one, counts.get((facet, one[0]))) for one in names[facet]]) for facet in FACETS]


def _chip(facet: str, _key: str, code: str, label: str, count: int | None) -> str:
    if not count:
        return ""
    return f'<li><a class="chip" href="?{facet}={quote_plus(code)}">{escape(label)} <span class="n">{count:,}</span></a></li>'


def _row(row: tuple) -> str:
    _id, code, title, language, status, starts_on, ends_on, level, _changed, bureau = row
    return (
        f'<tr><th scope="row"><a href="/initiatives/{quote_plus(code)}/"><bdi>{escape(code)}</bdi> '
        f'<span lang="{escape(language)}" dir="auto">{escape(title)}</span></a></th>'
        f'<td data-head="Bureau"><span lang="en" dir="auto">{escape(bureau)}</span></td>'
        f'<td data-head="Status">{STATUSES[status]}</td><td data-head="Period">{_day(starts_on)} – {_day(ends_on)}</td>'
        f'<td data-head="Handling"><span class="tag handling-{level}">{HANDLINGS[level]}</span></td></tr>'
    )


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _cursor(row: tuple) -> str:
    """Where the next page begins, signed as the product signs it."""
    key = [["moment", row[8].isoformat()], ["plain", row[0]]]
    return quote_plus(Signer(salt=SALT).sign_object([["updated_at", "id"], True, False, key]))
