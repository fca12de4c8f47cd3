"""Hand-over: open duties go to a successor of the same bureau, signatures stay, and a closed account is out at once."""

from __future__ import annotations

import pytest
from django.test import Client
from knox.models import AuthToken

from accounts.models import User
from core.errors import Invalid, NotAllowed, NotFound, Stale
from core.handling import Handling
from core.models import AuditRecord
from initiatives import extensions, handing_over, life
from initiatives.models import Update
from tests.cast import make_initiative, make_update
from tests.chasing.test_more_time import BEFORE, UNTIL
from tests.pages.paper import Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_work(cast, headed, period):
    """A draft, a returned and a submitted update of the liaison's, work they are the contact for, and a request."""
    made = {
        state: make_update(cast, make_initiative(cast, "own"), state) for state in ("draft", "returned", "submitted")
    }
    type(headed).objects.filter(pk=headed.pk).update(responsible=cast.liaison)
    made["request"] = extensions.ask_for_time(
        bureau=headed.lead_bureau, period=period, until_on=UNTIL, reason="Storm", by=cast.liaison, at=BEFORE
    )
    return made


def hand_over(cast, *, to="colleague", by="officer", ends_account=False, **values):
    leaver = cast.people["liaison"]
    facts = {"seen": handing_over.open_duties_of(leaver).mark, "reason": "Moves to another post", **values}
    return handing_over.hand_over(
        leaver_id=leaver.pk, successor_id=cast.people[to].pk, ends_account=ends_account, by=cast.people[by], at=BEFORE,
        **facts,
    )  # fmt: skip


def test_what_is_open_moves_and_what_is_signed_stays(cast, headed, open_work):
    *_people, moved = hand_over(cast)
    assert moved == 4
    for state in ("draft", "returned"):
        update = Update.objects.get(pk=open_work[state].pk)
        assert update.author == cast.colleague and cast.liaison.pk in update.writer_ids
    assert Update.objects.get(pk=open_work["returned"].pk).submitted_by == cast.liaison
    submitted = Update.objects.get(pk=open_work["submitted"].pk)
    assert (submitted.author, submitted.submitted_by) == (cast.liaison, cast.liaison)
    headed.refresh_from_db()
    open_work["request"].refresh_from_db()
    assert headed.responsible == cast.colleague
    assert (open_work["request"].contact, open_work["request"].asked_by) == (cast.colleague, cast.liaison)


@pytest.mark.usefixtures("open_work")
def test_each_thing_that_moved_is_on_the_trail_with_the_reason(cast):
    hand_over(cast, ends_account=True)
    acts = AuditRecord.objects.filter(reason="Moves to another post").values_list("action", flat=True)
    assert sorted(acts) == [
        "extension.handed_over", "initiative.handed_over", "person.deactivated", "update.handed_over",
        "update.handed_over",
    ]  # fmt: skip


@pytest.mark.usefixtures("open_work")
def test_a_closed_account_is_out_with_its_next_click(cast):
    browser = Client()
    browser.force_login(cast.liaison)
    _token, text = AuthToken.objects.create(cast.liaison)
    assert browser.get("/").status_code == 200
    hand_over(cast, ends_account=True)
    assert browser.get("/").status_code == 302
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {text}"}).status_code == 401
    assert not AuthToken.objects.exists() and not User.objects.get(pk=cast.liaison.pk).is_active


@pytest.mark.usefixtures("open_work")
@pytest.mark.parametrize(("to", "words"), [
    ("liaison2", "another bureau"), ("gone", "closed"), ("officer", "another bureau"), ("liaison", "themselves"),
])  # fmt: skip
def test_who_cannot_take_over_is_refused_with_the_reason(cast, to, words):
    with pytest.raises(Invalid) as refused:
        hand_over(cast, to=to)
    assert words in str(refused.value.fields["successor"][0])


def test_a_successor_without_the_clearance_is_refused_with_the_number(cast):
    for level in (Handling.INTERNAL, Handling.RESTRICTED, Handling.CONFIDENTIAL):
        make_update(cast, make_initiative(cast, "own", level))
    with pytest.raises(Invalid) as refused:
        hand_over(cast)
    assert str(refused.value.fields["successor"][0]).startswith("2 of these")
    assert Update.objects.filter(author=cast.liaison).count() == 3


