"""Files that people take away: always an attachment, never run, and kept by no cache on the way."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# For every answer that hands out a file, streamed or not, page or API.
DOWNLOAD_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


def file_answer(content: bytes, media_type: str, name: str) -> HttpResponse:
    """The content as a file of that name."""
    headers = {**DOWNLOAD_HEADERS, "Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(content, content_type=media_type, headers=headers)
