"""A plan as officers edit it: its own texts, and its aims with their expected results, and its capabilities."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.formats import day, number
from core.translations import LANGUAGES, TranslationState
from goals.models import Aim, NodeKind, Plan, PlanKind, PlanStatus, Withdrawal
from objectives.models import Capability
from outcomes.models import ExpectedResult
from outcomes.planning import own_record
from outcomes.wording import FIELDS, KINDS

FINISHED = (TranslationState.SOURCE, TranslationState.APPROVED)


@dataclass
class Text:
    """One text of a node: where it is edited, and how many of its translations are not approved."""

    kind: str
    pk: int
    field: str
    text: object

    @property
    def label(self):
        return FIELDS[self.field]

    @property
    def to_translate(self) -> int:
        return sum(self.text.state(one) not in FINISHED for one in LANGUAGES) if self.text else 0


@dataclass
class Node:
    """An aim, an expected result or a capability with its texts and what stands beneath it."""

    kind: str
    record: object
    number: str
    texts: list[Text]
    withdrawal: Withdrawal | None = None
    children: list[Node] = field(default_factory=list)


@dataclass
class PlanTree:
    """The whole plan. `own` are the texts before its aims."""

    plan: Plan
    own: list[Text]
    aims: list[Node]
    capabilities: list[Node]

    @property
    def results(self) -> int:
        return sum(len(standing(aim.children)) for aim in standing(self.aims))

    @property
    def is_draft(self) -> bool:
        return self.plan.status == PlanStatus.DRAFT

    @property
    def is_closed(self) -> bool:
        return self.plan.status == PlanStatus.CLOSED

    @property
    def without_results(self) -> list[Node]:
        return [aim for aim in standing(self.aims) if not standing(aim.children)]


def standing(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if node.withdrawal is None]


def find_plan(user, code: str) -> Plan:
    found = Plan.objects.visible_to(user).select_related("predecessor").filter(code=code).first()
    if found is None:
        raise NotFound(_("There is nothing here, or nothing that you may see."))
    return found


def read_plan_tree(plan: Plan) -> PlanTree:
    """The plan down to its expected results. Five queries."""
    gone = {(one.node_type, one.node_id): one for one in Withdrawal.objects.select_related("withdrawn_by")}
    aims = {
        aim.pk: Node(
            NodeKind.AIM, aim, str(aim.number), _texts("aim", aim, ("title", "text")), gone.get((NodeKind.AIM, aim.pk))
        )
        for aim in Aim.objects.filter(plan=plan).order_by("number")
    }
    for result in ExpectedResult.objects.filter(aim__plan=plan).order_by("number"):
        above = aims[result.aim_id]
        node = Node(
            NodeKind.RESULT, result, f"{above.number}.{result.number}", _texts("result", result, ("text",)),
            gone.get((NodeKind.RESULT, result.pk)),
        )  # fmt: skip
        above.children.append(node)
    capabilities = [
        Node(
            NodeKind.CAPABILITY, one, str(one.number), _texts("capability", one, ("name",)),
            gone.get((NodeKind.CAPABILITY, one.pk)),
        )
        for one in Capability.objects.filter(plan=plan).order_by("number")
    ]  # fmt: skip
    return PlanTree(plan, _own_texts(plan), list(aims.values()), capabilities)


def _own_texts(plan: Plan) -> list[Text]:
    own = own_record(plan)
    kind = "framework" if plan.kind == PlanKind.FRAMEWORK else "strategy"
    return _texts("plan", plan, KINDS["plan"].fields) + _texts(kind, own, KINDS[kind].fields)


def _texts(kind: str, record, fields) -> list[Text]:
    return [Text(kind, record.pk, name, getattr(record, name)) for name in fields]


def language_of(plan: Plan) -> str:
    """The language that new parts of the plan are written in: that of its title."""
    return plan.title.source or (get_language() or "en")[:2]


def plans_sentence(plans: list[Plan], today) -> str:
    """What holds today, what is still being written, and what is over."""
    if not plans:
        return gettext("There is no plan yet.")
    by = {status: [one for one in plans if one.status == status] for status in PlanStatus}
    said = [_in_force(one, today) for one in by[PlanStatus.IN_FORCE]] or [gettext("No plan is in force")]
    if drafts := len(by[PlanStatus.DRAFT]):
        said.append(ngettext("%(n)s draft is not published yet", "%(n)s drafts are not published yet", drafts) % {"n": number(drafts)})
    if closed := len(by[PlanStatus.CLOSED]):
        said.append(ngettext("%(n)s plan is closed", "%(n)s plans are closed", closed) % {"n": number(closed)})
    return gettext("; ").join(said) + "."


def _in_force(plan: Plan, today) -> str:
    words, on = gettext("%(plan)s is in force until %(day)s"), plan.end_on
    if plan.end_on < today:
        words = gettext("%(plan)s ended on %(day)s and is not closed yet")
    elif plan.start_on > today:
        words, on = gettext("%(plan)s is published and begins on %(day)s"), plan.start_on
    return words % {"plan": f"\u2068{plan.title}\u2069", "day": day(on)}
