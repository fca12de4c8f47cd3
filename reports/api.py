"""The API of reports: what is made again and again, the editions that were filed, and the jobs that make them."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import may
from accounts.rules import EVERYONE, act
from core.api import CODE_KEY, Resource
from core.api_reading import Listed, Retrieved
from core.downloads import file_answer
from core.models import Job
from goals.models import Aim, Plan
from reports import assessing, filtersets, serializers, services
from reports.models import ClosingAssessment, Edition, ReportDefinition

READING = {"list": act("report.read"), "retrieve": act("report.read")}
MEDIA_TYPE_OF_SNAPSHOT = "application/json"


class ReportDefinitions(Listed, Retrieved, Resource):
    """Reports that are made again and again."""

    POLICY = {
        **READING,
        "create": act("report.define"),
        "partial_update": act("report.define"),
        "request_edition": act("report.request"),
    }
    READS = serializers.DefinitionRow
    TAKES = {
        "create": serializers.DefinitionBody,
        "partial_update": serializers.DefinitionChanges,
        "request_edition": serializers.RequestBody,
    }
    GIVES = {"request_edition": serializers.JobRow}
    CREATES = frozenset({"create", "request_edition"})
    STATUS = {"request_edition": 202}
    lookup_field, lookup_value_regex = "code", CODE_KEY
    filterset_class = filtersets.DefinitionFilterSet

    def visible(self):
        """A report on a draft plan is for whoever may see the plan."""
        user = self.request.user
        of_seen_plan = Q(plan=None) | Q(plan__in=Plan.objects.visible_to(user).values("pk"))
        of_seen_aim = Q(aim=None) | Q(aim__in=Aim.objects.visible_to(user).values("pk"))
        return ReportDefinition.objects.visible_to(user).filter(of_seen_plan, of_seen_aim)

    def create(self, request):
        def make():
            values = self.body()
            recipients = values.pop("recipients", [])
            made = services.define_report(values=values, recipients=recipients, by=request.user, at=self.now)
            return self.answer(made.pk, 201)

        return self.once(make)

    def partial_update(self, request, code):
        found, version, given = self.get_object(), self.version_seen(), self.body(partial=True)
        recipients = given.pop("recipients", None)
        services.change_definition(
            definition_id=found.pk,
            version=version,
            values={name: getattr(found, name) for name in services.DEFINITION_FIELDS} | given,
            recipients=list(found.recipients.all()) if recipients is None else recipients,
            by=request.user,
            at=self.now,
        )
        return self.answer(found.pk)

    @action(detail=True, methods=["post"], url_path="request")
    def request_edition(self, request, code):
        """Asks for the edition of a period: 202 with the job that makes it."""
        definition = self.get_object()

        def make():
            given = self.body()
            job = services.request_report(
                definition=definition, period_code=given.pop("period"), by=request.user, at=self.now, **given
            )
            return Response(serializers.JobRow.rows(Job.objects.filter(pk=job.pk))[0], status=202)

        return self.once(make)


class Editions(Listed, Retrieved, Resource):
    """Filed progress reports. Each reader gets the fullest twin that their clearance reaches."""

    POLICY = {
        **READING,
        "files": act("report.read"),
        "file": act("report.read"),
        "snapshot": act("report.read"),
        "withdraw": act("report.file"),
    }
    READS = serializers.EditionRow
    TAKES = {"withdraw": serializers.WithdrawBody}
    GIVES = {"files": serializers.EditionFileRow(many=True), "file": bytes, "snapshot": dict}
    VERSIONED = False
    lookup_field, lookup_value_regex = "number", "[0-9]{1,9}"
    filterset_class = filtersets.EditionFilterSet

    def visible(self):
        return Edition.objects.best_for(self.request.user)

    @action(detail=True, methods=["get"])
    def files(self, request, number):
        return Response(serializers.EditionFileRow.rows(self.get_object().files.order_by("language", "form")))

    @action(detail=True, methods=["get"], url_path=r"files/(?P<language>[a-z]{2})/(?P<form>[a-z]{2,5})")
    def file(self, request, number, language, form):
        _edition, file, content = services.open_file(
            number=self.get_object().number, language=language, form=form, by=request.user, at=self.now
        )
        media_type = file.media_type if file else MEDIA_TYPE_OF_SNAPSHOT
        return file_answer(content, media_type, f"edition-{number}-{language}.{form}")

    @action(detail=True, methods=["get"])
    def snapshot(self, request, number):
        """The frozen facts, byte for byte what `snapshot_sha256` is the checksum of."""
        _edition, _file, content = services.open_file(
            number=self.get_object().number, language="en", form="json", by=request.user, at=self.now
        )
        return HttpResponse(content, content_type=MEDIA_TYPE_OF_SNAPSHOT)

    @action(detail=True, methods=["post"])
    def withdraw(self, request, number):
        services.withdraw_edition(number=self.get_object().number, by=request.user, at=self.now, **self.body())
        return self.answer(self.get_object().pk)


class Jobs(Listed, Retrieved, Resource):
    """Reports that were asked for: queued, running, ready or failed. Officers see all, others their own."""

    POLICY = {"list": EVERYONE, "retrieve": EVERYONE, "retry": act("report.request")}
    READS = serializers.JobRow
    VERSIONED = False
    filterset_class = filtersets.JobFilterSet

    def visible(self):
        jobs = Job.objects.filter(kind=services.JOB_KIND)
        if may(self.request.user, "report.request"):
            return jobs
        return jobs.filter(requested_by_id=self.request.user.pk)

    @action(detail=True, methods=["post"])
    def retry(self, request, pk):
        job = services.retry_report(job_id=self.get_object().pk, by=request.user, at=self.now)
        return self.answer(job.pk)


class ClosingAssessments(Listed, Retrieved, Resource):
    """What officers say of a closed plan, of its aims and of its expected results."""

    POLICY = {"list": EVERYONE, "retrieve": EVERYONE, "create": act("plan.edit"), "partial_update": act("plan.edit")}
    READS = serializers.AssessmentRow
    TAKES = {"create": serializers.AssessmentBody, "partial_update": serializers.AssessmentChanges}
    filterset_class = filtersets.AssessmentFilterSet

    def visible(self):
        return ClosingAssessment.objects.visible_to(self.request.user)

    def create(self, request):
        def make():
            given = self.body()
            subject = assessing.Subject(given["plan"], given.get("aim"), given.get("expected_result"))
            made = assessing.write_first(
                subject=subject, text=given["text"], reason=given.get("reason", ""), by=request.user, at=self.now
            )
            return self.answer(made.pk, 201)

        return self.once(make)

    def partial_update(self, request, pk):
        found, version = self.get_object(), self.version_seen()
        given = self.with_texts(found, self.body(partial=True))
        assessing.write_assessment(
            subject=assessing.Subject(found.plan, found.aim, found.expected_result), version=version,
            text=given.get("text", found.text), reason=given.get("reason", ""), by=request.user, at=self.now,
        )  # fmt: skip
        return self.answer(found.pk)
