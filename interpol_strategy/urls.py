"""Every address: the API below /api/, health checks, and each app's pages in the order of the house."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from interpol_strategy import health
from interpol_strategy.api_docs import ApiDocs

APPS = ("dashboard", "exchange", "reports", "initiatives", "outcomes", "objectives", "goals", "accounts", "core")


def _of_each_app(module: str) -> list:
    return [path("", include(f"{app}.{module}")) for app in APPS if find_spec(f"{app}.{module}")]


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("i18n/", include("interpol_strategy.language_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", ApiDocs.as_view(), name="api-docs"),
    path("api/v1/", include("interpol_strategy.api")),
    *_of_each_app("urls"),
]

handler400 = "interpol_strategy.errors.bad_request"
handler403 = "interpol_strategy.errors.permission_denied"
handler404 = "interpol_strategy.errors.page_not_found"
handler500 = "interpol_strategy.errors.server_error"
