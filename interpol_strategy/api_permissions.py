"""Who may read the API's description."""

from __future__ import annotations

from django.conf import settings
from rest_framework.permissions import BasePermission


class MayReadDescription(BasePermission):
    """Everyone where the data is invented, else signed-in readers."""

    def has_permission(self, request, view) -> bool:
        return settings.DEMO or bool(request.user and request.user.is_authenticated)
