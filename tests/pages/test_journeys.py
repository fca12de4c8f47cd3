"""A quarter in one sitting, without JavaScript, in two directions of writing: sign in, report, send; sign in, validate."""

import pytest

from initiatives.models import Update
from outcomes.models import Measurement
from tests.cast import PASSWORD, make_initiative
from tests.pages.conftest import address, ratio, validated_last_time

IN_ARABIC = "دُرِّب اثنا عشر ضابطاً"


@pytest.mark.parametrize(
    ("language", "direction", "words", "number"),
    [("en", "ltr", "Twelve officers were trained", "12.5"), ("ar", "rtl", IN_ARABIC, "١٢٫٥")],
)
def test_a_quarter_from_first_word_to_validated(cast, desk, language, direction, words, number):
    work = make_initiative(cast, "other", title="Training at sea")
    share = ratio(cast)
    work.indicators.set([cast.indicator, share])
    validated_last_time(cast, work, value=9)

    liaison = desk(language=language).open("/")
    liaison.press(liaison.form("sign-in").fill(username="liaison2@test.invalid", password=PASSWORD))
    assert f'dir="{direction}"' in liaison.text
    assert address(work) in liaison.text

    liaison.open(address(work))
    form = liaison.form("updates").fill(
        achieved=words, obstacle="", next_steps=words, delivery_percent="40", delivery_status="on_track"
    )
    form.put(f"values.{cast.indicator.pk}.value", number)
    form.put(f"values.{share.pk}.numerator", "30").put(f"values.{share.pk}.denominator", "40")
    liaison.press(form, "act", "check")
    assert liaison.path == address(work, "check/")
    assert words in liaison.text
    assert "12.5" in liaison.text
    liaison.press(liaison.form("send"))
    assert liaison.path == address(work, "sent/")

    officer = desk(language=language).open("/review/")
    officer.press(officer.form("sign-in").fill(username="officer@test.invalid", password=PASSWORD))
    made = Update.objects.get(period=cast.periods["open"])
    officer.open(f"/review/{made.pk}/")
    assert words in officer.text
    officer.press(officer.form("validate"))
    assert Update.objects.get(pk=made.pk).state == "validated"
    kept = {one.indicator_id: one for one in Measurement.objects.filter(source_ref=f"update:{made.pk}")}
    assert float(kept[cast.indicator.pk].value) == 12.5
    assert (kept[share.pk].numerator, kept[share.pk].denominator) == (30, 40)
    assert address(work) in liaison.open("/my-reporting/").text


def test_an_update_goes_back_and_forth_until_it_is_right(cast, desk):
    work = make_initiative(cast, "own", title="Cargo checks")
    liaison, head, officer = desk(cast.liaison), desk(cast.head), desk(cast.officer)
    liaison.open(address(work))
    form = liaison.form("updates").fill(achieved="A start", delivery_percent="10", delivery_status="at_risk")
    liaison.press(form.put(f"values.{cast.indicator.pk}.value", "3"), "act", "check")
    liaison.press(liaison.form("send"))
    assert "The head of the bureau (" in liaison.text and cast.head.full_name in liaison.text
    pk = Update.objects.get().pk

    head.open(f"/approvals/{pk}/")
    head.press(head.form("approve"))
    officer.open(f"/review/{pk}/")
    officer.press(officer.form("return").fill(reason_code="evidence", comment="Which port?"))
    assert "Which port?" in liaison.open("/").text

    liaison.open(address(work))
    liaison.press(liaison.form("updates").fill(achieved="A start at the north port"), "act", "check")
    liaison.press(liaison.form("send"))
    head.open(f"/approvals/{pk}/")
    head.press(head.form("approve"))
    officer.open(f"/review/{pk}/")
    assert "A start at the north port" in officer.text
    officer.press(officer.form("validate"))
    assert Update.objects.get().state == "validated"

    liaison.open(address(work, "correct/"))
    liaison.press(liaison.form("correct").fill(reason="It was four"))
    form = liaison.form("updates").put(f"values.{cast.indicator.pk}.value", "4")
    liaison.press(form, "act", "check")
    liaison.press(liaison.form("send"))
    head.open(f"/approvals/{Update.objects.get(revision=2).pk}/")
    head.press(head.form("approve"))
    officer.open(f"/review/{Update.objects.get(revision=2).pk}/")
    assert "It was four" in officer.text
    officer.press(officer.form("validate"))
    assert Measurement.objects.get(superseded_at=None, indicator=cast.indicator).value == 4
    assert Update.objects.get(revision=1).superseded_at is not None
