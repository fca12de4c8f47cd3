"""The targets of a plan or an aim as a grid: filled in, seen before it is saved, and saved whole or not at all."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import may, require
from core.errors import Invalid, NotFound, Stale
from core.formats import number
from core.forms import put_refusal
from goals.models import Plan
from outcomes.foresight import foresee
from outcomes.forms import ReasonForm
from outcomes.indicator_pages import measured, plans_for
from outcomes.pages import crumbs, digest, draw_moves, is_save
from outcomes.target_grid import read_grid
from outcomes.targets import check_cells, propose_targets, set_targets

MOST_NAMED = 5


@require_safe
def plans(request):
    """Whose targets? One plan in force is opened at once."""
    require(request.user, "target.set")
    found = plans_for(request.user)
    if not found:
        return render(request, "outcomes/no_plan.html", {"title": _("Targets"), "may_draft": may(request.user, "plan.edit")})
    return redirect("outcomes:targets", found[0].code)


@require_http_methods(["GET", "HEAD", "POST"])
def targets(request, plan):
    """What is to be reached by when, for every indicator at once?"""
    require(request.user, "target.set")
    found = Plan.objects.visible_to(request.user).prefetch_related("aims").filter(code=plan).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    aim = request.GET.get("aim", "")
    aim = int(aim) if aim.isdecimal() and len(aim) < 5 else None
    if request.method != "POST":
        return _draw(request, found, aim, read_grid(request.user, found, aim, span=_span(request)))
    return _answer(request, found, aim)


def _answer(request, plan, aim):
    """Shows what would change; saves what was shown when the person says so."""
    grid, form = read_grid(request.user, plan, aim, request.POST, span=_span(request)), ReasonForm.typed(request)
    cells = grid.cells()
    grid.put_errors(cells, check_cells([wanted for _place, wanted in cells], grid.standing))
    if grid.errors:
        return _draw(request, plan, aim, grid, form=form, status=400)
    status = 200
    if is_save(request, _proposed(cells)) and cells:
        try:
            set_targets(
                cells=[wanted for _place, wanted in cells], reason=request.POST.get("reason", ""), by=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except Stale as refused:
            grid.put_errors(cells, _places(refused))
            grid.seen = {key: row.revision for key, row in grid.standing.targets.items()}
            return _draw(request, plan, aim, grid, form=form, status=409, conflict=str(refused))
        except Invalid as refused:
            status = 400
            put_refusal(form, refused)
        else:
            said = ngettext("%(n)s target is saved, and the figures are worked out anew.",
                            "%(n)s targets are saved, and the figures are worked out anew.", len(cells))  # fmt: skip
            messages.success(request, said % {"n": len(cells)})
            return redirect(_here(plan, aim, _span(request)))
    return _draw(request, plan, aim, grid, form=form, status=status, **_preview(request, plan, grid, cells))


def _places(refused: Stale) -> dict[int, list]:
    return {int(name.partition(".")[2]): words for name, words in refused.fields.items()}


def _span(request) -> str:
    """Which days are shown: a year, `all`, or nothing for those that several indicators share."""
    return request.GET.get("days", "")[:4]


def _here(plan, aim, span: str) -> str:
    """The same grid again: the aim and the days that it was narrowed to."""
    asked = urlencode({name: value for name, value in (("aim", aim), ("days", span)) if value not in (None, "")})
    return reverse("outcomes:targets", args=[plan.code]) + (f"?{asked}" if asked else "")


def _preview(request, plan, grid, cells) -> dict:
    wanted = [cell for _place, cell in cells]
    moves = foresee([plan.pk], propose_targets(wanted, grid.standing), on=timezone.localdate()) if wanted else []
    changes = [
        {"label": place.label, "was": _drawn(cell, grid.standing.value(cell.key)), "now": _drawn(cell, cell.value)}
        for place, cell in cells
    ]
    previewed = digest(_proposed(cells))
    return {"changes": changes, "moves": draw_moves(request.user, moves), "previewed": previewed, "is_preview": True}


def _proposed(cells) -> list:
    return [(wanted.indicator.pk, wanted.due_on, wanted.value) for _place, wanted in cells]


def _drawn(cell, value) -> str:
    return _("none") if value is None else measured(cell.indicator, value)


def _spans(request, grid, aim) -> list[dict]:
    """Which days are shown, where they are too many for one view."""
    asked, kept = request.GET.get("days", ""), f"aim={aim}&" if aim is not None else ""
    years = [(str(year), str(year)) for year in grid.years]
    choices = [("", _("shared days")), *years, ("all", _("all days"))] if years else []
    return [{"label": label, "current": code == asked, "url": f"?{kept}days={code}"} for code, label in choices]


def _sentence(grid) -> str:
    """Which indicators nothing is asked of yet: those are what is left to do here."""
    lacking, every = grid.lacking, number(len(grid.indicators))
    if not grid.indicators:
        return _("There is nothing to set a target for yet.")
    if not lacking:
        words = ngettext("%(all)s indicator has a target.", "Each of the %(all)s indicators has a target.", len(grid.indicators))
        return words % {"all": every}
    words = ngettext(
        "%(n)s of %(all)s indicators has no target yet: %(codes)s.",
        "%(n)s of %(all)s indicators have no target yet: %(codes)s.",
        len(lacking),
    )
    codes = [f"\u2068{one.code}\u2069" for one in lacking[:MOST_NAMED]] + ["…"] * (len(lacking) > MOST_NAMED)
    said = words % {"n": number(len(lacking)), "all": every, "codes": _(", ").join(codes)}
    return said.replace("….", "…")  # three points are enough


def _draw(request, plan, aim, grid, *, form=None, status=200, **facts):
    span = _span(request)
    aims = [{"label": _("All aims"), "url": _here(plan, None, span), "current": aim is None}]
    aims += [
        {"label": f"{one.number}", "url": _here(plan, one.number, span), "current": one.number == aim}
        for one in sorted(plan.aims.all(), key=lambda one: one.number)
    ]
    drawn = {
        "plan": plan, "grid": grid, "sentence": _sentence(grid), "form": form if form is not None else ReasonForm(), "tabs": aims,
        "plans": plans_for(request.user), "spans": _spans(request, grid, aim),
        "crumbs": crumbs((_("Indicators"), reverse("outcomes:indicators") + f"?plan={plan.code}")),
    }  # fmt: skip
    return render(request, "outcomes/targets.html", drawn | facts, status=status)
