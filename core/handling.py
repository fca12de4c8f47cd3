"""How far a text or a figure may travel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Handling(models.IntegerChoices):
    """Handling levels in rising order; a reader sees what is at or below their clearance."""

    PUBLIC = 0, _("public")
    INTERNAL = 1, _("internal")
    RESTRICTED = 2, _("restricted")
    CONFIDENTIAL = 3, _("confidential")
