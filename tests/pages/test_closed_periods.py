"""A task list of a period that takes nothing says so, and who can change it."""

from tests.cast import make_initiative, make_update


def test_a_closed_period_offers_no_act_and_says_who_can_reopen_it(cast, desk):
    make_initiative(cast, "other", title="Never reported")
    page = desk(cast.liaison2).open(f"/my-reporting/?period={cast.periods['closed'].code}")
    assert "a strategy officer can reopen it" in page.text
    assert ">Start<" not in page.text


def test_what_was_returned_can_be_finished_after_the_period_has_closed(cast, desk):
    work = make_initiative(cast, "other")
    make_update(cast, work, "returned", period=cast.periods["closed"])
    page = desk(cast.liaison2).open("/my-reporting/")
    assert "Correct and send again" in page.text
    page.open(f"/updates/{work.code}/{cast.periods['closed'].code}/")
    assert page.form("updates").value("achieved")


def test_an_unknown_period_is_not_there(cast, desk):
    assert desk(cast.liaison2).open("/my-reporting/?period=1999-Q1").status == 404


def test_a_late_duty_says_how_late(cast, desk, settings):
    import time_machine

    make_initiative(cast, "other")
    with time_machine.travel("2027-01-20 12:00", tick=True):
        page = desk(cast.liaison2).open("/my-reporting/")
        assert "5 days late" in page.text


def test_the_day_ends_on_the_bureaus_clock(cast, desk):
    import time_machine

    cast.bureaus["other"].time_zone = "Pacific/Honolulu"
    cast.bureaus["other"].save()
    make_initiative(cast, "other")
    with time_machine.travel("2027-01-16 05:00", tick=True):
        assert "days late" not in desk(cast.liaison2).open("/my-reporting/").text
    with time_machine.travel("2027-01-16 11:00", tick=True):
        assert "1 day late" in desk(cast.liaison2).open("/my-reporting/").text
