"""manage.py create_user: register a person, for the first administrator and for scripts."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import LANGUAGE_CHOICES, Bureau, Role
from accounts.people import link_to_a_password
from accounts.services import create_person
from core.errors import DomainError
from core.handling import Handling

LEVELS = [level.name.lower() for level in Handling]


class Command(BaseCommand):
    help = "Register a person. Without --password-stdin it prints a link by which they choose a password."

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--bureau", default="", help="the bureau's code, such as SN or GS-STR")
        parser.add_argument("--clearance", default="internal", choices=LEVELS)
        parser.add_argument("--language", default="en", choices=[code for code, _name in LANGUAGE_CHOICES])
        parser.add_argument("--password-stdin", action="store_true", help="read the password there")

    def handle(self, *args, **options):
        try:
            person = create_person(
                email=options["email"],
                full_name=options["name"],
                role=options["role"],
                bureau=_bureau(options["bureau"]),
                clearance=Handling[options["clearance"].upper()],
                language=options["language"],
                password=sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None,
                at=timezone.now(),
            )
        except DomainError as refused:
            raise CommandError(_reasons(refused)) from refused
        signs_in = "with the password given" if options["password_stdin"] else "once a password is chosen"
        self.stdout.write(f"Registered {person.full_name} <{person.email}>, {person.get_role_display()}.")
        self.stdout.write(f"Signs in: {signs_in}.")
        if not options["password_stdin"]:
            link = settings.SITE_URL.rstrip("/") + link_to_a_password(person)
            self.stdout.write(f"Chooses it here, once, within three days: {link}")


def _bureau(code: str) -> Bureau | None:
    if not code:
        return None
    found = Bureau.objects.filter(code__iexact=code).first()
    if found is None:
        raise CommandError(f"There is no bureau {code}. Run load_reference first, or check the code.")
    return found


def _reasons(refused: DomainError) -> str:
    lines = [f"{field}: {message}" for field, messages in refused.fields.items() for message in messages]
    return "\n  ".join([str(refused.message), *lines])
