"""What the report pages show: the latest edition on top, the archive, and how the jobs are doing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, Q, QuerySet, When, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import own_bureau_id
from core.formats import inside
from core.models import Job, JobState
from core.together import answered
from reports.reading_closing import closed_plans

from .choices import PART_SCOPES
from .models import Edition, ReportDefinition
from .naming import name_of
from .render import FORMATS
from .services import JOB_KIND

PAGE = 25
LANGUAGE_NAMES = {"ar": "العربية", "en": "English", "es": "Español", "fr": "Français"}
STAGES = {
    "collecting": gettext_lazy("collecting the facts"),
    "filing": gettext_lazy("filing"),
    "telling": gettext_lazy("telling the recipients"),
}
FAILURES = {
    "no_room": gettext_lazy("There is no room left to keep the report. Free some space, then try again."),
    "not_drawable": gettext_lazy("The report could not be drawn. The exact reason stands below."),
    "crashed": gettext_lazy(
        "Something went wrong on our side, three times. Try again; if it fails again, tell an administrator."
    ),
    "runner_lost": gettext_lazy("Whoever ran it was ended each time. Try again later."),
}


@dataclass(frozen=True)
class Download:
    """One file that may be fetched: the words on the button and the address behind it."""

    language: str
    name: str
    form: str
    url: str
    size: int
    sha256: str
    notes: list[str]


@dataclass(frozen=True)
class Shown:
    """An edition as the list and its own page show it."""

    edition: Edition
    title: str
    downloads: list[Download]

    @property
    def pdfs(self) -> list[Download]:
        return [one for one in self.downloads if one.form == "pdf"]

    @property
    def files(self) -> list[Download]:
        """The documents, the reader's language first: the first one is what the home page offers."""
        return self.pdfs

    @property
    def others(self) -> list[Download]:
        return [one for one in self.downloads if one.form != "pdf"]


def shown(edition: Edition, language: str) -> Shown:
    """The edition with its downloads, the reader's own language first."""
    files = sorted(edition.files.all(), key=lambda file: (file.language != language, file.language, _ORDER[file.form]))
    return Shown(edition, name_of(edition.definition), [_download(edition, file) for file in files])


_ORDER = {form: place for place, form in enumerate(FORMATS)}


def _download(edition: Edition, file) -> Download:
    url = reverse("reports:download", args=[edition.number, file.language, file.form])
    return Download(file.language, LANGUAGE_NAMES[file.language], file.form, url, file.size, file.sha256, file.notes)


def read_shelves(user, language: str, *, with_making: bool) -> dict:
    """What the page of editions shows: the latest, the archive, those of parts, and the plans that are closed. Two queries.

    With the definitions and what is being made of them for whoever may ask for a report.
    """
    rows = [_archive(user), _latest(user, None), _parts(user), closed_plans(user)]
    archive, latest, parts, closed, *making = answered(*rows, *([_jobs(), _definitions()] if with_making else []))
    prefetch_related_objects([*archive, *latest, *parts], "files")
    told = [[shown(edition, language) for edition in found] for found in (archive, latest, parts)]
    facts = {"archive": told[0], "latest": told[1][0] if told[1] else None, "parts": told[2], "closed_plans": closed}
    return facts | ({"making": _makings(*making), **_definitions_in(making[1])} if with_making else {})


def _archive(user) -> QuerySet:
    """The editions about plans and aims that the person may read, newest first, each in the fullest form for them."""
    return _listed(Edition.objects.exclude(definition__scope__in=PART_SCOPES), user)


def _parts(user) -> QuerySet:
    """The same of regions and bureaus: for people of a bureau its own and its region's, for others the latest."""
    rows = Edition.objects.of_parts()
    if bureau_id := own_bureau_id(user):
        rows = rows.filter(Q(definition__bureau=bureau_id) | Q(definition__region__bureaus=bureau_id))
    return _listed(rows, user)


