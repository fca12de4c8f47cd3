"""The shape of an initiative as people type it: its facts, the shares of its results, its milestones."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES, Bureau
from accounts.naming import by_name
from core.formats import number
from core.forms import DayField, NumberField
from core.handling import Handling
from core.together import answered
from goals.models import PlanStatus
from initiatives import services
from initiatives.choices import InitiativeStatus
from initiatives.forms import text_area
from initiatives.models import CrimeArea, Initiative
from objectives.models import Capability
from outcomes.models import ExpectedResult, Indicator

BLANK_MILESTONES = 3
MOST_MILESTONES = 40
PLAIN = ("title", "summary", "language", "starts_on", "ends_on", "status", "handling", "budget_eur", "staff_fte")
RELATIONS = {
    "partners": "bureau_id", "capabilities": "capability_id", "crime_areas": "crimearea_id", "indicators": "indicator_id",
}  # fmt: skip
MILESTONE = ("title", "due_on", "done_on", "weight")


@dataclass
class Choices:
    """What an initiative may point at, read once per page."""

    results: list = field(default_factory=list)
    indicators: list = field(default_factory=list)
    bureaus: list = field(default_factory=list)
    capabilities: list = field(default_factory=list)
    crime_areas: list = field(default_factory=list)

    def by_pk(self, name: str) -> dict:
        return {str(one.pk): one for one in getattr(self, name)}


def read_choices(user, initiative: Initiative | None = None) -> Choices:
    """Plans in force, and whatever the initiative points at already."""
    used = Q(pk__in=initiative.contributions.order_by().values("expected_result")) if initiative else Q(pk__in=[])
    results = (
        ExpectedResult.objects.visible_to(user).standing().filter(Q(aim__plan__status=PlanStatus.IN_FORCE) | used)
        .select_related("aim__plan").order_by("-aim__plan__start_on", "aim__number", "number")
    )  # fmt: skip
    within = results.order_by().values("pk")
    indicators = Indicator.objects.visible_to(user).measured().filter(expected_result__in=within, is_central=False)
    results, indicators, bureaus, capabilities, areas = answered(
        results, indicators.order_by("code"), Bureau.objects.filter(is_active=True),
        Capability.objects.standing().exclude(plan__status=PlanStatus.DRAFT), CrimeArea.objects.all(),
    )  # fmt: skip
    return Choices(results, indicators, by_name(bureaus), capabilities, areas)


def _several(label, items, words, **kwargs):
    return forms.MultipleChoiceField(
        label=label, required=False, choices=[(str(one.pk), words(one)) for one in items], **kwargs
    )


class InitiativeForm(forms.Form):
    """Field names are the service's; shares are `shares.<result>`, milestones `milestones.<place>.<part>`."""

    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    summary = text_area(_("Summary"), _("What is done, where, and with whom."), rows=4)
    language = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGE_CHOICES)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    status = forms.ChoiceField(label=_("Status"), choices=InitiativeStatus.choices)
    handling = forms.TypedChoiceField(
        label=_("Handling"), choices=Handling.choices, coerce=int, widget=forms.RadioSelect,
        help_text=_("Who may read about this work. Updates are handled at least as carefully."),
    )  # fmt: skip
    budget_eur = NumberField(label=_("Budget (EUR)"), decimals=2, required=False)
    staff_fte = NumberField(label=_("Staff (full-time equivalents)"), decimals=2, required=False)

    def __init__(self, *args, choices: Choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.options = choices
        boxes = {"widget": forms.CheckboxSelectMultiple}
        self.fields["partners"] = _several(
            _("Partner bureaus"), choices.bureaus, lambda one: f"{one.name} ({one.code})",
            widget=forms.SelectMultiple(attrs={"size": 8}),
            help_text=_("Bureaus that join in the work. Hold Ctrl (or Cmd) to choose several."),
        )  # fmt: skip
        self.fields["capabilities"] = _several(
            _("Capabilities"), choices.capabilities, lambda one: str(one.name), **boxes
        )
        self.fields["crime_areas"] = _several(_("Crime areas"), choices.crime_areas, lambda one: str(one.name), **boxes)
        self.fields["indicators"] = _several(
            _("Indicators that its updates report"), choices.indicators, lambda one: f"{one.code} {one.name}", **boxes
        )
        for result in choices.results:
            self.fields[f"shares.{result.pk}"] = _share_field(result)
        self.places = self._milestone_places()
        for place in self.places:
            self.fields |= {f"milestones.{place}.{name}": made for name, made in _milestone_fields().items()}

    def _milestone_places(self) -> range:
        known = sum(1 for name in self.initial if _is_milestone(name) and name.endswith(".title"))
        posted = [int(name.split(".")[1]) for name in self.data if _is_milestone(name)] if self.is_bound else []
        return range(min(max([known + BLANK_MILESTONES, *(place + 1 for place in posted)]), MOST_MILESTONES))

    def clean(self):
        """What the services would refuse is said here at the very field, of which they know nothing."""
        self._clean_shares()
        for place in self.places:
            self._clean_milestone({part: f"milestones.{place}.{part}" for part in MILESTONE})
        return self.cleaned_data

    def _clean_shares(self) -> None:
        """Each share by itself, and all together: said at the share that goes over."""
        total, is_over = Decimal(0), False
        whole = sum((share for _result, share in self.shares()), Decimal(0))
        for result, share in self.shares():
            total += share
            if not 0 < share <= 100:
                self.add_error(f"shares.{result.pk}", services.SHARE_WORDS)
            elif total > 100 and not is_over:
                is_over = True
                self.add_error(f"shares.{result.pk}", services.SHARES_WORDS % {"total": number(whole)})

    def _clean_milestone(self, names: dict[str, str]) -> None:
        title, due_on, _done_on, weight = (self.cleaned_data.get(names[part]) for part in MILESTONE)
        if title and not due_on and names["due_on"] not in self.errors:
            self.add_error(names["due_on"], _("Give the day that it is due on."))
        if due_on and not title:
            self.add_error(names["title"], _("Give each milestone a title."))
        starts_on, ends_on = (self.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
        if due_on and starts_on and ends_on and starts_on <= ends_on and not starts_on <= due_on <= ends_on:
            self.add_error(names["due_on"], services.OUTSIDE_THE_WORK)
        if weight is not None and not services.SMALLEST_WEIGHT <= weight <= services.LARGEST_WEIGHT:
            self.add_error(names["weight"], services.WEIGHT_WORDS)

    def shares(self) -> list:
        """Pairs of (expected result, percent), where something was given."""
        given = [(result, self.cleaned_data.get(f"shares.{result.pk}")) for result in self.options.results]
        return [(result, share) for result, share in given if share is not None]

    def milestones(self) -> list[dict]:
        rows = [
            {part: self.cleaned_data.get(f"milestones.{place}.{part}") for part in MILESTONE} for place in self.places
        ]
        return [row | {"weight": Decimal(1) if row["weight"] is None else row["weight"]} for row in rows if row["title"]]

    def values(self) -> dict:
        """Everything as the services take it."""
        given = {name: self.cleaned_data[name] for name in PLAIN}
        for name, source in (
            ("partners", "bureaus"),
            ("capabilities", "capabilities"),
            ("crime_areas", "crime_areas"),
            ("indicators", "indicators"),
        ):
            known = self.options.by_pk(source)
            given[name] = [known[pk] for pk in self.cleaned_data[name]]
        return given | {"shares": self.shares(), "milestones": self.milestones()}


def _share_field(result):
    made = NumberField(label=str(result.text), decimals=2, required=False)
    made.widget.attrs["data-share"] = "1"
    return made


def _is_milestone(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[0] == "milestones" and parts[1].isdecimal() and len(parts[1]) < 3


def _milestone_fields() -> dict:
    return {
        "title": forms.CharField(
            label=_("Milestone"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
        ),
        "due_on": DayField(label=_("Due on"), required=False),
        "done_on": DayField(label=_("Done on"), required=False),
        "weight": NumberField(label=_("Weight"), decimals=2, required=False),
    }


def with_relations(initiatives):
    """Each with `partners_ids` and its siblings, in the same question."""
    found = {}
    for name, column in RELATIONS.items():
        links = getattr(Initiative, name).through.objects.filter(initiative=OuterRef("pk"))
        found[f"{name}_ids"] = ArraySubquery(links.order_by(column).values(column))
    return initiatives.annotate(**found)


def initial_of(initiative: Initiative) -> dict:
    """What the form of a present initiative shows; it comes `with_relations`."""
    initial = {name: getattr(initiative, name) for name in PLAIN}
    for name in RELATIONS:
        initial[name] = [str(pk) for pk in getattr(initiative, f"{name}_ids")]
    for one in initiative.contributions.all():
        initial[f"shares.{one.expected_result_id}"] = one.share
    for place, milestone in enumerate(initiative.milestones.all()):
        initial |= {f"milestones.{place}.{part}": getattr(milestone, part) for part in MILESTONE}
    return initial


def groups_of(form: InitiativeForm) -> list[dict]:
    """The shares by plan and aim, each result with its indicators' check boxes beneath it."""
    boxes = {box.data["value"]: box for box in form["indicators"]}
    by_result: dict[int, list] = {}
    for indicator in form.options.indicators:
        by_result.setdefault(indicator.expected_result_id, []).append(boxes[str(indicator.pk)])
    groups: dict[int, dict] = {}
    for result in form.options.results:
        plan = groups.setdefault(result.aim.plan_id, {"plan": result.aim.plan, "aims": {}})
        aim = plan["aims"].setdefault(result.aim_id, {"aim": result.aim, "results": []})
        aim["results"].append(_result_row(form, result, by_result.get(result.pk, [])))
    return [{"plan": group["plan"], "aims": list(group["aims"].values())} for group in groups.values()]


def _result_row(form, result, boxes) -> dict:
    bound = form[f"shares.{result.pk}"]
    chosen = [box for box in boxes if box.data.get("selected")]
    return {
        "result": result, "field": bound, "boxes": boxes, "chosen": len(chosen),
        "is_open": bool(chosen) or bound.value() not in (None, ""),
    }  # fmt: skip
