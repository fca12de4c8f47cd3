"""JSON out, fast: orjson knows dates, moments and UUIDs; decimals stay text so that no digit is lost."""

from __future__ import annotations

from decimal import Decimal

import orjson
from django.utils.functional import Promise
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

TAKES_IT = frozenset({"*/*", "application/json"})


class FastJSONRenderer(BaseRenderer):
    """The API's one format."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)


class MostlyPlain(DefaultContentNegotiation):
    """Nearly everybody takes JSON or anything at all: then nothing has to be weighed. Whoever says more is heard in full."""

    def select_renderer(self, request, renderers, format_suffix=None):
        says_more = format_suffix or self.settings.URL_FORMAT_OVERRIDE in request.query_params
        if says_more or len(renderers) > 1 or request.META.get("HTTP_ACCEPT", "*/*") not in TAKES_IT:
            return super().select_renderer(request, renderers, format_suffix)
        (renderer,) = renderers
        if renderer.media_type != FastJSONRenderer.media_type:
            return super().select_renderer(request, renderers, format_suffix)
        return renderer, renderer.media_type


def _plain(value):
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (Promise, Exception)):
        return str(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if hasattr(value, "as_json"):
        return value.as_json()
    if hasattr(value, "items"):
        return dict(value)
    if hasattr(value, "__iter__"):
        return list(value)
    return str(value)
