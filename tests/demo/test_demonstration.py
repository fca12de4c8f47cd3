"""The demonstration looks like a real organisation, holds every case that there is, and breaks none of the rules."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import F, Max

from accounts.models import Bureau, Role, User
from core import audit
from core.models import Installation, Period
from initiatives import delivery, life
from initiatives.choices import InitiativeStatus, UpdateState
from initiatives.models import Comment, Evidence, Initiative, Milestone, Update, UpdateValue
from interpol_strategy.demo.cast import NAMED
from interpol_strategy.demo.play import curtain
from outcomes import rollup
from outcomes.choices import Measure, ValueState
from outcomes.models import Judgement, Measurement, RollUp, Target, Weight
from outcomes.services import check_value
from reports.models import ReportDefinition
from tests.demo.conftest import ON, PASSWORD
from tests.moments import NOON

pytestmark = [pytest.mark.usefixtures("seeded"), pytest.mark.django_db]
NOW = "2026-Q4"
PARTS = ("value", "numerator", "denominator")


@pytest.fixture
def open_period():
    return Period.objects.get(code=NOW)


def states_now(bureau=None):
    found = Update.objects.filter(period__code=NOW)
    found = found.filter(initiative__lead_bureau__code=bureau) if bureau else found
    return Counter(found.values_list("state", flat=True))


class TestItLooksLikeAnOrganisation:
    def test_some_forty_bureaus_do_250_initiatives(self):
        leading = Bureau.objects.filter(leads__isnull=False).distinct()
        assert 40 <= leading.count() <= 50
        assert Initiative.objects.count() == 250

    def test_the_first_reader_gets_the_newest_values_along_an_index(self):
        rows = Measurement.objects.filter(superseded_at=None, handling__lte=3).select_related("indicator", "period", "bureau")
        assert "values_latest" in rows.order_by("-recorded_at", "-id")[:101].explain()

    def test_nobody_is_called_as_somebody_else(self):
        assert Counter(User.objects.values_list("full_name", flat=True)).most_common(1)[0][1] == 1

    def test_the_counts_that_it_says_are_the_counts_that_are_there(self, seeded):
        assert seeded.people == User.objects.count()
        assert seeded.initiatives == Initiative.objects.count()
        assert seeded.updates == Update.objects.count()
        assert seeded.measurements == Measurement.objects.count()

    def test_the_closed_strategy_has_its_16_quarters_and_the_framework_those_up_to_today(self):
        codes = list(Period.objects.order_by("start_on").values_list("code", flat=True))
        assert (codes[0], codes[15], codes[16], codes[-1], len(codes)) == (
            "2022-Q1", "2025-Q4", "2026-Q1", NOW, 20,
        )  # fmt: skip

    def test_only_the_last_quarter_is_open(self):
        assert [one.code for one in Period.objects.all() if one.is_open(ON)] == [NOW]

    def test_every_member_country_has_its_bureau(self):
        assert Bureau.objects.filter(kind="ncb").count() == 196

    def test_no_bureau_leads_work_before_its_country_was_a_member(self):
        palau = Initiative.objects.filter(lead_bureau__code="PW")
        assert palau.exists()
        assert not palau.filter(starts_on__lt=F("lead_bureau__country__member_from")).exists()

    def test_initiatives_are_in_every_state_and_at_every_handling_level(self):
        assert set(Initiative.objects.values_list("status", flat=True)) == set(InitiativeStatus.values)
        assert set(Initiative.objects.values_list("handling", flat=True)) == {0, 1, 2, 3}

    def test_a_bureau_gives_each_of_its_initiatives_a_title_of_its_own(self):
        titles = Counter(Initiative.objects.values_list("lead_bureau", "title"))
        assert max(titles.values()) == 1

    def test_milestones_are_done_late_overdue_and_still_to_come(self):
        assert Milestone.objects.filter(done_on__gt=F("due_on")).exists()
        assert Milestone.objects.filter(done_on=None, due_on__lt=ON).exists()
        assert Milestone.objects.filter(done_on=None, due_on__gt=ON).exists()

    def test_people_write_in_four_languages_in_many_different_words(self):
        different = set(Update.objects.values_list("language", "achieved"))
        texts = Counter(language for language, _achieved in different)
        assert set(texts) == {"ar", "en", "fr", "es"}
        assert min(texts.values()) > 150

    def test_it_is_marked_as_invented(self):
        here = Installation.objects.get()
        assert (here.demonstration, here.demonstration_on) == (True, ON)


class TestPeople:
    @pytest.mark.parametrize("person", NAMED, ids=lambda person: person.key)
    def test_each_named_account_signs_in(self, person):
        user = User.objects.get(email=f"{person.key}@demo.invalid")
        assert user.check_password(PASSWORD) and user.role == person.role

    def test_nobody_else_does(self):
        others = User.objects.exclude(email__in=[person.email for person in NAMED])
        assert others.exists() and not any(user.has_usable_password() for user in others)

    def test_liaison_and_liaison2_work_for_different_bureaus_in_different_languages(self):
        first, second = (User.objects.get(email=f"{key}@demo.invalid") for key in ("liaison", "liaison2"))
        assert (first.bureau.code, first.language) == ("SN", "fr")
        assert (second.bureau.code, second.language) == ("MA", "ar")

    def test_the_liaisons_updates_go_straight_to_review_and_the_heads_bureau_asks_first(self):
        asks = dict(Bureau.objects.filter(code__in=("SN", "KE")).values_list("code", "requires_head_approval"))
        assert asks == {"SN": False, "KE": True}
        assert User.objects.get(email="head@demo.invalid").role == Role.HEAD

    def test_the_liaison_owes_has_begun_has_sent_and_has_had_back(self, open_period):
        states = states_now("SN")
        running = Initiative.objects.filter(lead_bureau__code="SN").running_in(open_period).count()
        assert {UpdateState.DRAFT, UpdateState.RETURNED, UpdateState.SUBMITTED} <= set(states)
        assert running - sum(states.values()) >= 2

    def test_the_head_has_something_to_approve(self):
        kenya = Bureau.objects.get(code="KE")
        assert Update.objects.waiting_for_head(kenya).exists()


class TestEveryCaseIsThere:
    def test_the_open_quarter_has_updates_in_every_state_and_some_not_begun(self, open_period):
        running = Initiative.objects.running_in(open_period).count()
        assert set(states_now()) == set(UpdateState.values)
        assert sum(states_now().values()) < running

    def test_at_least_twenty_updates_wait_for_an_officer(self):
        assert Update.objects.waiting().count() >= 20

    def test_nothing_has_waited_for_more_than_half_a_year(self):
        assert not Update.objects.waiting().filter(period__end_on__lt=ON - timedelta(days=180)).exists()

    def test_values_are_in_all_four_states_and_some_are_zero(self):
        assert set(UpdateValue.objects.values_list("state", flat=True)) == set(ValueState.values)
        assert Measurement.objects.filter(value=0).exists()

    def test_some_updates_came_late_and_some_never(self):
        sent = Update.objects.filter(submitted_at__isnull=False).select_related("period")
        assert sum(one.submitted_at.date() > one.period.due_on for one in sent) > 50
        haiti = Initiative.objects.filter(lead_bureau__code="HT").first()
        ended = Period.objects.filter(start_on__gte=haiti.starts_on, end_on__lt=ON)
        assert haiti.updates.count() < ended.count()

    def test_some_were_returned_with_a_comment_and_answered(self):
        assert Update.objects.filter(state="validated", returned_at__isnull=False).exists()
        assert Update.objects.filter(state="returned").exclude(return_comment="").exists()
        assert Comment.objects.filter(author__role=Role.OFFICER).exists()
        assert Comment.objects.filter(author__role=Role.LIAISON).exists()

    def test_some_were_corrected_and_both_revisions_are_kept(self):
        first = Update.objects.filter(revision=1, superseded_at__isnull=False)
        assert first.count() == Update.objects.filter(revision=2, state="validated").count() > 10
        assert Measurement.objects.filter(superseded_at__isnull=False, revision=1).exists()

    def test_some_totals_went_backwards(self):
        rows = Measurement.objects.current().filter(indicator__direction="increase", value__isnull=False)
        series = {}
        for code, line, value in rows.order_by("period__start_on").values_list(
            "indicator__code", "initiative_code", "value"
        ):
            series.setdefault((code, line), []).append(value)
        assert any(sorted(values) != values for values in series.values())

    def test_files_are_where_the_records_say_and_what_they_say(self):
        rows = list(Evidence.objects.all())
        assert len(rows) > 30 and len({row.media_type for row in rows}) == 3
        for row in rows[:10]:
            with default_storage.open(row.storage_key) as file:
                assert len(file.read()) == row.size

    def test_targets_were_revised_with_reasons_weights_given_and_verdicts_set(self):
        assert not Target.objects.filter(revision__gt=1, reason="").exists()
        assert Weight.objects.exists() and Judgement.objects.current().filter(expires_on__gte=ON).exists()


class TestPeopleCanWorkOnIt:
    def person(self, key):
        return User.objects.get(email=f"{key}@demo.invalid")

    def mine(self, key, state):
        own = Update.objects.filter(initiative__lead_bureau=self.person(key).bureau, period__code=NOW, state=state)
        return own.order_by("initiative__code").first()

    def test_the_liaison_sends_again_what_came_back_and_an_officer_validates_it(self):
        update = self.mine("liaison", UpdateState.RETURNED)
        sent = life.submit(update_id=update.pk, version=update.version, by=self.person("liaison"), at=NOON)
        done = life.validate(update_id=sent.pk, version=sent.version, by=self.person("officer"), at=NOON)
        assert done.state == UpdateState.VALIDATED

    def test_the_head_approves_what_waits(self):
        update = self.mine("head", UpdateState.SUBMITTED)
        done = life.approve(update_id=update.pk, version=update.version, by=self.person("head"), at=NOON)
        assert done.state == UpdateState.BUREAU_APPROVED

    def test_the_liaison_begins_what_is_not_begun(self, open_period):
        bureau = self.person("liaison").bureau
        owed = Initiative.objects.led_by(bureau).owing(open_period).filter(updates__period=open_period)
        fresh = Initiative.objects.led_by(bureau).owing(open_period).exclude(pk__in=owed).first()
        made = life.open_update(initiative_id=fresh.pk, period=open_period, by=self.person("liaison"), at=NOON)
        assert made.state == UpdateState.DRAFT

    def test_an_officer_may_read_everything_that_waits(self):
        waiting = Update.objects.waiting()
        assert waiting.visible_to(self.person("officer")).count() == waiting.count()

    def test_some_work_is_hidden_from_the_other_liaison(self):
        assert Initiative.objects.visible_to(self.person("liaison2")).count() < Initiative.objects.count()


class TestReports:
    def test_a_report_of_each_plan_is_due_in_four_languages(self):
        found = {row.plan.kind: row for row in ReportDefinition.objects.scheduled().select_related("plan")}
        assert set(found) == {"framework", "strategy"}
        assert all(set(row.languages) == {"ar", "en", "fr", "es"} for row in found.values())

    def test_the_leader_receives_them(self):
        leader = User.objects.get(email="leader@demo.invalid")
        assert leader.receives_reports.count() == 2


class TestTheStory:
    def statuses(self, period, kind):
        rows = RollUp.objects.filter(node_type="aim", period__code=period, bureau=None, measure=Measure.RESULTS)
        from goals.models import Aim

        aims = Aim.objects.filter(plan__kind=kind).values_list("id", "number")
        found = dict(rows.values_list("node_id", "status"))
        return {number: found[pk] for pk, number in aims}

    def test_the_framework_has_aims_on_track_at_risk_and_off_track(self):
        assert self.statuses("2026-Q3", "framework") == {
            1: "on_track", 2: "at_risk", 3: "on_track", 4: "off_track",
        }  # fmt: skip

    def test_the_strategy_closed_with_success_and_failure(self):
        closing = self.statuses("2025-Q4", "strategy")
        assert closing[1] in ("on_track", "achieved") and closing[4] == "off_track"

    def test_not_everything_is_known(self):
        plan = RollUp.objects.get(node_type="plan", period__code="2026-Q3", bureau=None, measure=Measure.RESULTS)
        assert 0.5 < plan.coverage < 1

    def test_indicators_of_every_status_can_be_seen(self):
        rows = RollUp.objects.filter(node_type="indicator", bureau=None, measure=Measure.RESULTS)
        seen = set(rows.values_list("status", flat=True))
        assert {"on_track", "at_risk", "off_track", "achieved", "too_early", "no_data", "insufficient_data"} <= seen


class TestTheRulesHold:
    def test_the_trail_is_intact(self, seeded):
        verdict = audit.verify()
        assert verdict.is_intact and verdict.count >= seeded.records

    def test_the_summary_equals_a_rebuild(self):
        assert rollup.rebuild(at=NOON, check_only=True) == []
        assert delivery.rebuild(at=NOON, check_only=True) == []

    def test_every_value_would_have_been_accepted(self):
        for row in UpdateValue.objects.select_related("indicator"):
            given = {name: getattr(row, name) for name in PARTS}
            assert check_value(indicator=row.indicator, state=row.state, **given) == {}, row

    def test_every_update_that_was_sent_was_ready_to_be_sent(self):
        sent = Update.objects.exclude(state=UpdateState.DRAFT).select_related("period", "initiative")
        for update in sent.order_by("id")[::17]:
            assert life.missing_before_submission(update, ON) == {}, update

    def test_nobody_validated_what_they_wrote(self):
        assert not Update.objects.filter(validated_by=F("author")).exists()

    def test_every_validated_value_is_a_measurement_of_the_same_moment(self):
        carried = UpdateValue.objects.filter(update__state="validated").count()
        reported = Measurement.objects.exclude(source_ref="")
        assert reported.count() == carried
        assert not Update.objects.filter(state="validated", validated_at=None).exists()
        for row in reported.select_related("recorded_by")[:50]:
            update = Update.objects.get(pk=row.source_ref.removeprefix("update:"))
            assert (row.recorded_at, row.recorded_by) == (update.validated_at, update.validated_by)

    def test_nothing_happens_after_the_curtain(self):
        latest = Update.objects.aggregate(Max("updated_at"), Max("validated_at"))
        assert max(latest.values()) <= curtain(ON)
        assert Measurement.objects.aggregate(last=Max("recorded_at"))["last"] <= curtain(ON)

    def test_what_was_believed_in_the_past_can_be_read_back(self):
        then = datetime(2024, 6, 30, tzinfo=UTC)
        known = Measurement.objects.known_at(then)
        assert known.exists() and not known.filter(period__start_on__gt=then.date()).exists()
        assert Target.objects.known_at(then).filter(indicator__code__startswith="O").exists()

    def test_a_second_run_does_nothing_and_says_so(self, capsys):
        before = Update.objects.count()
        call_command("seed_demo")
        assert "here already" in capsys.readouterr().out and Update.objects.count() == before