def _listed(rows, user) -> QuerySet:
    return rows.best_for(user).with_successor().latest_first().with_subject().defer("snapshot")[:PAGE]


def latest_edition(user, language: str, *, at=None) -> Shown | None:
    """The official version, what a leader downloads: of all plans if there is one, never a part's before a plan's.

    `at` asks for the one of a moment in the past, which may have been corrected or withdrawn since.
    """
    row = _latest(user, at).prefetch_related("files").first()
    return shown(row, language) if row else None


def _latest(user, at) -> QuerySet:
    rows = Edition.objects.best_for(user)
    rows = (rows.filed() if at is None else rows.filed_at_moment(at)).official_first().with_subject()
    return rows.defer("snapshot")[:1]


@dataclass(frozen=True)
class Definition:
    """A definition as the list shows it."""

    row: ReportDefinition
    name: str


def _definitions() -> QuerySet:
    return ReportDefinition.objects.with_subject()


def _definitions_in(rows: list[ReportDefinition]) -> dict[str, list[Definition]]:
    """The definitions, those of single bureaus apart: there may be hundreds."""
    rows = [Definition(row, name_of(row)) for row in rows]
    return {
        "definitions": [one for one in rows if one.row.scope != "bureau"],
        "of_bureaus": [one for one in rows if one.row.scope == "bureau"],
    }


@dataclass(frozen=True)
class Making:
    """A job as its page shows it."""

    job: Job
    title: str
    period: str

    @property
    def is_over(self) -> bool:
        return self.job.state in (JobState.READY, JobState.FAILED)

    @property
    def has_failed(self) -> bool:
        return self.job.state == JobState.FAILED

    @property
    def number(self) -> int | None:
        return self.job.result.get("number")

    @property
    def stage(self) -> str:
        kind, _colon, language = self.job.stage.partition(":")
        if kind == "drawing":
            return _("drawing the documents in %(language)s") % {
                "language": inside(dict(settings.LANGUAGES).get(language, language))
            }
        return str(STAGES.get(kind, self.job.get_state_display()))

    @property
    def failure(self) -> str:
        return str(FAILURES.get(self.job.failure_code, self.job.failure_detail))


# What is happening comes first, then what somebody must look at, then what waits, then what is done.
_ORDER_OF_STATES = (JobState.RUNNING, JobState.FAILED, JobState.QUEUED, JobState.READY)


def read_jobs(most: int = 10) -> list[Making]:
    """The report jobs, those being worked on first, then the latest. Two queries."""
    rows = list(_jobs(most))
    return _makings(rows, _definitions().filter(pk__in=[_definition(job) for job in rows]))


def _jobs(most: int = 10) -> QuerySet:
    places = Case(*[When(state=state, then=place) for place, state in enumerate(_ORDER_OF_STATES)])
    return Job.objects.filter(kind=JOB_KIND).order_by(places, "-requested_at", "-pk")[:most]


def _makings(rows: Iterable[Job], definitions: Iterable[ReportDefinition]) -> list[Making]:
    titles = {row.pk: name_of(row) for row in definitions}
    return [Making(job, titles.get(_definition(job), ""), job.payload["period"]) for job in rows]


def find_job(job_id: int) -> Making | None:
    job = Job.objects.filter(pk=job_id, kind=JOB_KIND).first()
    if job is None:
        return None
    row = ReportDefinition.objects.with_subject().filter(pk=_definition(job)).first()
    return Making(job, name_of(row) if row else "", job.payload["period"])


def _definition(job: Job) -> int:
    return job.payload["definition"]


def jobs_in_words() -> dict[str, int]:
    """How many report jobs are in each state, and of how many in all: for following many at once."""
    counts = dict.fromkeys(JobState.values, 0)
    for state in Job.objects.filter(kind=JOB_KIND).values_list("state", flat=True):
        counts[state] += 1
    return counts | {"total": sum(counts.values()), "over": counts[JobState.READY] + counts[JobState.FAILED]}
