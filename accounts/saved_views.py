"""Lists as people asked for them, kept under a name: for oneself, or by officers for everyone."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.access import ROLES_FOR, may, require
from accounts.models import SavedView, User
from core import audit, versions
from core.errors import Invalid, NotFound
from core.questions import rows_of

MOST_VIEWS = 30
LONGEST_QUERY = 1_000
# Where somebody was in the list is not what they asked for.
PASSING = ("cursor", "csrfmiddlewaretoken", "name", "shared")
SHARE = "view.share"
# Shared by somebody who has left, or shares nothing any more: nobody but the other officers could take it away.
ORPHANED = Q(is_shared=True) & ~Q(owner__is_active=True, owner__role__in=ROLES_FOR[SHARE])


class View(NamedTuple):
    """A saved view as a list of them shows it."""

    pk: int
    name: str
    query: str
    is_shared: bool
    owner_id: int
    is_orphaned: bool

    def may_be_removed_by(self, person) -> bool:
        return self.owner_id == person.pk or self.is_orphaned and may(person, SHARE)


def views_for(person) -> list[View]:
    """The person's own views, and those that officers share. One query."""
    return [View(*row) for row in rows_of(_open_to, person.pk)]


def _open_to(person: int):
    is_orphaned = ExpressionWrapper(ORPHANED, output_field=BooleanField())
    return SavedView.objects.open_to(person).annotate(is_orphaned=is_orphaned).values_list(*View._fields)


@transaction.atomic
def save_view(*, name: str, query: str, is_shared: bool = False, by, at) -> SavedView:
    """This will keep the question under the name; the same name again replaces what was asked.

    Refused: no name, a thirty-first view, sharing by anyone but an officer.
    """
    name, query = " ".join(name.split()), kept_query(query)
    versions.lock(User.objects.active(), by.pk, version=None)
    own = SavedView.objects.filter(owner=by)
    found = own.filter(name__iexact=name).first()
    if is_shared:
        require(by, SHARE)
    if faults := _faults(name, query, is_full=found is None and own.count() >= MOST_VIEWS):
        raise Invalid(_("The view cannot be saved yet."), fields={"name": faults})
    before = audit.snapshot(found, ("name", "query", "is_shared")) if found else {}
    if found is None:
        found = SavedView.objects.create(
            owner=by, name=name, query=query, is_shared=is_shared, created_at=at, updated_at=at
        )
    else:
        versions.change(found, at=at, name=name, query=query, is_shared=is_shared)
    _trace("view.saved", found, by, at, before, audit.snapshot(found, ("name", "query", "is_shared")))
    return found


def _faults(name: str, query: str, *, is_full: bool) -> list:
    if not name:
        return [_("Give the view a name.")]
    if len(name) > 60 or len(query) > LONGEST_QUERY:
        return [_("The name or the question is too long to be kept.")]
    if is_full:
        return [_("You have as many saved views as one person may have; take one away first.")]
    return []


@transaction.atomic
def remove_view(*, view_id: int, by, at) -> None:
    """This will take away one of the person's own views, or, for officers, a shared one whose owner is gone.

    Raises NotFound for anybody else's, shared or not.
    """
    theirs = Q(owner=by) | ORPHANED if may(by, SHARE) else Q(owner=by)
    found = SavedView.objects.select_for_update(of=("self",)).filter(theirs, pk=view_id).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    _trace("view.removed", found, by, at, audit.snapshot(found, ("name", "query", "is_shared")), {})
    found.delete()


def kept_query(query: str) -> str:
    """The question without the place in the list and without empty answers."""
    asked = QueryDict(query, mutable=True)
    for name in PASSING:
        asked.pop(name, None)
    for name in [name for name in asked if not any(asked.getlist(name))]:
        asked.pop(name)
    return asked.urlencode()


def _trace(action, view, by, at, before, after) -> None:
    audit.record(at=at, by=by, action=action, target=view, before=before, after=after, bureau_id=by.bureau_id)
