"""What gunicorn serves, made warm before its workers are forked: the first reader waits no longer than the next one."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.translation import trans_real

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interpol_strategy.settings")


def warm() -> None:
    """This will read every address, page and catalogue once, which takes a second or two; it asks no server anything."""
    get_resolver().url_patterns  # noqa: B018  imports every view
    for code, _name in settings.LANGUAGES:
        trans_real.translation(code)
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for page in Path(folder).rglob("*.html"):
            get_template(str(page.relative_to(folder)))


application = get_wsgi_application()
warm()

from interpol_strategy.given_again import GivenAgain  # noqa: E402  it reads the settings and knows the tables

application = GivenAgain(application)
