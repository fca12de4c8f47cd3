"""A block of cells copied from a spreadsheet fills the grid of targets, with its numbers as people write them."""

import pytest
from playwright.sync_api import expect

from outcomes.models import Target

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PASTE = """(words) => {
  const held = new DataTransfer();
  held.setData("text/plain", words);
  const event = new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""


def cells(page, row: int):
    return page.locator(f"table[data-paste] tbody tr:nth-child({row}) td > input")


def test_a_pasted_block_fills_the_cells_is_previewed_and_saved(opened):
    page = opened("officer", "/administration/targets/framework-2026-2030/?aim=1")
    expect(cells(page, 1).first).to_be_visible()
    stood = cells(page, 2).nth(1).input_value()
    cells(page, 1).first.focus()
    page.evaluate(PASTE, "31\t66\t97\r\n4\t\t9\r\n")
    expect(page.locator("#live")).to_have_text("Cells filled: 5.")
    assert [cells(page, 1).nth(place).input_value() for place in range(3)] == ["31", "66", "97"]
    assert cells(page, 2).nth(1).input_value() == stood
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    assert not Target.objects.filter(value="0.31").exists()
    page.fill("#id_reason", "Agreed in November")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("the figures are worked out anew")).to_be_visible()
    assert Target.objects.current().filter(value="0.31", reason="Agreed in November").exists()


def test_what_does_not_fit_is_said_and_a_single_value_is_left_to_the_browser(opened):
    page = opened("officer", "/administration/targets/framework-2026-2030/?aim=1")
    last = page.locator("table[data-paste] tbody tr:last-child td > input").last
    last.focus()
    page.evaluate(PASTE, "1\t2\n3\t4")
    expect(page.locator("#live")).to_have_text("Cells filled: 1; did not fit: 3.")
    expect(page.locator("[data-pasted]")).to_have_text("Cells filled: 1; did not fit: 3.")
    last.fill("")
    page.evaluate(PASTE, "7")
    assert last.input_value() == ""
