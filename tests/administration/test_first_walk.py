"""From an empty database to the first figure and the first report, by pages alone: nobody opens a shell on the way."""

from __future__ import annotations

import re
from datetime import date

from core.periods import quarter_of
from goals.models import Plan
from initiatives.models import Initiative, Update
from outcomes.models import ExpectedResult, Indicator, Measurement, RollUp
from tests.administration.conftest import PASSWORD
from tests.moments import NOON


class Walk:
    """Three people at their desks, who go where their home page sends them. A desk may be of paper or a real browser."""

    def __init__(self, desk, today: date):
        self.desk, self.today, self.quarter = desk, today, quarter_of(today)
        self.admin = self.officer = self.liaison = None

    def step(self, page) -> tuple[str, str]:
        """The next step of the home page's checklist: its title and, where it is the reader's own, its address."""
        page.open("/")
        item = re.search(r'<li aria-current="step">(.*?)</li>', page.text, re.DOTALL)
        if item is None:
            return "", ""
        link = re.search(r'<a href="([^"]+)">([^<]+)</a>', item[1])
        title = link[2] if link else re.search(r'<span class="title">\s*([^<]+?)\s*<', item[1])[1]
        return title, link[1] if link else ""

    def take(self, page, title: str):
        """Goes to the step, which must be this one and this person's."""
        found, address = self.step(page)
        assert found == title and address, (found, address)
        assert page.open(address).status == 200, address
        return page

    def invite(self, **answers):
        page = self.admin
        page.press(page.form("people/new").fill(way="link", **answers))
        assert page.status == 200, page.text
        link = re.search(r"https?://[^/<]+(/set-password/[^<]+)<", page.text)[1]
        return self.arrive(link, answers["email"])

    def arrive(self, link: str, email: str):
        """Somebody chooses a password by the link and signs in."""
        newcomer = self.desk().open(link)
        newcomer.press(newcomer.form("set-password").fill(new=PASSWORD))
        newcomer.press(newcomer.form("sign-in").fill(username=email, password=PASSWORD))
        assert newcomer.path == "/"
        return newcomer


def ok(page):
    assert page.status == 200, re.sub(r"<[^>]+>|\s+", " ", page.text)[:1500]
    return page


def write_plan(walk):
    page = walk.take(walk.officer, "Draft a plan")
    ok(page.press(page.form("new").fill(
        kind="strategy", title="Against fraud", language="en", code="against-fraud", start_on=f"{walk.today.year}-01-01",
        end_on=f"{walk.today.year + 3}-12-31",
    )))  # fmt: skip
    walk.take(walk.officer, "Give it aims")
    ok(page.press(page.form("aims/new").fill(title="Fewer victims")))
    walk.take(walk.officer, "Add expected results")
    ok(page.press(page.form("results/new").fill(text="Bureaus stop payments to fraudsters")))
    walk.take(walk.officer, "Publish the plan")
    page.open(f"/administration/texts/strategy/{Plan.objects.get().pk}/mandate/")
    ok(page.press(page.form("mandate").fill(words="The assembly asked for it.")))
    page.open("/administration/plans/against-fraud/move-on/")
    ok(page.press(page.form("move-on").fill(reason="Adopted")))
    assert Plan.objects.get().status == "in_force"


def write_measures(walk):
    page = walk.take(walk.officer, "Propose an indicator")
    page.open(f"/administration/indicators/new/{ExpectedResult.objects.get().pk}/increase/")
    ok(page.press(page.form("indicators/new").fill(name="Payments stopped", unit_label="payments")))
    code = Indicator.objects.get().code
    page.open(f"/administration/indicators/{code}/")
    ok(page.press(page.form("baseline").fill(value="0", on=f"{walk.today.year}-01-01")))
    walk.take(walk.officer, "Set a target")
    shown_then_saved(page, page.form("targets").put("pasted", f"{code}\t{walk.today.year + 3}-12-31\n{code}\t100"), "targets")
    walk.take(walk.officer, "Open a reporting period")
    ok(page.press(page.form("periods/add")))
    if "open/" in page.text:
        ok(page.press(page.form("open/").fill(reason="The first one")))
    return page


def shown_then_saved(page, form, holding):
    """What would change is shown first, and saved with a reason."""
    ok(page.press(form.fill(reason="From the plan"), "do", "preview"))
    ok(page.press(page.form(holding).fill(reason="From the plan"), "do", "save"))


def staff_a_bureau(walk):
    page = walk.take(walk.admin, "Add a bureau")
    page.open("/administration/bureaus/new/")
    ok(page.press(page.form("new").fill(
        kind="unit", code="SG-FRAUD", name_en="Fraud unit", language="en", time_zone="Europe/Paris"
    )))  # fmt: skip
    walk.take(walk.admin, "Invite its liaison")
    walk.liaison = walk.invite(
        full_name="Lea Liaison", email="l@first.invalid", role="liaison", bureau="SG-FRAUD", clearance=1, language="en"
    )


def report_the_first_work(walk):
    page, result, indicator = walk.liaison, ExpectedResult.objects.get(), Indicator.objects.get()
    assert "/initiatives/new/" in page.open("/").text
    page.open("/initiatives/new/")
    form = page.form("new").fill(title="A desk that calls banks", starts_on=walk.quarter.start_on, ends_on=f"{walk.today.year + 1}-12-31")
    ok(page.press(form.put(f"shares.{result.pk}", "100").put("indicators", indicator.pk)))
    work = Initiative.objects.get()
    ok(page.open(f"/updates/{work.code}/{walk.quarter.code}/"))
    form = page.form("updates").fill(
        achieved="The desk is open", obstacle="None", next_steps="Train", delivery_percent="20", delivery_status="on_track"
    )
    form.put(f"values.{indicator.pk}.state", "reported").put(f"values.{indicator.pk}.value", "5")
    ok(page.press(form.put(f"values.{indicator.pk}.observed_on", walk.quarter.start_on), "act", "check"))
    form = page.form("send")
    for box in re.findall(r'type="checkbox"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="checkbox"', page.text):
        form.put(box[0] or box[1], "on")
    ok(page.press(form))
    assert Update.objects.get().submitted_at


def walk_to_the_first_figure(walk):
    """From the checklist of an administrator who is alone to a validated value and the door of the first report."""
    walk.take(walk.admin, "Invite a strategy officer")
    walk.officer = walk.invite(
        full_name="Olga Officer", email="o@first.invalid", role="officer", bureau="", clearance=2, language="en"
    )
    write_plan(walk)
    write_measures(walk)
    assert walk.step(walk.officer) == ("Add a bureau", "")  # an administrator's
    staff_a_bureau(walk)
    report_the_first_work(walk)
    page = walk.take(walk.officer, "Validate it")
    page.open(f"/review/{Update.objects.get().pk}/")
    ok(page.press(page.form("validate")))
    walk.take(walk.officer, "Make the first report")
    assert "5" in ok(page.open(f"/indicators/{Indicator.objects.get().code}/")).text


def test_the_home_pages_lead_from_nothing_to_the_first_figure_and_report(empty, desk):
    walk = Walk(desk, NOON.date())
    walk.admin = desk(empty)
    walk_to_the_first_figure(walk)
    assert Measurement.objects.current().get().value == 5
    figure = RollUp.objects.get(node_type="indicator", bureau=None, measure="results")
    assert figure.progress is not None and figure.status != "no_data"
