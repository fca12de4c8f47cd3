"""The door: who may sign in with a password at all."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend

from accounts.demonstration import DOMAIN
from accounts.sessions import read_beside


class PasswordDoor(ModelBackend):
    """Signs in active people; the demonstration's accounts only where demonstration data is on.

    Their password is printed for everybody to read, so a database that was once a demonstration must not let
    them in after it became a real installation.
    """

    def get_user(self, user_id):
        """The person with their bureau, which every page names; one question, unless their session brought them along."""
        found = read_beside(user_id) or get_user_model().objects.select_related("bureau").filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None

    def user_can_authenticate(self, user) -> bool:
        is_invented = user.email.lower().endswith(f"@{DOMAIN}")
        return super().user_can_authenticate(user) and (settings.DEMO or not is_invented)
