"""Signing in with a token: kept as a digest, and read carefully before the database hears of it."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

TOKEN = re.compile(rb"[0-9a-f]{64}\Z")


class CarefulTokens(TokenAuthentication):
    """Knox's tokens. What cannot be a token is refused before it is decoded; who sends nothing of the kind is not looked at further."""

    def authenticate(self, request):
        return super().authenticate(request) if "HTTP_AUTHORIZATION" in request.META else None

    def authenticate_credentials(self, token):
        if not TOKEN.match(token):
            raise AuthenticationFailed(_("This token is not known, or it has expired."))
        return super().authenticate_credentials(token)
