"""What a keyboard can reach on a page, and whether it is seen where it is."""

from __future__ import annotations

from playwright.sync_api import Page

# What can be pressed, filled in or opened, and is there to be seen: in the order of the page.
REACHED = """() => [...document.querySelectorAll(
    'a[href], button:enabled, input:not([type=hidden]):enabled, select:enabled, textarea:enabled, summary, [tabindex]')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && one.tabIndex >= 0
    && !(one.type === 'radio' && one.name && document.querySelector(`input[type=radio][name="${one.name}"]:checked`)
      && !one.checked))"""
NOT_BY_KEYS = """() => {
  const ringed = one => { const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none'; };
  const clipped = one => { for (let at = one; at; at = at.parentElement)
    if (getComputedStyle(at).clipPath.startsWith('inset(50%%')) return true; return false; };
  const found = (%s)(), faults = [], bar = document.querySelector('.stay');
  for (const one of [...found, ...[...found].reverse()]) {  // down the page and up again
    one.focus();
    const box = one.getBoundingClientRect(), stay = bar && !bar.contains(one) && bar.getBoundingClientRect();
    if ([one, ...(one.labels || [])].every(clipped)) faults.push('is clipped away: ' + one.outerHTML.slice(0, 120));
    if (stay && box.height && box.top >= stay.top - 1 && box.bottom <= stay.bottom + 1)
      faults.push('is behind what stays: ' + one.outerHTML.slice(0, 120));
    const shown = [one, one.closest('label, .tile'), one.nextElementSibling, ...(one.labels || [])];
    if (one.tabIndex > 0) faults.push('has its own order: ' + one.outerHTML.slice(0, 120));
    if (document.activeElement !== one) faults.push('takes no focus: ' + one.outerHTML.slice(0, 120));
    else if (!shown.some(place => place && ringed(place))) faults.push('does not show it: ' + one.outerHTML.slice(0, 120));
  }
  const first = found[0];
  if (!first.matches('.skip') || !document.querySelector(first.getAttribute('href'))) faults.push('no way past the header');
  return faults;
}""" % REACHED  # noqa: UP031 - braces are the script's own


def not_by_keys(page: Page) -> list[str]:
    """What a keyboard cannot reach on the page, or reaches without showing where it is."""
    return page.evaluate(NOT_BY_KEYS)
