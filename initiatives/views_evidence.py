"""Handing out a file: only to whoever may see the update and the file, always as an attachment, never to be run."""

from __future__ import annotations

from django.http import FileResponse
from django.views.decorators.http import require_safe

from core.downloads import DOWNLOAD_HEADERS
from initiatives import evidence


@require_safe
def download(request, public_id):
    found, file = evidence.open_evidence(public_id=public_id, by=request.user)
    facts = {"filename": found.name, "content_type": found.media_type, "headers": DOWNLOAD_HEADERS}
    return FileResponse(file, as_attachment=True, **facts)
