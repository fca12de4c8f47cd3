"""What happened between two days, as sentences in the reader's language: each with its weight, its page and its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.formats import day, number
from core.status import status_of
from dashboard.between import Between
from dashboard.changed_work import Some
from dashboard.changes import Happened
from dashboard.drawing import address, explanation_of, shorten, with_kept
from dashboard.indicator_drawing import bare, measured
from dashboard.pictures import PICTURES
from outcomes.models import NodeType
from reports.differences import ORDER
from reports.render.sentences import change_sentence
from reports.render.voice import Voice

SHOWN = 40
GROUPS = {
    "status": gettext_lazy("Status"),
    "figures": gettext_lazy("Figures"),
    "decisions": gettext_lazy("Targets and judgements"),
    "work": gettext_lazy("Work"),
    "texts": gettext_lazy("Texts and reports"),
}
FIELDS = {
    "title": gettext_lazy("title"),
    "text": gettext_lazy("text"),
    "name": gettext_lazy("name"),
    "definition": gettext_lazy("definition"),
    "introduction": gettext_lazy("introduction"),
}


@dataclass(frozen=True)
class Line:
    """One sentence. `why` is the reason that a person gave, in that person's own words; `code` is the subject's."""

    group: str
    kind: str
    weight: int
    words: str
    url: str = ""
    code: str = ""
    before: str = ""
    after: str = ""
    why: str = ""
    status: str = ""


def lines(question, happened: Happened) -> list[Line]:
    """Every sentence, the heaviest first."""
    found = [
        *_moved(question, happened), *_values(question, happened), *_targets(question, happened), *_judged(question, happened),
        *_work(question, happened), *_texts(question, happened), *_editions(happened),
    ]  # fmt: skip
    return sorted(found, key=lambda line: (-line.weight, line.code, line.words))


def _moved(question, happened: Happened):
    """The reports' own differences in the reports' own words, each with the explanation of its figure."""
    voice = Voice(get_language().split("-")[0])
    for change in happened.moved:
        subject = change["subject"]
        node = happened.nodes.get((subject["kind"], subject["code"]))
        group = "status" if change["kind"] == "status" else "figures"
        yield Line(
            group, change["kind"], change["weight"], change_sentence(voice, change),
            _explained(question, happened, subject["kind"], node, change["kind"]) if node is not None else "",
            subject["code"], change["before"] or "", change["after"] or "",
            status=change["after"] if group == "status" else "",
        )  # fmt: skip


def _explained(question, happened: Happened, kind: str, node, of: str) -> str:
    """The account of the figure as it was known on the later day."""
    until = happened.between.until
    known = "" if until == question.today and question.known_on is None else urlencode({"known_on": until})
    period = happened.periods.get(_plan_of(node).pk)
    if of == "indicators_added":
        return address(node, question.kept)
    return explanation_of(kind, node, period, known, **({"measure": "delivery"} if of == "delivery" else {}))


def _plan_of(node):
    for path in ("plan", "aim.plan", "expected_result.aim.plan"):
        found = node
        for name in path.split("."):
            found = getattr(found, name, None)
        if found is not None:
            return found
    return node


def _values(question, happened: Happened):
    for indicator, was, now in happened.values:
        moved = abs(now - was) / abs(was) if was else Decimal(1)
        words = _("%(subject)s: the value went from %(before)s to %(after)s.") % {
            "subject": f"\u2068{shorten_name(indicator)}\u2069", "before": bare(indicator, was),
            "after": measured(indicator, now),
        }  # fmt: skip
        url = _explained(question, happened, NodeType.INDICATOR.value, indicator, "value")
        weight = 15 + min(14, int(moved * 20))
        yield Line("figures", "value", weight, words, url, indicator.code, _exact(was), _exact(now))


def shorten_name(indicator) -> str:
    return f"{indicator.code} {indicator.name}"


def _exact(value) -> str:
    return "" if value is None else format(value.normalize(), "f")


def _targets(question, happened: Happened):
    for target, was in happened.targets:
        one = target.indicator
        words = _("The target of %(subject)s for %(on)s was changed from %(before)s to %(after)s.") % {
            "subject": f"\u2068{shorten_name(one)}\u2069", "on": day(target.due_on),
            "before": measured(one, was.value if was else None), "after": measured(one, target.value),
        }  # fmt: skip
        yield Line("decisions", "target", 45, words, address(one, question.kept), one.code,
                   _exact(was.value) if was else "", _exact(target.value), target.reason)  # fmt: skip


def _judged(question, happened: Happened):
    for one in happened.judgements:
        node = one.aim or one.expected_result or one.indicator
        name = shorten_name(node) if one.indicator_id else shorten(node)
        words = _("“%(subject)s” was judged %(status)s until %(until)s.") % {
            "subject": f"\u2068{name}\u2069", "status": str(status_of(one.status).label), "until": day(one.expires_on),
        }  # fmt: skip
        yield Line("decisions", "judgement", 65, words, address(node, question.kept), "", "", one.status, one.reason, one.status)


def _work(question, happened: Happened):
    """New work, work that was closed, and work whose days ran out: by name while it is little, else counted."""
    said = {"completed": _("%(subject)s was completed."), "cancelled": _("%(subject)s was given up.")}
    url = _list(question, "dashboard:initiatives")
    yield from (_of_work(question, one, "initiative_added", 32, _("New: %(subject)s.")) for one in happened.started.named)
    if not happened.started.is_named:
        words = ngettext("%(n)s initiative was added.", "%(n)s initiatives were added.", happened.started.many)
        yield _counted(happened.started, "initiatives_added", 40, words, url)
    yield from (_of_work(question, one, f"initiative_{status}", 38, said[status]) for one, status in happened.closed.named)
    if not happened.closed.is_named:
        words = ngettext(
            "%(n)s initiative was completed or given up.", "%(n)s initiatives were completed or given up.", happened.closed.many
        )
        yield _counted(happened.closed, "initiatives_closed", 39, words, _list(question, "dashboard:initiatives", status="completed"))
    words = _("%(subject)s reached its last day and is not closed.")
    yield from (_of_work(question, one, "initiative_ended", 36, words) for one in happened.ended.named)
    if not happened.ended.is_named:
        words = ngettext(
            "%(n)s initiative reached its last day and is not closed.",
            "%(n)s initiatives reached their last day and are not closed.",
            happened.ended.many,
        )
        yield _counted(happened.ended, "initiatives_ended", 37, words, _list(question, "dashboard:timeline", show="late"))
    many, is_more = happened.validated
    if many:
        words = ngettext("%(n)s update was validated.", "%(n)s updates were validated.", many)
        yield _counted(Some([], many, is_more), "updates_validated", 20, words, url)


def _list(question, name: str, **chosen) -> str:
    return with_kept(reverse(name), "&".join(filter(None, [urlencode(chosen), question.kept])))


def _counted(some: Some, kind: str, weight: int, words: str, url: str) -> Line:
    """One sentence for very many, with the list of them all."""
    more = "+" if some.is_more else ""
    return Line("work", kind, weight, words % {"n": number(some.many) + more}, url, after=f"{some.many}{more}")


def _of_work(question, one, kind: str, weight: int, words: str) -> Line:
    subject = f"\u2068{one.code} {one.title}\u2069 (\u2068{one.lead_bureau.name}\u2069)"
    url = with_kept(reverse("dashboard:initiative", args=[one.code]), question.kept)
    return Line("work", kind, weight, words % {"subject": subject}, url, one.code)


def _texts(question, happened: Happened):
    for node, name in happened.texts:
        subject = shorten_name(node) if hasattr(node, "unit") else shorten(node)
        words = _("The text of %(subject)s was edited (%(field)s).") % {
            "subject": f"\u2068{subject}\u2069", "field": FIELDS.get(name, name),
        }  # fmt: skip
        yield Line("texts", "text", 30, words, address(node, question.kept))


def _editions(happened: Happened):
    for one in happened.editions:
        words = _("Edition %(n)s was filed: %(title)s, %(period)s.") % {
            "n": one.number, "title": f"\u2068{one.definition.title}\u2069", "period": f"\u2066{one.period_code}\u2069",
        }  # fmt: skip
        yield Line("texts", "edition", 42, words, reverse("reports:edition", args=[one.number]), str(one.number))


# the page


def changes_page(question, happened: Happened, given) -> dict:
    found, group = lines(question, happened), group_asked(given)
    chosen = _of_group(found, group)
    is_whole = bool(given.get("all")) or len(chosen) <= SHOWN
    between, missing = happened.between, [PICTURES.standing(one) for one in happened.missing]
    return {
        "between": between,
        "sentence": _sentence(between, happened),
        "missing": missing,
        "may_ask": any(not one["is_under_way"] for one in missing),
        "work_out_url": link(question, between, name="dashboard:work_out"),
        "lines": chosen if is_whole else chosen[:SHOWN],
        "more": 0 if is_whole else len(chosen) - SHOWN,
        "all_url": link(question, between, kind=group, all="1"),
        "chips": _chips(question, between, found, group),
        "group": group,
        "clear_url": link(question, between),
        "starts": _starts(question, between, group),
        "latest": question.today,
        "known": question.known_on,
        "csv_url": link(question, between, name="dashboard:changes_csv", kind=group),
        "stamp": {"known_at": question.figures_at if missing else happened.figures.computed_at, "known_on": question.known_on,
                  "waiting": question.waiting if question.is_reviewer and not question.known_on else None},
    }  # fmt: skip


def group_asked(given) -> str:
    """The one group of sentences that the reader chose, or none."""
    return given.get("kind", "") if given.get("kind") in GROUPS else ""


def _of_group(found: list[Line], group: str) -> list[Line]:
    return [line for line in found if line.group == group] if group else found


def link(question, between: Between, *, name: str = "dashboard:changes", **more) -> str:
    asked = {"since": between.since.isoformat(), "until": between.until.isoformat(), "period": question.period_code, **more}
    if question.known_on:
        asked["known_on"] = question.known_on.isoformat()
    return with_kept(reverse(name), urlencode({key: value for key, value in asked.items() if value}))


def _chips(question, between, found: list[Line], group: str) -> list[dict]:
    counts = {code: sum(line.group == code for line in found) for code in GROUPS}
    return [
        {"label": label, "on": code == group, "count": number(counts[code]),
         "url": link(question, between, kind="" if code == group else code)}
        for code, label in GROUPS.items() if counts[code] or code == group
    ]  # fmt: skip


def _starts(question, between: Between, group: str) -> list[dict]:
    """First days that people ask for: a week, a month, and the ends of the last periods; those of which anything is known."""
    ends = [(_("since the end of %(period)s") % {"period": f"\u2066{one.code}\u2069"}, one.end_on)
            for one in question.periods if one.end_on < between.until][:3]  # fmt: skip
    days = [(_("in 7 days"), between.until - timedelta(days=7)), (_("in 30 days"), between.until - timedelta(days=30))]
    return [
        {"label": label, "current": first == between.since, "url": link(question, Between(first, between.until), kind=group)}
        for label, first in [*days, *ends]
        if between.could_begin(first)
    ]  # fmt: skip


def _sentence(between: Between, happened: Happened) -> str:
    """How many verdicts got better and worse, and what else moved, in one line."""
    worse, better, other = 0, 0, 0
    for change in happened.moved:
        if change["kind"] != "status":
            continue
        was, now = change["before"], change["after"]
        if was in ORDER and now in ORDER:
            worse, better = worse + (ORDER.index(now) > ORDER.index(was)), better + (ORDER.index(now) < ORDER.index(was))
        else:
            other += 1
    said = [
        ngettext("%(n)s status got worse", "%(n)s statuses got worse", worse) % {"n": number(worse)},
        ngettext("%(n)s got better", "%(n)s got better", better) % {"n": number(better)},
    ]
    said = said if worse or better else [_("no status got better or worse")]
    said = [_("the figures are not compared yet")] if happened.missing else said
    if other:
        said.append(
            ngettext("%(n)s became known or unknown", "%(n)s became known or unknown", other) % {"n": number(other)}
        )
    if happened.targets:
        many = len(happened.targets)
        said.append(ngettext("%(n)s target was revised", "%(n)s targets were revised", many) % {"n": number(many)})
    days = _("From %(since)s to %(until)s") % {"since": day(between.since), "until": day(between.until)}
    return _("%(days)s: %(what)s.") % {"days": days, "what": _(", ").join(said)}


HEAD = ["importance", "group", "kind", "subject", "before", "after", "reason", "sentence"]


def csv_rows(question, happened: Happened, group: str = ""):
    """The sentences of the group that was chosen, or of all; and what could not be compared, whatever was chosen."""
    for one in happened.missing:
        words = _("The figures as known on %(day)s are not worked out yet, so no figure is compared.") % {"day": day(one)}
        yield ["", "figures", "not_compared", "", "", "", "", words]
    for line in _of_group(lines(question, happened), group):
        words = "".join(sign for sign in line.words if sign not in "\u2066\u2067\u2068\u2069")
        yield [line.weight, line.group, line.kind, line.code, line.before, line.after, line.why, words]
