"""The shapes that pages draw beside words, on a sheet that every page carries once."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from core.status import STATUSES

ICONS = {
    "search": "M11.2 11.2 15 15M7 12A5 5 0 1 1 7 2a5 5 0 0 1 0 10z",
    "download": "M8 1.5v9M4.2 7 8 10.8 11.8 7M2 14h12",
    "check": "M2.5 8.5 6.3 12.3 13.5 4",
    "clock": "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 4.5V8.2l2.6 1.6",
    "forward": "M6 3l5 5-5 5",
    "back": "M10 3L5 8l5 5",
    "down": "M3 6l5 5 5-5",
    "up": "M3 10l5-5 5 5",
    "warning": "M8 1.6 15 14H1zM8 6v4M8 11.6v.6",
    "lock": "M3 7.5h10v7H3zM5 7.5V5a3 3 0 0 1 6 0v2.5",
    "file": "M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3",
    "close": "M3.5 3.5l9 9M12.5 3.5l-9 9",
    "why": "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM6 6.3C6 5 7 4.4 8 4.4s2 .7 2 1.8c0 1.5-2 1.6-2 3.1M8 11v.7",
    "globe": "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM1.5 8h13M8 1.5c4 4 4 9 0 13M8 1.5c-4 4-4 9 0 13",
    "person": "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 14.5c.4-3.4 2.8-5 6-5s5.6 1.6 6 5",
}
MIRRORED = {"forward", "back"}


@lru_cache(maxsize=1)
def sheet() -> SafeString:
    shapes = "".join(_symbol(one) for one in STATUSES.values())
    icons = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 16 16"><path d="{path}" fill="none" stroke="currentColor" '
        'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></symbol>'
        for name, path in ICONS.items()
    )
    return mark_safe(f'<svg class="symbols" aria-hidden="true" width="0" height="0">{shapes}{icons}</svg>')  # noqa: S308 - constants only


def _symbol(one) -> str:
    solid = f'<path d="{one.solid}" fill="currentColor"/>' if one.solid else ""
    outline = f'<path d="{one.outline}" fill="none" stroke="currentColor" stroke-width="2"/>' if one.outline else ""
    return f'<symbol id="s-{one.code}" viewBox="0 0 16 16">{solid}{outline}</symbol>'
