"""What every form brings with it: the version it was drawn from, a key that makes two sendings one, what came between."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.idempotency import Answer, answer_once, fingerprint
from core.models import AuditRecord


def posted_version(request) -> int:
    """The version that the page was drawn from; what is no number fits no record."""
    words = request.POST.get("version", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else -1


def make_once(request, make: Callable[[], dict]) -> dict:
    """This will do it once per person and key of the form; sent again, it answers what was made the first time.

    Raises KeyReused when the same form came with other words.
    """
    words = request.POST.copy()
    words.pop("csrfmiddlewaretoken", None)
    seen = fingerprint("POST", request.path, words.urlencode().encode())
    key = request.POST.get("key", "")
    return answer_once(user_id=request.user.pk, key=key, seen=seen, make=lambda: Answer(303, make())).body


def what_came_between(current, fields: Iterable[tuple[object, object, object]]) -> dict:
    """For templates/_conflict.html: who changed the record meanwhile, and (label, mine, theirs) where the two differ."""
    last = AuditRecord.objects.filter(target_type=current._meta.label_lower, target_id=str(current.pk)).first()
    return {
        "who": last.actor_label if last else "",
        "at": current.updated_at,
        "fields": [
            {"label": label, "mine": mine, "theirs": theirs} for label, mine, theirs in fields if str(mine) != str(theirs)
        ],
    }
