"""Every address: the API below /api/, health checks, and each app's pages in the order of the house."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

from django.urls import ResolverMatch, URLResolver, include, path
from django.urls.resolvers import RoutePattern
from drf_spectacular.views import SpectacularAPIView

from interpol_strategy import health
from interpol_strategy.api_docs import ApiDocs

APPS = ("dashboard", "exchange", "reports", "initiatives", "outcomes", "objectives", "goals", "accounts", "core")
MOST_REMEMBERED = 1_000


class Remembered(URLResolver):
    """Addresses of a module behind a route. What one leads to is looked for once: it never changes while a process runs, and a
    hundred patterns in turn are slow to try. What leads nowhere is not remembered.

    Django makes of what is found here a match of its own for each request, so nothing is shared between two.
    """

    def __init__(self, route: str, module: str):
        found, app_name, namespace = include(module)
        super().__init__(RoutePattern(route), found, app_name=app_name, namespace=namespace)
        self.resolve = lru_cache(maxsize=MOST_REMEMBERED)(self._looked_for)

    def _looked_for(self, path: str) -> ResolverMatch:
        found = super().resolve(path)
        found.tried = None  # what did not match is told of addresses that lead nowhere
        return found


def _of_each_app(module: str) -> list:
    return [Remembered("", f"{app}.{module}") for app in APPS if find_spec(f"{app}.{module}")]


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("interpol_strategy.language_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", ApiDocs.as_view(), name="api-docs"),
    Remembered("api/v1/", "interpol_strategy.api"),
    *_of_each_app("urls"),
]

handler400 = "interpol_strategy.errors.bad_request"
handler403 = "interpol_strategy.errors.permission_denied"
handler404 = "interpol_strategy.errors.page_not_found"
handler500 = "interpol_strategy.errors.server_error"
