#!/usr/bin/env python3
"""Commands of the project; without DATABASE_URL they use the private services of `make run` where those are up."""

import os
import sys

from interpol_strategy.supervisor.places import adopt_running_services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interpol_strategy.settings")
    adopt_running_services(os.environ)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
