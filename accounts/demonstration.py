"""The accounts of a demonstration, whose password `make run` prints; they exist only where the data is invented."""

from django.utils.translation import gettext_lazy as _

DOMAIN = "demo.invalid"
ACCOUNTS = [
    ("liaison", _("reports for a bureau")),
    ("liaison2", _("reports for another bureau")),
    ("head", _("approves a bureau's updates")),
    ("officer", _("reviews and validates")),
    ("leader", _("reads where the plans stand")),
    ("auditor", _("reads everything, and the trail")),
    ("admin", _("keeps accounts and bureaus")),
]
