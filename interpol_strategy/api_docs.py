"""The API's page: its description, drawn by the bundled viewer without a line of inline script."""

from __future__ import annotations

from drf_spectacular.views import SpectacularSwaggerSplitView


class ApiDocs(SpectacularSwaggerSplitView):
    """Open where the data is invented, else for signed-in readers (SERVE_PERMISSIONS)."""

    url_name = "api-schema"
    template_name = "interpol_strategy/api_docs.html"
