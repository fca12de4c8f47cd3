"""What a list may say of an initiative or an indicator, and the words by which its columns are known."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.models import Kind

TEXT, NUMBER, DAY, CHOICE, CODES = "text", "number", "day", "choice", "codes"


@dataclass(frozen=True)
class Field:
    """`known_as`: words in the heads of columns, in four languages and in any spelling. `choices` names a set."""

    code: str
    label: str | Promise
    reads: str = TEXT
    choices: str = ""
    is_required: bool = False
    longest: int = 4000
    known_as: tuple[str, ...] = ()
    hint: str | Promise = ""


INITIATIVE_FIELDS = (
    Field("code", _("Code"), longest=20, known_as=("initiative code", "code initiative", "código", "الرمز")),
    Field(
        "reference",
        _("Your own reference"),
        longest=100,
        known_as=("reference", "ref", "id", "number", "référence", "numéro", "referencia", "número", "المرجع", "الرقم"),
    ),
    Field(
        "bureau",
        _("Bureau"),
        is_required=True,
        longest=200,
        known_as=(
            "lead bureau",
            "ncb",
            "country",
            "bureau",
            "bcn",
            "pays",
            "oficina",
            "ocn",
            "país",
            "المكتب",
            "البلد",
            "الدولة",
        ),
    ),
    Field(
        "title",
        _("Title"),
        is_required=True,
        longest=200,
        known_as=(
            "name",
            "initiative",
            "project",
            "titre",
            "nom",
            "projet",
            "título",
            "nombre",
            "iniciativa",
            "proyecto",
            "العنوان",
            "الاسم",
            "المبادرة",
            "المشروع",
        ),
    ),
    Field(
        "summary",
        _("Summary"),
        known_as=("description", "abstract", "résumé", "resumen", "descripción", "الملخص", "الوصف", "ملخص"),
    ),
    Field("language", _("Language"), CHOICE, "language", known_as=("langue", "idioma", "اللغة")),
    Field(
        "starts_on",
        _("First day"),
        DAY,
        is_required=True,
        known_as=(
            "start",
            "start date",
            "begins",
            "from",
            "début",
            "date de début",
            "inicio",
            "fecha de inicio",
            "البداية",
            "تاريخ البدء",
        ),
    ),
    Field(
        "ends_on",
        _("Last day"),
        DAY,
        is_required=True,
        known_as=(
            "end",
            "end date",
            "ends",
            "until",
            "fin",
            "date de fin",
            "fecha de fin",
            "final",
            "النهاية",
            "تاريخ الانتهاء",
        ),
    ),
    Field("status", _("Status"), CHOICE, "status", known_as=("state", "statut", "état", "estado", "الحالة")),
    Field(
        "handling",
        _("Handling"),
        CHOICE,
        "handling",
        known_as=("classification", "confidentiality", "diffusion", "difusión", "clasificación", "التداول", "السرية"),
    ),
    Field(
        "results",
        _("Expected results"),
        CODES,
        is_required=True,
        longest=400,
        known_as=(
            "result",
            "expected result",
            "results",
            "résultat",
            "résultats escomptés",
            "resultado",
            "resultados esperados",
            "النتائج",
            "النتيجة المتوقعة",
            "النتائج المتوقعة",
        ),
    ),
    Field(
        "indicators",
        _("Indicators"),
        CODES,
        longest=1000,
        known_as=("indicator", "indicateurs", "indicadores", "المؤشرات"),
    ),
    Field(
        "partners",
        _("Partners"),
        CODES,
        longest=1000,
        known_as=("partner bureaus", "partner", "with", "partenaires", "socios", "asociados", "الشركاء"),
        hint=_("Bureaus by code or name, with semicolons between them."),
    ),
    Field(
        "crime_areas",
        _("Crime areas"),
        CODES,
        longest=1000,
        known_as=(
            "crime area",
            "crimes",
            "domaines de criminalité",
            "domaine",
            "ámbitos delictivos",
            "delitos",
            "مجالات الجريمة",
            "الجرائم",
        ),
        hint=_("By code or name, with semicolons between them."),
    ),
    Field(
        "milestones",
        _("Milestones"),
        longest=8000,
        known_as=("milestone", "steps", "jalons", "étapes", "hitos", "etapas", "المعالم", "المراحل"),
        hint=_(
            "“Boats bought: 2026-06-30; Crew trained: 2026-12-31 ✓ 2026-11-02”: ✓ and a day for what is done, × and a"
            " number for its weight."
        ),
    ),
    Field(
        "budget_eur",
        _("Budget (EUR)"),
        NUMBER,
        known_as=("budget", "cost", "coût", "presupuesto", "costo", "الميزانية", "التكلفة"),
    ),
    Field(
        "staff_fte",
        _("Staff (full-time equivalents)"),
        NUMBER,
        known_as=("staff", "fte", "effectifs", "etp", "personal", "الموظفون"),
    ),
)

INDICATOR_FIELDS = (
    Field(
        "code",
        _("Code"),
        is_required=True,
        longest=24,
        known_as=("indicator code", "id", "código", "الرمز", "reference", "référence", "referencia", "المرجع"),
    ),
    Field(
        "result",
        _("Expected result"),
        CODES,
        is_required=True,
        longest=40,
        known_as=(
            "result",
            "outcome",
            "résultat",
            "résultat escompté",
            "resultado",
            "resultado esperado",
            "النتيجة",
            "النتيجة المتوقعة",
        ),
    ),
    Field(
        "name",
        _("Name"),
        is_required=True,
        longest=500,
        known_as=("indicator", "title", "indicateur", "nom", "indicador", "nombre", "المؤشر", "الاسم"),
    ),
    Field("definition", _("Definition"), known_as=("description", "définition", "definición", "التعريف", "الوصف")),
    Field("kind", _("Kind"), CHOICE, "kind", is_required=True, known_as=("type", "genre", "tipo", "النوع")),
    Field("direction", _("Direction"), CHOICE, "direction", known_as=("sens", "dirección", "sentido", "الاتجاه")),
    Field("unit", _("Unit"), longest=24, known_as=("unité", "unidad", "measure", "الوحدة", "وحدة القياس")),
    Field(
        "frequency", _("Frequency"), CHOICE, "frequency", known_as=("fréquence", "frecuencia", "التواتر", "periodicity")
    ),
    Field(
        "handling", _("Handling"), CHOICE, "handling", known_as=("classification", "diffusion", "difusión", "التداول")
    ),
    Field("baseline", _("Baseline"), NUMBER, known_as=("base", "situation de référence", "línea de base", "خط الأساس")),
    Field(
        "baseline_on",
        _("Day of the baseline"),
        DAY,
        known_as=("baseline date", "baseline day", "date de référence", "fecha de base", "تاريخ خط الأساس"),
    ),
    Field("target", _("Target"), NUMBER, known_as=("goal", "cible", "meta", "objetivo", "القيمة المستهدفة", "الهدف")),
    Field(
        "target_on",
        _("Due day of the target"),
        DAY,
        known_as=(
            "target date",
            "due",
            "due date",
            "date cible",
            "échéance",
            "fecha meta",
            "fecha límite",
            "تاريخ الاستحقاق",
        ),
    ),
    Field(
        "source", _("Source of the data"), known_as=("source", "data source", "source des données", "fuente", "المصدر")
    ),
    Field(
        "means_of_verification",
        _("Means of verification"),
        known_as=("verification", "moyens de vérification", "medios de verificación", "وسائل التحقق"),
    ),
)
FIELDS = {Kind.INITIATIVES: INITIATIVE_FIELDS, Kind.INDICATORS: INDICATOR_FIELDS}
