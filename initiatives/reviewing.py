"""The facts of the review page: every answer beside last time's, every value beside its target, what is odd and what may be done."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import refusal
from core.formats import percent
from initiatives import duties, flags, questions, review
from initiatives.choices import UpdateState
from initiatives.forms import NARRATIVE, SUPPORT, CommentForm, ReturnForm
from initiatives.models import Update
from initiatives.pages import holder_words, thread_of


@dataclass(frozen=True)
class Line:
    """One answer, now and last time."""

    label: str
    now: str
    before: str
    is_prose: bool = True


def review_facts(user, entry) -> dict:
    """All that the page draws."""
    update, bureau = entry.update, entry.initiative.lead_bureau
    update.files = entry.files
    found = _flags(entry)
    return {
        "entry": entry,
        "flags": found,
        "lines": [line for line in _lines(entry) if line.now or line.before],
        "values": [questions.facts_of(row) | {"flags": [flag.label for flag in row.odd]} for row in entry.rows],
        "holder": holder_words(update, bureau, user),
        "comments": thread_of(update),
        "return_form": ReturnForm(),
        "comment_form": CommentForm(),
        "acts": acts_of(user, entry),
        "handling_level": update.handling,
        "is_late": duties.is_late(update, bureau),
    }


def _flags(entry) -> tuple[flags.Flag, ...]:
    texts = [getattr(entry.update, name) for name in review.TEXTS]
    before = [getattr(entry.previous, name) for name in review.TEXTS] if entry.previous else []
    values = [row.value for row in entry.rows]
    last = {row.indicator.pk: row.previous for row in entry.rows if row.previous}
    return flags.of_update(
        oddities=[row.odd for row in entry.rows],
        is_late=duties.is_late(entry.update, entry.initiative.lead_bureau),
        is_off_track=entry.update.delivery_status == "off_track",
        delivery_falls=entry.delivery_falls,
        has_evidence=bool(entry.files),
        claims_an_end=review.claims_an_end(values, last),
        texts=texts,
        previous_texts=before,
    )


def acts_of(user, entry) -> dict:
    """What may be done, and where not, why: `validate`, `return`, `approve` are empty where they are open."""
    update, bureau = entry.update, entry.initiative.lead_bureau
    at_bureau = update.state == UpdateState.SUBMITTED and bureau.requires_head_approval
    is_head = refusal(user, "update.approve", bureau_id=bureau.pk) is None
    waits = update.state in (UpdateState.SUBMITTED, UpdateState.BUREAU_APPROVED)
    closed = "" if waits else _("It is decided already.")
    awaits = _("The head of the bureau has not approved it yet.") if at_bureau else ""
    own = _("Nobody validates what they wrote themselves.") if _wrote(user, update) else ""
    return {
        "is_head": is_head and at_bureau,
        "may_review": refusal(user, "update.validate") is None,
        "validate": closed or awaits or own or refusal(user, "update.validate") or "",
        "return": closed or ("" if is_head and at_bureau else awaits or refusal(user, "update.return") or ""),
        "ask": refusal(user, "update.comment") or "",
    }


def _wrote(user, update: Update) -> bool:
    return user.pk == update.author_id or user.pk in update.writer_ids


def _lines(entry) -> list[Line]:
    now, last = entry.update, entry.previous
    found = [_line(name, now, last) for name in NARRATIVE]
    found.append(Line(_("Delivery"), _delivery(now), _delivery(last), is_prose=False))
    found += [_line(name, now, last) for name in ("off_track_reason", *SUPPORT)]
    return found


def _line(name, now, last) -> Line:
    label = Update._meta.get_field(name).verbose_name
    return Line(label, getattr(now, name), getattr(last, name) if last else "")


def _delivery(update) -> str:
    if update is None or update.delivery_percent is None:
        return ""
    return f"{percent(update.delivery_percent / 100, None)} · {update.get_delivery_status_display()}"


def chips_of(queue: review.Queue, show: str) -> list[dict]:
    """All, odd ones, clean ones: the counts of this page."""
    return [
        {"label": label, "url": f"?show={code}" if code and show != code else "?", "on": show == code and bool(code),
         "count": count}
        for code, label, count in (
            ("odd", _("with a flag"), len(queue.odd)), ("clean", _("without a flag"), len(queue.clean))
        )
    ]  # fmt: skip
