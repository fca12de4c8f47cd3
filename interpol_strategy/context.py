"""What every template may rely on."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language_info


def installation(request) -> dict:
    """Whether the data here is invented, and the languages a reader may choose."""
    return {
        "is_demonstration": settings.DEMO,
        "offered_languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
    }
