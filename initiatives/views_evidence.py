"""Handing out a file: only to whoever may see the update and the file, always as an attachment, never to be run."""

from __future__ import annotations

from django.http import FileResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from initiatives import evidence


@require_safe
def download(request, public_id):
    found, file = evidence.open_evidence(public_id=public_id, by=request.user)
    response = FileResponse(file, as_attachment=True, filename=found.name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    patch_cache_control(response, private=True, no_store=True)
    return response
