"""Invented words and figures for the living style page, in the languages that it is read in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.translations import Translated

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 14, 32, tzinfo=UTC)


def _said(en: str, fr: str, es: str, ar: str) -> Translated:
    texts = {"en": en, "fr": fr, "es": es, "ar": ar}
    approved = {language: {"state": "approved", "of_version": 1} for language in ("en", "es", "ar")}
    return Translated(source="fr", texts=texts, states=approved)


SENTENCES = {
    "lead": _said(
        "Two of four goals are on track. Goal 2 slipped to at risk: 3 of its 14 indicators are behind.",
        "Deux buts sur quatre sont en bonne voie. Le but 2 est à risque : 3 de ses 14 indicateurs sont en retard.",
        "Dos de cuatro objetivos van según lo previsto. El objetivo 2 está en riesgo: 3 de sus 14 indicadores van mal.",
        "هدفان من أصل أربعة على المسار الصحيح. أصبح الهدف 2 معرّضًا للخطر لأن 3 من مؤشراته الـ14 متأخرة.",
    ),
    "due": _said("Due in 9 days", "À rendre dans 9 jours", "Vence en 9 días", "يحين الموعد النهائي بعد 9 أيام"),
}
GOALS = (
    _said(
        "Wider access to police information",
        "Un accès élargi à l’information policière",
        "Acceso más amplio a la información policial",
        "توسيع الوصول إلى المعلومات الشرطية",
    ),
    _said(
        "Faster cooperation between bureaus",
        "Une coopération plus rapide entre bureaux",
        "Cooperación más rápida entre oficinas",
        "تعاون أسرع بين المكاتب",
    ),
    _said(
        "Skills where they are needed",
        "Des compétences là où il en faut",
        "Competencias donde hacen falta",
        "مهارات حيث تدعو الحاجة",
    ),
    _said(
        "An organisation fit for the task",
        "Une organisation à la hauteur",
        "Una organización a la altura",
        "منظمة على قدر المهمة",
    ),
)
FIGURES = [
    {"value": "54 / 80", "label": "bureaus connected (68%), target 75%", "url": "#how"},
    {"value": "0.71", "label": "results, weighted mean", "note": "coverage 84%, between 0.60 and 0.76"},
    {"value": "12", "label": "updates wait for review"},
]
COMMENTS = [
    {
        "who": "A. Okafor",
        "at": NOW - timedelta(days=2),
        "language": "en",
        "words": "The value is above the target already. Is it cumulative?",
    },
    {
        "who": "ل. حداد",
        "at": NOW - timedelta(days=1),
        "language": "ar",
        "words": "نعم، القيمة تراكمية منذ بداية السنة (2026-Q1).",
    },
]
CONFLICT = {
    "who": "M. Dupont",
    "at": NOW,
    "fields": [
        {"label": "Achieved", "mine": "54 bureaus are connected.", "theirs": "Fifty-two bureaus are connected."}
    ],
}
SWATCHES = (
    "page", "surface", "wash", "line", "edge", "ink", "muted", "accent", "focus",
    "on_track", "at_risk", "off_track", "achieved", "too_early", "no_data",
)  # fmt: skip
