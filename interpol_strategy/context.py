"""What every template may rely on."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language_info

from core.fragments import kept


def installation(request) -> dict:
    """Whether the data here is invented, and the languages a reader may choose."""
    return {
        "is_demonstration": settings.DEMO,
        "offered_languages": _offered(),
    }


@kept
def _offered() -> list[dict]:
    return [get_language_info(code) for code, _name in settings.LANGUAGES]