@pytest.mark.usefixtures("open_work")
@pytest.mark.parametrize(("who", "refusal"), [
    ("liaison2", NotFound), ("leader", NotFound), ("auditor", NotAllowed), ("colleague", NotAllowed),
])  # fmt: skip
def test_others_do_not_hand_over(cast, who, refusal):
    with pytest.raises(refusal):
        hand_over(cast, by=who)


@pytest.mark.usefixtures("open_work")
@pytest.mark.parametrize("who", ["head", "officer", "admin"])
def test_the_head_officers_and_administrators_do(cast, who):
    assert hand_over(cast, by=who)[2] == 4


@pytest.mark.usefixtures("open_work")
def test_a_head_hands_over_for_their_own_bureau_only(cast):
    User.objects.filter(pk=cast.head.pk).update(bureau=cast.bureaus["third"])
    cast.head.refresh_from_db()
    with pytest.raises(NotFound):
        hand_over(cast, by="head")


def test_what_changed_since_it_was_looked_at_is_looked_at_again(cast, open_work):
    seen = handing_over.open_duties_of(cast.liaison).mark
    update = open_work["draft"]
    life.save_draft(update_id=update.pk, version=update.version, by=cast.liaison, at=BEFORE, achieved="More")
    with pytest.raises(Stale):
        hand_over(cast, seen=seen)
    assert Update.objects.get(pk=update.pk).author == cast.liaison


def test_nobody_closes_their_own_account(cast):
    make_update(cast, make_initiative(cast, "own"), author=cast.head)
    with pytest.raises(Invalid):
        handing_over.hand_over(
            leaver_id=cast.head.pk, successor_id=cast.liaison.pk, ends_account=True, reason="Bye", by=cast.head,
            seen=handing_over.open_duties_of(cast.head).mark, at=BEFORE,
        )  # fmt: skip


@pytest.mark.usefixtures("open_work")
def test_the_page_shows_exactly_what_moves_and_then_moves_it(cast, headed):
    people = f"from={cast.liaison.pk}&to={cast.colleague.pk}"
    page = Paper(Client(), cast.head).open(f"/bureaus/{headed.lead_bureau.code}/")
    assert "/hand-over/" in page.text
    page.open(f"/bureaus/{headed.lead_bureau.code}/hand-over/?{people}")
    assert "4 open duties would go from Liaison to Colleague." in page.text and headed.code in page.text
    form = page.form("hand-over")
    form.action = f"/bureaus/{headed.lead_bureau.code}/hand-over/?{people}"
    page.press(form.fill(reason="Moves", ends_account="on"))
    assert "4 open duties went to Colleague." in page.text
    assert not User.objects.get(pk=cast.liaison.pk).is_active


def test_who_may_not_see_the_work_is_told_a_number_and_no_title(cast):
    make_update(cast, make_initiative(cast, "own", Handling.CONFIDENTIAL))
    User.objects.filter(pk=cast.colleague.pk).update(clearance=Handling.CONFIDENTIAL)
    people = f"from={cast.liaison.pk}&to={cast.colleague.pk}"
    page = Paper(Client(), cast.admin).open(f"/bureaus/XA/hand-over/?{people}")
    assert "1 more that you may not see." in page.text and "CANARY" not in page.text


@pytest.mark.parametrize("who", ["liaison", "leader", "auditor", "liaison2"])
def test_the_page_is_closed_to_others(cast, who):
    client = Client()
    client.force_login(cast.people[who])
    assert client.get("/bureaus/XA/hand-over/").status_code == 403


def test_the_page_says_beside_the_field_that_somebody_must_be_chosen(cast):
    paper = Paper(Client(), cast.officer)
    for asked, place in (("from=", "from"), (f"from={cast.liaison.pk}&to=", "to")):
        page = paper.open(f"/bureaus/{cast.liaison.bureau.code}/hand-over/?{asked}")
        assert f'id="{place}_error"' in page.text and "This field is required." in page.text
