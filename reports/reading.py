"""What the report pages show: the latest edition on top, the archive, and how the jobs are doing."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Job, JobState

from .models import Edition, ReportDefinition
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
    return Shown(edition, str(edition.definition.title), [_download(edition, file) for file in files])


_ORDER = {form: place for place, form in enumerate(FORMATS)}


def _download(edition: Edition, file) -> Download:
    url = reverse("reports:download", args=[edition.number, file.language, file.form])
    return Download(file.language, LANGUAGE_NAMES[file.language], file.form, url, file.size, file.sha256, file.notes)


def read_editions(user, language: str) -> list[Shown]:
    """The editions that the person may read, newest first, each in the fullest form for them. Two queries."""
    rows = Edition.objects.best_for(user).latest_first().select_related("definition", "corrects")
    rows = rows.defer("snapshot").prefetch_related("files", "corrected_by")[:PAGE]
    return [shown(edition, language) for edition in rows]


def latest_edition(user, language: str) -> Shown | None:
    """The latest filed edition about all plans, or else of any kind: what a leader downloads."""
    rows = (
        Edition.objects.best_for(user).filed().select_related("definition").defer("snapshot").prefetch_related("files")
    )
    rows = rows.order_by("-end_on", "-number")
    row = rows.filter(definition__scope="all").first() or rows.first()
    return shown(row, language) if row else None


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
                "language": dict(settings.LANGUAGES).get(language, language)
            }
        return str(STAGES.get(kind, self.job.get_state_display()))

    @property
    def failure(self) -> str:
        return str(FAILURES.get(self.job.failure_code, self.job.failure_detail))


def read_jobs(most: int = 10) -> list[Making]:
    """The latest report jobs. Two queries."""
    rows = list(Job.objects.filter(kind=JOB_KIND).order_by("-requested_at", "-pk")[:most])
    titles = {
        row.pk: str(row.title) for row in ReportDefinition.objects.filter(pk__in=[_definition(job) for job in rows])
    }
    return [Making(job, titles.get(_definition(job), ""), job.payload["period"]) for job in rows]


def find_job(job_id: int) -> Making | None:
    job = Job.objects.filter(pk=job_id, kind=JOB_KIND).first()
    if job is None:
        return None
    row = ReportDefinition.objects.filter(pk=_definition(job)).first()
    return Making(job, str(row.title) if row else "", job.payload["period"])


def _definition(job: Job) -> int:
    return job.payload["definition"]


def jobs_in_words() -> dict[str, int]:
    """How many report jobs are in each state, and of how many in all: for following many at once."""
    counts = dict.fromkeys(JobState.values, 0)
    for state in Job.objects.filter(kind=JOB_KIND).values_list("state", flat=True):
        counts[state] += 1
    return counts | {"total": sum(counts.values()), "over": counts[JobState.READY] + counts[JobState.FAILED]}
