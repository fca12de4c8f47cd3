"""A report about a region or a bureau carries that part's own figures, never the organisation's, and says so."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import Region
from core.translations import Translated
from outcomes import rollup
from outcomes.models import ThresholdSet
from reports.assemble import assemble
from reports.groups import rows_of_bureaus
from reports.models import ReportDefinition
from reports.render import compose
from reports.render.document import Heading, Para, Table, flat
from reports.spans import span_named
from tests.outcomes.world import AT, World, text

pytestmark = pytest.mark.django_db
MEAN, SUM = 0, 1  # places in World's shapes: a weighted mean held to a target, and a sum over bureaus
BANDS = [
    {"status": "off_track", "from": "0", "to": "0.75"},
    {"status": "at_risk", "from": "0.75", "to": "0.9"},
    {"status": "on_track", "from": "0.9", "to": None},
]


@pytest.fixture
def world(db):
    """Six bureaus: three in the north, two in the south, one in no region; all of them answer for the first quarter."""
    made = World(aims=1, results=1, indicators=2, bureaus=6)
    ThresholdSet.objects.create(valid_from=date(2020, 1, 1), bands=BANDS, coverage_floor=Decimal("0.5"), set_at=AT)
    made.north, made.south = (Region.objects.create(code=code, name=text(code.title())) for code in ("north", "south"))
    for place, bureau in enumerate(made.bureaus):
        bureau.region = made.north if place < 3 else made.south if place < 5 else None
        bureau.save()
    return made


def answer(world, values, handling=1, shape=MEAN):
    for bureau, value in values.items():
        level = handling if isinstance(handling, int) else handling[bureau]
        world.measure(world.indicators[shape], world.periods[0], world.bureaus[bureau], value, handling=level)
    rollup.rebuild(at=AT)


def picture(scope, about, clearance=1):
    definition = ReportDefinition(
        code="part", title=Translated(texts={"en": "Part"}), scope=scope, languages=["en"], handling=2,
        cadence="quarterly", **{scope: about},
    )  # fmt: skip
    filing = {"number": 1, "corrects": None, "correction_reason": None}
    at = datetime(2026, 4, 20, tzinfo=UTC)
    return assemble(definition, span_named("2026-Q1"), clearance=clearance, as_of=at, filing=filing)


def indicators(snapshot):
    return snapshot["plans"][0]["aims"][0]["expected_results"][0]["indicators"]


def test_a_regions_rate_is_made_of_its_own_bureaus_and_held_to_the_target(world):
    answer(world, {0: 20, 1: 40, 2: 60, 3: 90, 4: 90, 5: 90})
    north, south = (picture("region", region) for region in (world.north, world.south))
    assert indicators(north)[MEAN]["latest"]["value"] == "40"
    assert indicators(south)[MEAN]["latest"]["value"] == "90"
    assert indicators(north)[MEAN]["progress"] == "0.375", "(40 - 10) / (90 - 10)"
    assert north["plans"][0]["results"]["value"] == "0.375"
    assert north["plans"][0]["overall"]["results"]["value"] == "0.6875", "(65 - 10) / (90 - 10)"


def test_what_bureaus_add_up_to_has_no_target_in_a_region_and_no_verdict(world):
    answer(world, {0: 50, 1: 50, 2: 50, 3: 50, 4: 50, 5: 50})
    answer(world, {0: 10, 1: 20, 2: 30, 3: 40, 4: 50, 5: 60}, shape=SUM)
    found = picture("region", world.north)
    total = indicators(found)[SUM]
    assert total["latest"]["value"] == "60"
    assert (total["target"], total["baseline"], total["progress"]) == (None, None, None)
    assert found["plans"][0]["results"]["counts"] == {"on_track": 1}, "the total stays out of the verdict"
    assert found["plans"][0]["results"]["coverage"] == "1"


def test_a_region_of_all_bureaus_has_the_organisations_figures(world):
    answer(world, {0: 20, 1: 40, 2: 60, 3: 90, 4: 80, 5: 70})
    period = world.periods[0]
    rows = rows_of_bureaus(world.bureaus, {world.plan: [period]})
    from outcomes.models import RollUp

    stored = RollUp.objects.get(node_type="indicator", node_id=world.indicators[MEAN].pk, period=period, bureau=None)
    made = rows["results", "indicator", world.indicators[MEAN].pk, period.pk]
    for name in ("actual", "progress", "expected", "coverage", "lower", "upper", "status", "counts"):
        assert getattr(made, name) == getattr(stored, name), name


def test_a_bureaus_report_carries_the_bureaus_own_stored_figures(world):
    answer(world, {0: 20, 1: 40, 2: 60, 3: 90, 4: 90, 5: 90})
    found = picture("bureau", world.bureaus[1])
    assert indicators(found)[MEAN]["latest"]["value"] == "40"
    assert found["plans"][0]["overall"]["results"]["value"] == "0.6875"


def test_a_bureau_is_not_unknown_in_what_nobody_asked_of_it(world):
    """Its part of a sum has no target of its own: with a value or without, it counts neither for nor against coverage."""
    answer(world, {1: 40}, shape=SUM)
    only_a_sum = picture("bureau", world.bureaus[1])
    assert only_a_sum["plans"][0]["results"]["counts"] == {}
    assert indicators(only_a_sum)[SUM]["latest"]["value"] == "40", "the value is shown all the same"
    answer(world, {0: 20, 1: 40, 2: 60, 3: 90, 4: 90, 5: 90})
    both = picture("bureau", world.bureaus[1])["plans"][0]["results"]
    assert (both["coverage"], both["total"], both["known"]) == ("1", 1, 1)
    assert both["low"] == both["high"] == both["value"]
    assert picture("region", world.north)["plans"][0]["results"]["coverage"] == "1", "as a region's part"


def test_what_a_bureau_was_asked_for_and_does_not_say_counts_against_it(world):
    answer(world, {1: 40})
    world.measure(world.indicators[MEAN], world.periods[0], world.bureaus[2], None, state="withheld")
    rollup.rebuild(at=AT)
    assert picture("bureau", world.bureaus[2])["plans"][0]["results"]["coverage"] == "0"


@pytest.mark.parametrize(
    ("kept", "is_shown"),
    [
        ((0, 1, 2), True),  # three of the north, none elsewhere
        ((0, 1), False),  # two of the north
        ((0, 1, 2, 3), False),  # the south's one would be left when the north is taken from the whole
        ((0, 1, 2, 5), False),  # so would the one of no region
    ],
)
def test_nobody_subtracts_a_region_to_get_at_one_bureaus_restricted_value(world, kept, is_shown):
    levels = {place: 2 if place in kept else 1 for place in range(6)}
    answer(world, {0: 20, 1: 40, 2: 60, 3: 90, 4: 90, 5: 90}, handling=levels)
    below, above = (picture("region", world.north, clearance) for clearance in (1, 2))
    assert (indicators(below)[MEAN]["restricted"] is False) is is_shown
    assert below["plans"][0]["results"]["restricted"] is not is_shown, "nor from the whole above it"
    assert indicators(above)[MEAN]["latest"]["value"] == "40"


def test_a_part_says_whose_figures_it_shows_and_sets_all_bureaus_beside_them(world):
    answer(world, {0: 20, 1: 40, 2: 60, 3: 90, 4: 90, 5: 90})
    for scope, about, words in (
        ("region", world.north, "Figures of the region"), ("bureau", world.bureaus[1], "Figures of the bureau"),
    ):  # fmt: skip
        document = compose(picture(scope, about), "en")
        told = [block.text for block in flat(document.blocks) if isinstance(block, Para)]
        assert sum(words in one for one in told) == 2, "in the summary and with the figures"
        (table,) = [one for one in flat(document.blocks) if isinstance(one, Table) and one.key.startswith("aims ")]
        assert "Results, all bureaus" in [column.title for column in table.columns]


def test_a_verdict_that_an_officer_set_on_the_whole_is_not_put_on_a_part(world):
    from outcomes.models import Judgement

    Judgement.objects.create(
        aim=world.aims[0], status="off_track", reason="x", expires_on=date(2027, 1, 1), recorded_at=AT
    )
    answer(world, {0: 20})
    assert picture("region", world.north)["plans"][0]["aims"][0]["judgement"] is None


def test_a_bureaus_report_names_the_bureau_on_every_page_and_lists_no_regions(world):
    answer(world, {0: 20, 3: 40})
    made = compose(picture("bureau", world.bureaus[0]), "en")
    name = str(world.bureaus[0].name)
    assert name in made.running_title and made.cover.is_part and made.cover.plans[0][0] == name
    said = [block.text for block in made.page_blocks if isinstance(block, Heading)]
    assert "By region" not in said and "Bureaus that did not report everything" not in said


def test_a_cover_says_its_languages_in_the_readers_own(world):
    answer(world, {0: 20})
    facts = picture("bureau", world.bureaus[0]) | {"languages": ["ar", "fr"]}
    assert dict(compose(facts, "en").cover.facts)["Languages"] == "Arabic · French"
    assert dict(compose(facts, "fr").cover.facts)["Langues"] == "arabe · français"
