"""A realistic snapshot made of arithmetic alone: both plans, 40 bureaus, any number of initiatives, four languages.

Everything in it is invented but for the titles of the plans. It lets the drawing be tested without a database.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

PERIODS = ("2026-Q1", "2026-Q2", "2026-Q3")
ENDS = {"2025-Q4": "2025-12-31", "2026-Q1": "2026-03-31", "2026-Q2": "2026-06-30", "2026-Q3": "2026-09-30"}


def text(fr="", en="", es="", ar="", working=()):
    texts = {k: v for k, v in {"fr": fr, "en": en, "es": es, "ar": ar}.items() if v}
    return {"source": "fr" if fr else next(iter(texts), "en"), "texts": texts, "working": list(working)}


def own(words, language):
    return {"source": language, "texts": {language: words}, "working": []}


GOALS = [
    text("Être la plateforme mondiale de référence pour l’échange d’informations policières",
         "Be the global platform of reference for the exchange of police information",
         "Ser la plataforma mundial de referencia para el intercambio de información policial",
         "أن تكون المنصة العالمية المرجعية لتبادل المعلومات الشرطية", ["ar", "es"]),
    text("Fournir un soutien de premier ordre aux enquêtes et aux opérations",
         "Provide first-rate support to investigations and operations",
         "Prestar un apoyo de primer orden a las investigaciones y operaciones",
         "تقديم دعم من الدرجة الأولى للتحقيقات والعمليات"),
    text("Être le porte-parole des services chargés de l’application de la loi dans le monde entier",
         "Be the voice of law enforcement throughout the world",
         "Ser el portavoz de los organismos encargados de la aplicación de la ley en todo el mundo",
         "أن تكون صوت أجهزة إنفاذ القانون في جميع أنحاء العالم"),
    text("Garantir l’excellence au sein de l’Organisation",
         "Ensure excellence within the Organization",
         "Garantizar la excelencia en el seno de la Organización",
         "ضمان التميز داخل المنظمة"),
]  # fmt: skip
OBJECTIVES = [
    text("Réduire l'incidence des formes graves, organisées et nouvelles de criminalité par un échange accru "
         "d'informations de police.",
         "Reduce the impact of serious, organized and emerging crime through increased exchange of police information.",
         "Reducir la incidencia de las formas graves, organizadas y nuevas de delincuencia mediante un mayor "
         "intercambio de información policial.",
         "الحد من وقع الأشكال الخطيرة والمنظمة والناشئة من الإجرام عن طريق تعزيز تبادل المعلومات الشرطية."),
    text("Enrichir les produits de renseignement exploitables en recoupant les informations et en analysant les "
         "ensembles de données.",
         "Enrich actionable intelligence products by cross-checking information and analysing datasets.",
         "Enriquecer los productos de inteligencia mediante el cotejo de información y el análisis de datos.",
         "إثراء المنتجات الاستخبارية القابلة للاستخدام بمقارنة المعلومات وتحليل مجموعات البيانات."),
    text("Soutenir les enquêtes des pays et renforcer leur capacité à prévenir les formes graves de criminalité "
         "transnationale et à y répondre.",
         "Support countries' investigations and build their capacity to prevent and respond to serious transnational "
         "crime.",
         "Apoyar las investigaciones de los países y reforzar su capacidad de prevención y respuesta.",
         "دعم تحقيقات البلدان وتعزيز قدرتها على منع الجريمة الخطيرة عبر الوطنية والتصدي لها."),
    text("Optimiser le soutien à la communauté mondiale des services chargés de l'application de la loi par la "
         "création de synergies.",
         "Optimize support to the global law enforcement community by creating synergies and partnerships.",
         "Optimizar el apoyo a la comunidad mundial de las fuerzas del orden mediante la creación de sinergias.",
         "تحسين الدعم المقدم إلى أوساط إنفاذ القانون في العالم بإيجاد أوجه تآزر وشراكات."),
]  # fmt: skip
RESULTS = [
    text("Accès élargi des agents de première ligne, des enquêteurs et des garde-frontières",
         "Wider access for front-line officers, investigators and border guards",
         "Acceso más amplio para los agentes de primera línea, investigadores y guardias fronterizos",
         "توسيع نطاق وصول عناصر الخطوط الأمامية والمحققين وحرس الحدود"),
    text("Bases de données, notices et diffusions améliorées et mises à jour",
         "Better and updated databases, notices and diffusions",
         "Bases de datos, notificaciones y difusiones mejoradas y actualizadas",
         "تحسين قواعد البيانات والنشرات والتعاميم وتحديثها"),
    text("Une solide protection des données", "Strong data protection", "Sólida protección de los datos",
         "حماية متينة للبيانات"),
]  # fmt: skip
INDICATORS = [
    (text("Agents de première ligne ayant un accès direct", "Front-line officers with direct access",
          "Agentes de primera línea con acceso directo", "عناصر الخطوط الأمامية الذين لديهم وصول مباشر"),
     text("agents", "officers", "agentes", "عنصر"), False, 0, 48200, 120000),
    (text("Part des fiches mises à jour depuis moins de 24 mois", "Share of records updated within 24 months",
          "Proporción de fichas actualizadas en los últimos 24 meses",
          "نسبة السجلات المحدثة خلال 24 شهرا"),
     text("", "", "", ""), True, 1, Decimal("0.58"), Decimal("0.90")),
    (text("Délai médian de traitement d’une demande", "Median time to answer a request",
          "Plazo mediano de respuesta a una solicitud", "المدة الوسطى للرد على الطلب"),
     text("heures", "hours", "horas", "ساعة"), False, 1, 46, 12),
]  # fmt: skip
DEFINITION = text(
    "Nombre compté le dernier jour de la période, tel qu’il est enregistré par le bureau; les doublons sont écartés.",
    "Number counted on the last day of the period, as recorded by the bureau; duplicates are left out.",
    "Número contabilizado el último día del período, según el registro de la oficina; se descartan los duplicados.",
    "العدد المحتسب في اليوم الأخير من الفترة كما سجله المكتب؛ وتستبعد التكرارات.",
)
COUNTRIES = [
    ("FR", "France", "Francia", "فرنسا", "EUR"), ("ES", "Espagne", "España", "إسبانيا", "EUR"),
    ("EG", "Égypte", "Egipto", "مصر", "MENA"), ("JP", "Japon", "Japón", "اليابان", "ASP"),
    ("BR", "Brésil", "Brasil", "البرازيل", "AME"), ("KE", "Kenya", "Kenia", "كينيا", "AFR"),
    ("MA", "Maroc", "Marruecos", "المغرب", "MENA"), ("AU", "Australie", "Australia", "أستراليا", "ASP"),
]  # fmt: skip
REGIONS = {
    "AFR": text("Afrique", "Africa", "África", "أفريقيا"),
    "AME": text("Amériques", "Americas", "Américas", "الأمريكتان"),
    "ASP": text("Asie et Pacifique sud", "Asia and South Pacific", "Asia y Pacífico Sur", "آسيا وجنوب المحيط الهادئ"),
    "EUR": text("Europe", "Europe", "Europa", "أوروبا"),
    "MENA": text("Moyen-Orient et Afrique du Nord", "Middle East and North Africa", "Oriente Medio y Norte de África",
                 "الشرق الأوسط وشمال أفريقيا"),
}  # fmt: skip
TITLES = [
    ("fr", "Déploiement de l’accès mobile aux contrôles frontaliers"),
    ("en", "Fixed INTERPOL network access at regional airports (phase 2)"),
    ("es", "Formación de analistas en investigación financiera"),
    ("ar", "تدريب المحققين على تحليل المعطيات الرقمية (المرحلة 2)"),
    ("en", "Joint operation against stolen motor vehicles — SMV-2026"),
    ("fr", "Mise à niveau des passerelles nationales (I-24/7)"),
    ("es", "Cooperación con la academia: laboratorio de IA"),
    ("en", "Réseau Ōsaka–東京 forensic exchange"),
]
SAID = [
    ("fr", "Le raccordement de trois postes-frontières attend la signature de l’accord national."),
    ("en", "Two of five trainers left in August; the next course moves to the first quarter."),
    ("es", "La migración de la base de datos se retrasó por la falta de cifrado en el equipo local."),
    ("ar", "تأخر تسليم المعدات (12 وحدة) إلى غاية 2026-11-30 بسبب إجراءات الجمارك."),
]
HELP = [
    ("fr", "Un modèle d’accord de protection des données accepté par d’autres bureaux."),
    ("en", "A trainer for four weeks, French-speaking."),
    ("es", "Asesoramiento técnico sobre cifrado."),
    ("ar", "دعم تقني لمدة أسبوعين."),
]


def dec(value, places="0.0001"):
    return None if value is None else str(Decimal(value).quantize(Decimal(places)))


def spread(random, value, total, spare="0.08"):
    coverage = Decimal(random.randint(62, 98)) / 100
    known = int(total * coverage)
    counts = {"on_track": known // 2, "at_risk": known // 4, "no_data": total - known}
    counts["off_track"] = known - counts["on_track"] - counts["at_risk"]
    low = value * coverage
    return {
        "value": dec(value), "expected": dec(Decimal("0.8")), "coverage": dec(coverage), "low": dec(low), "high": dec(low + 1 - coverage),
        "known": known, "total": total, "counts": {k: v for k, v in counts.items() if v}, "restricted": False,
    }  # fmt: skip


def nothing(total=0):
    return {"value": None, "expected": None, "coverage": "0", "low": None, "high": None, "known": 0, "total": total,
            "counts": {"no_data": total} if total else {}, "restricted": False}  # fmt: skip


def trend(value, periods=PERIODS):
    steps = len(periods)
    return [
        {
            "period": code,
            "on": ENDS[code],
            "value": dec(value * (index + 1) / steps),
            "expected": dec(Decimal("0.72") * (index + 1) / steps),
        }
        for index, code in enumerate(periods)
    ]


def said(random, source, bureau="BCN-FR"):
    language, words = random.choice(source)
    return {"text": words, "language": language, "bureau": bureau, "initiative": f"IN-{random.randint(1, 250):04d}",
            "period": PERIODS[-1]}  # fmt: skip


def value(amount, on, period=None, state="reported", places="0.0001", numerator=None, denominator=None):
    return {"state": state, "value": dec(amount, places) if amount is not None else None, "numerator": numerator,
            "denominator": denominator, "on": on, "period": period}  # fmt: skip


STATUS_ROUND = ["on_track", "at_risk", "off_track", "on_track", "achieved", "no_data", "stale", "too_early", "on_track"]


def indicator(random, code, at):
    name, unit, is_percent, decimals, start, goal = INDICATORS[at % 3]
    start, goal = Decimal(start), Decimal(goal)
    share = Decimal(random.randint(5, 95)) / 100
    actual = start + (goal - start) * share
    status = STATUS_ROUND[at % len(STATUS_ROUND)]
    unknown = status in ("no_data", "too_early")
    if status == "stale" and at % 2:
        latest = value(None, None, PERIODS[-1], state="withheld")
    else:
        latest = value(None, None, PERIODS[-1], "not_reported") if unknown else value(actual, "2026-09-30", PERIODS[-1])
    return {
        "code": code, "name": name, "definition": DEFINITION, "kind": "level",
        "direction": "decrease" if goal < start else "increase", "unit_label": unit if unit["texts"] else own("%", "en"),
        "is_percent": is_percent, "decimals": decimals, "state": "proposed" if at % 4 == 3 else "adopted",
        "frequency": "quarterly", "combine": "sum",
        "source": text("Registre du bureau", "Bureau register", "Registro de la oficina", "سجل المكتب"),
        "means": text("Extraction jointe au point d’avancement", "Extract attached to the update",
                      "Extracto adjunto a la actualización", "مستخرج مرفق بالتحديث"),
        "owner": "Directorate of Operational Support", "baseline": value(start, "2025-12-31"),
        "target": value(goal, "2030-12-31"), "latest": latest, "expected": dec(start + (goal - start) * Decimal("0.15")),
        "progress": None if unknown else dec(share), "status": status, "judgement": None,
        "reported_by": random.randint(11, 38), "expected_from": 40, "is_falling": at == 7, "restricted": False,
        "trend": [{"period": p, "on": ENDS[p], "value": None if unknown else dec(start + (goal - start) * share * (n + 1) / 3),
                   "expected": dec(start + (goal - start) * Decimal(n + 1) / 20)} for n, p in enumerate(PERIODS)],
        "explain": f"/indicators/{code}/explain/",
    }  # fmt: skip


def result(random, aim_code, number, offset):
    code = f"{aim_code}.{number}"
    share = Decimal(random.randint(30, 96)) / 100
    return {
        "code": code, "number": number, "text": RESULTS[number - 1], "origin": "derived",
        "status": STATUS_ROUND[(offset + number) % 3], "judgement": None, "results": spread(random, share, 3),
        "delivery": spread(random, Decimal("0.55"), 12), "trend": trend(share),
        "indicators": [indicator(random, f"{code}-{n}", offset + number * 3 + n) for n in (1, 2, 3)],
        "initiatives": 12, "explain": f"/results/{code}/explain/",
    }  # fmt: skip


def aim(random, plan, number, title, status):
    code = f"{plan}-{number}"
    share = Decimal({"on_track": 93, "at_risk": 81, "off_track": 44, "achieved": 100}.get(status, 50)) / 100
    return {
        "code": code, "number": number, "title": title, "text": DEFINITION, "status": status, "judgement": None,
        "results": spread(random, share, 9), "delivery": spread(random, share - Decimal("0.12"), 60),
        "trend": trend(share), "expected_results": [result(random, code, n, number * 7) for n in (1, 2, 3)],
        "initiatives": 60 + number, "bureaus": 30 + number, "said": [said(random, SAID), said(random, SAID, "BCN-EG")],
        "help_wanted": [said(random, HELP, "BCN-BR")], "explain": f"/aims/{code}/explain/",
    }  # fmt: skip


def plan(random, code, kind, title, status, years, titles, statuses):
    return {
        "code": code, "kind": kind, "title": title, "status": status, "start_on": f"{years[0]}-01-01",
        "end_on": f"{years[1]}-12-31", "statement_title": None,
        "statement": text("Aider les pays membres à réduire l'incidence des formes graves de criminalité.",
                          "Help member countries reduce the impact of serious crime.",
                          "Ayudar a los países miembros a reducir la incidencia de la delincuencia grave.",
                          "مساعدة البلدان الأعضاء على الحد من وقع الجريمة الخطيرة."),
        "node_status": "at_risk", "judgement": None, "results": spread(random, Decimal("0.7134"), 36),
        "delivery": spread(random, Decimal("0.5821"), 240), "trend": trend(Decimal("0.7134")),
        "aims": [aim(random, code, n, t, s) for n, (t, s) in enumerate(zip(titles, statuses, strict=True), 1)],
        "explain": f"/plans/{code}/explain/",
    }  # fmt: skip


def bureau_name(index):
    fr, en_es = COUNTRIES[index % len(COUNTRIES)][1], COUNTRIES[index % len(COUNTRIES)]
    return text(f"BCN {fr}", f"NCB {fr}", f"OCN {en_es[2]}", f"المكتب المركزي الوطني في {en_es[3]}")


def initiative(random, index):
    language, title = TITLES[index % len(TITLES)]
    start = date(2026, 1, 1) + timedelta(days=(index * 11) % 300)
    known = index % 9 != 0
    return {
        "code": f"IN-{index + 1:04d}", "title": own(title, language),
        "bureau": f"NCB-{COUNTRIES[index % 8][0]}", "bureau_name": bureau_name(index), "partners": index % 4,
        "aims": [f"framework-2026-2030-{index % 4 + 1}"] + (["framework-2026-2030-4"] if index % 7 == 0 else []),
        "starts_on": start.isoformat(), "ends_on": (start + timedelta(days=400)).isoformat() if index % 5 else None,
        "state": "active", "status": STATUS_ROUND[index % 4] if known else "no_data",
        "delivery": dec(Decimal(index % 101) / 100) if known else None, "last_period": PERIODS[index % 3] if known else None,
        "handling": index % 2,
    }  # fmt: skip


def ref(kind, node, title):
    return {"kind": kind, "code": node["code"], "title": title}


def changes(framework):
    one, two, three, four = framework["aims"]
    first = two["expected_results"][0]["indicators"][0]
    return [
        change("status", ref("aim", two, two["title"]), "on_track", "at_risk", weight=100),
        change("results", ref("aim", one, one["title"]), "0.8412", one["results"]["value"], weight=90),
        change("status", ref("indicator", first, first["name"]), "at_risk", "off_track", weight=80),
        change("coverage", ref("plan", framework, framework["title"]), "0.7400", "0.8100", weight=60),
        change("delivery", ref("aim", four, four["title"]), "0.4000", four["delivery"]["value"], weight=50),
        change("initiatives_started", ref("plan", framework, framework["title"]), None, None, 14, 40),
        change("initiatives_completed", ref("plan", framework, framework["title"]), None, None, 5, 39),
        change("target", ref("indicator", first, first["name"]), "100000", "120000", weight=30),
        change("first_value", ref("aim", three, three["title"]), None, "0.4400", weight=20),
    ]


def change(kind, subject, before, after, count=None, weight=0):
    return {"kind": kind, "subject": subject, "before": before, "after": after, "count": count, "weight": weight}


def attention(random, framework):
    rows = []
    for index, node in enumerate(framework["aims"]):
        for found in node["expected_results"][0]["indicators"]:
            rows.append({
                "kind": ("behind", "fell", "stale", "behind")[index], "subject": ref("indicator", found, found["name"]),
                "aim": node["code"], "status": ("off_track", "at_risk", "stale", "at_risk")[index],
                "actual": (found["latest"] or {}).get("value"), "expected": found["expected"],
                "is_percent": found["is_percent"], "decimals": found["decimals"],
                "said": said(random, SAID) if index != 2 else None,
                "help_wanted": said(random, HELP) if index % 2 else None,
            })  # fmt: skip
    return rows


def reporting(random):
    missing = [
        {"bureau": f"NCB-{COUNTRIES[n][0]}", "name": bureau_name(n), "region": COUNTRIES[n][4], "due": 4 + n % 3,
         "sent": n % 2, "days_late": 3 + 9 * n, "last_period": PERIODS[n % 3] if n != 4 else None}
        for n in range(7)
    ]  # fmt: skip
    before = [
        {"period": p, "on": ENDS[p], "due": 240, "sent": s, "on_time": s - 22, "validated": s - 9}
        for p, s in zip(("2025-Q4", *PERIODS[:2]), (171, 188, 203), strict=True)
    ]
    regions = [
        {"code": code, "name": name, "due": 40 + n, "sent": 30 + 2 * n, "on_time": 25 + n}
        for n, (code, name) in enumerate(REGIONS.items())
    ]
    return {"due_on": "2026-10-15", "now": {"period": PERIODS[-1], "on": ENDS[PERIODS[-1]], "due": 244, "sent": 211, "on_time": 190, "validated": 198},
            "before": before, "regions": regions, "missing": missing, "bureaus_due": 40, "bureaus_complete": 33}  # fmt: skip


def crosswalk(framework, strategy):
    note = text("L’objectif est poursuivi au niveau de l’Organisation.", "The objective is pursued at organization level.",
                "El objetivo se prosigue a nivel de la Organización.", "يتواصل الهدف على مستوى المنظمة.")  # fmt: skip
    kinds = ("continued", "merged", "split", "dropped")
    return [
        {"kind": kind, "state": "approved" if n < 2 else "proposed", "source": ref("aim", old, old["title"]),
         "target": None if kind == "dropped" else ref("aim", new, new["title"]), "note": note if n != 1 else None}
        for n, (kind, old, new) in enumerate(zip(kinds, strategy["aims"], framework["aims"], strict=True))
    ]  # fmt: skip


def snapshot(initiatives=250, languages=("ar", "en", "fr", "es"), demo=True, level=1):
    random = Random(7)
    framework = plan(random, "framework-2026-2030", "framework",
                     text("Cadre stratégique 2026-2030", "Strategic framework 2026-2030", "Marco estratégico 2026-2030",
                          "الإطار الاستراتيجي 2026-2030"), "in_force", (2026, 2030), GOALS,
                     ("on_track", "at_risk", "off_track", "insufficient_data"))  # fmt: skip
    strategy = plan(random, "crime-2022-2025", "strategy",
                    text("Stratégie mondiale de lutte contre la criminalité organisée et les nouvelles formes de "
                         "criminalité 2022-2025", "Global strategy on organized and emerging crime 2022-2025",
                         "Estrategia mundial contra la delincuencia organizada y las nuevas formas de delincuencia "
                         "2022-2025", "الاستراتيجية العالمية لمكافحة الجريمة المنظمة والناشئة 2022-2025"),
                    "closed", (2022, 2025), OBJECTIVES, ("achieved", "on_track", "at_risk", "on_track"))  # fmt: skip
    framework["aims"][3]["results"] = nothing(9)
    framework["aims"][1]["judgement"] = {"status": "on_track", "reason": "Two large bureaus report in the next period.",
                                         "language": "en", "by": "Strategy Office", "until_on": "2027-01-31"}  # fmt: skip
    return {
        "format": 1, "demo": demo, "definition": "framework-quarterly", "cadence": "quarterly",
        "title": text("Rapport d’avancement", "Progress report", "Informe de progreso", "تقرير التقدم المحرز"),
        "filing": {"number": 17, "corrects": 16, "correction_reason": "The value of one indicator was corrected."},
        "scope": {"kind": "all", "code": "all", "title": None},
        "period": {"code": "2026-Q3", "start_on": "2026-07-01", "end_on": "2026-09-30", "is_open": False},
        "as_of": "2026-10-31T06:00:00+00:00", "languages": list(languages),
        "handling": {"level": level, "clearance": level,
                     "left_out": {"initiatives": 12, "indicators": 1, "statements": 4, "figures": 2}},
        "previous": {"number": 15, "period": "2026-Q2", "as_of": "2026-07-31T06:00:00+00:00"},
        "thresholds": {"on_track": "0.90", "at_risk": "0.75", "coverage_floor": "0.50", "stale_after": "1.5", "revision": "1"},
        "plans": [framework, strategy], "changes": changes(framework), "attention": attention(random, framework),
        "reporting": reporting(random), "crosswalk": crosswalk(framework, strategy),
        "initiatives": [initiative(random, n) for n in range(initiatives)], "awaiting": 13,
    }  # fmt: skip
