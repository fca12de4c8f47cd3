"""The API's addresses, version 1: every resource once, each declared in its own app."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from accounts import api as accounts
from dashboard import api as dashboard
from exchange import api as exchange
from initiatives import api as initiatives
from initiatives import api_chasing as chasing
from initiatives import api_figures as figures
from initiatives import api_updates as updates
from outcomes import api as outcomes
from outcomes import api_measures as measures
from outcomes import api_plans as plans
from outcomes import api_texts as texts
from reports import api as reports

router = SimpleRouter()
for prefix, resource in (
    ("plans", plans.Plans),
    ("aims", plans.Aims),
    ("expected-results", plans.ExpectedResults),
    ("capabilities", plans.Capabilities),
    ("crosswalk", plans.CrosswalkLinks),
    ("indicators", outcomes.Indicators),
    ("measurements", measures.Measurements),
    ("proposed-values", measures.ProposedValues),
    ("thresholds", figures.Thresholds),
    ("weights", measures.Weights),
    ("judgements", measures.Judgements),
    ("roll-ups", outcomes.RollUps),
    ("progress", figures.Progress),
    ("periods", outcomes.Periods),
    ("standings", dashboard.Standings),
    ("translations", texts.Translations),
    ("initiatives", initiatives.Initiatives),
    ("updates", updates.Updates),
    ("evidence", updates.EvidenceFiles),
    ("extensions", chasing.Extensions),
    ("letters", chasing.Letters),
    ("hand-overs", chasing.HandOvers),
    ("workbooks", exchange.Workbooks),
    ("workbook-files", exchange.WorkbookFiles),
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
