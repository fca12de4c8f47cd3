"""The API's addresses, version 1: every resource once, each declared in its own app."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from accounts import api as accounts
from goals import api as goals
from initiatives import api as initiatives
from initiatives import api_chasing as chasing
from initiatives import api_figures as figures
from objectives import api as objectives
from outcomes import api as outcomes
from outcomes import api_measures as measures
from reports import api as reports

router = SimpleRouter()
for prefix, resource in (
    ("plans", outcomes.Plans),
    ("aims", goals.Aims),
    ("expected-results", outcomes.ExpectedResults),
    ("capabilities", objectives.Capabilities),
    ("crosswalk", outcomes.CrosswalkLinks),
    ("indicators", outcomes.Indicators),
    ("measurements", measures.Measurements),
    ("thresholds", figures.Thresholds),
    ("weights", measures.Weights),
    ("judgements", measures.Judgements),
    ("roll-ups", outcomes.RollUps),
    ("progress", figures.Progress),
    ("periods", outcomes.Periods),
    ("initiatives", initiatives.Initiatives),
    ("updates", initiatives.Updates),
    ("evidence", initiatives.EvidenceFiles),
    ("extensions", chasing.Extensions),
    ("letters", chasing.Letters),
    ("report-definitions", reports.ReportDefinitions),
    ("editions", reports.Editions),
    ("jobs", reports.Jobs),
    ("closing-assessments", reports.ClosingAssessments),
    ("crime-areas", initiatives.CrimeAreas),
    ("regions", accounts.Regions),
    ("member-countries", accounts.MemberCountries),
    ("bureaus", accounts.Bureaus),
    ("people", accounts.People),
    ("tokens", accounts.Tokens),
    ("audit-records", accounts.AuditTrail),
    ("", accounts.Me),
):
    router.register(prefix, resource, basename=prefix or "me")

app_name = "api"
urlpatterns = router.urls
