"""The interface speaks Arabic, Spanish and French as it speaks English: whole, sound and in the words of the vocabulary."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message

from interpol_strategy.supervisor.messages import CHECKOUT, KEYWORDS, LANGUAGES, ROOMS, collect, missing, read

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w[^>]*>")
ISOLATES, ISOLATE_END = re.compile("[\u2066-\u2068]"), "\u2069"
KEPT_APART, LATIN_WORD = re.compile("[\u2066-\u2068][^\u2069]*\u2069"), re.compile("[A-Za-z]{2,}")
EXACT_NUMBERS = {"ar": 3, "es": 1, "fr": 1}  # the forms for none, one and two may say the number in words or not at all

# Reviewed: words that are written alike in English and in the other language. What has no letter needs no entry.
SAME = {
    "ar": set(),
    "es": {
        "%(day)s, %(time)s UTC", "%(n)s plan", "CSV", "Error %(number)s", "Error:", "Obj. %(number)s", "Plan", "Tokens", "XLSX",
        "auditor", "no", "plan",
    },
    "fr": {
        "%(day)s, %(time)s UTC", "%(shown)s bureau", "%(shown)s initiative", "Budget", "Budget (EUR)", "Bureau", "Code",
        "Initiative", "Initiatives", "Mission", "Note", "Obj. %(number)s", "Pages", "Plan", "Source", "Vision",
        "Version", "budget (EUR)", "bureau", "code", "contribution", "correction", "initiative", "installation", "plan", "public",
        "%(n)s bureau", "%(n)s initiative", "%(n)s plan", "Administration", "CSV", "Contacts", "Plans", "Ratio", "Versions", "XLSX",
        "contact", "initiatives", "introduction", "mission", "note", "question", "ratio", "session", "source", "vision",
    },
}  # fmt: skip

# The vocabulary: a word of the interface and how each language says it, as a whole or as part of the translation.
GLOSSARY = {
    "strategic framework": {"ar": "الإطار الاستراتيجي", "es": "marco estratégico", "fr": "cadre stratégique"},
    "strategic goal": {"ar": "الهدف الاستراتيجي", "es": "objetivo estratégico", "fr": "but stratégique"},
    "objective": {"ar": "الهدف", "es": "objetivo", "fr": "objectif"},
    "expected result": {"ar": "النتيجة المتوقعة", "es": "resultado esperado", "fr": "résultat escompté"},
    "capability": {"ar": "القدرة", "es": "capacidad", "fr": "capacité"},
    "indicator": {"ar": "المؤشر", "es": "indicador", "fr": "indicateur"},
    "baseline": {"ar": "خط الأساس", "es": "línea de base", "fr": "situation de référence"},
    "target": {"ar": "القيمة المستهدفة", "es": "meta", "fr": "cible"},
    "milestone": {"ar": "المعلم الرئيسي", "es": "hito", "fr": "jalon"},
    "measurement": {"ar": "القياس", "es": "medición", "fr": "mesure"},
    "Means of verification": {"ar": "وسائل التحقق", "es": "medios de verificación", "fr": "moyens de vérification"},
    "initiative": {"ar": "المبادرة", "es": "iniciativa", "fr": "initiative"},
    "update": {"ar": "التحديث", "es": "actualización", "fr": "point d’avancement"},
    "Evidence": {"ar": "المستندات الداعمة", "es": "justificante", "fr": "justificatif"},
    "National Central Bureau": {"ar": "المكتب المركزي الوطني", "es": "Oficina Central Nacional", "fr": "Bureau central national"},
    "General Secretariat": {"ar": "الأمانة العامة", "es": "Secretaría General", "fr": "Secrétariat général"},
    "member country": {"ar": "البلد العضو", "es": "país miembro", "fr": "pays membre"},
    "reporting period": {"ar": "الفترة المشمولة بالتقرير", "es": "período del informe", "fr": "période de rapport"},
    "Delivery": {"ar": "التنفيذ", "es": "ejecución", "fr": "mise en œuvre"},
    "Coverage": {"ar": "التغطية", "es": "cobertura", "fr": "couverture"},
    "Range": {"ar": "النطاق", "es": "intervalo", "fr": "fourchette"},
    "on track": {"ar": "على المسار الصحيح", "es": "según lo previsto", "fr": "en bonne voie"},
    "at risk": {"ar": "معرّض للخطر", "es": "en riesgo", "fr": "à risque"},
    "off track": {"ar": "خارج المسار", "es": "fuera de lo previsto", "fr": "hors trajectoire"},
    "achieved": {"ar": "محقَّق", "es": "alcanzado", "fr": "atteint"},
    "too early": {"ar": "من السابق لأوانه الحكم", "es": "demasiado pronto", "fr": "trop tôt pour juger"},
    "no data": {"ar": "لا توجد بيانات", "es": "sin datos", "fr": "aucune donnée"},
    "insufficient data": {"ar": "بيانات غير كافية", "es": "datos insuficientes", "fr": "données insuffisantes"},
    "stale": {"ar": "بيانات متقادمة", "es": "datos desactualizados", "fr": "données anciennes"},
    "reported": {"ar": "مُبلَّغ عنه", "es": "comunicado", "fr": "communiqué"},
    "not reported": {"ar": "غير مُبلَّغ عنه", "es": "no comunicado", "fr": "non communiqué"},
    "not applicable": {"ar": "لا ينطبق", "es": "no procede", "fr": "sans objet"},
    "withheld": {"ar": "محجوب", "es": "no divulgado", "fr": "non divulgué"},
    "draft": {"ar": "مسودة", "es": "borrador", "fr": "brouillon"},
    "submitted": {"ar": "مُرسَل", "es": "enviado", "fr": "transmis"},
    "returned": {"ar": "مُعاد", "es": "devuelto", "fr": "renvoyé"},
    "validated": {"ar": "مُصادَق عليه", "es": "validado", "fr": "validé"},
    "judgement": {"ar": "التقدير", "es": "valoración", "fr": "appréciation"},
    "edition": {"ar": "الإصدار", "es": "edición", "fr": "édition"},
    "Crosswalk": {"ar": "جدول المطابقة", "es": "tabla de correspondencias", "fr": "table de correspondance"},
    "Handling": {"ar": "التداول", "es": "difusión", "fr": "diffusion"},
    "public": {"ar": "عام", "es": "público", "fr": "public"},
    "internal": {"ar": "داخلي", "es": "interno", "fr": "interne"},
    "restricted": {"ar": "مقيَّد", "es": "restringido", "fr": "restreint"},
    "confidential": {"ar": "سري", "es": "confidencial", "fr": "confidentiel"},
    "strategy officer": {"ar": "مسؤول الاستراتيجية", "es": "responsable de estrategia", "fr": "chargé de stratégie"},
    "liaison": {"ar": "ضابط الاتصال", "es": "enlace", "fr": "correspondant"},
    "leadership": {"ar": "القيادة", "es": "dirección", "fr": "direction"},
    "auditor": {"ar": "المدقق", "es": "auditor", "fr": "auditeur"},
    "administrator": {"ar": "المسؤول عن النظام", "es": "administrador", "fr": "administrateur"},
}  # fmt: skip


@cache
def wanted() -> Catalog:
    """Every text of the code and the templates as it stands now."""
    return collect()


@cache
def catalogue(language: str) -> Catalog:
    return read(language)


def singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def forms(message: Message) -> list[str]:
    return list(message.string) if message.pluralizable else [message.string]


def translated(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_interface_is_in_the_catalogue(language):
    known = {(message.context, message.id) for message in translated(language)}
    left = [message.id for message in wanted() if message.id and (message.context, message.id) not in known]
    assert not left, f"{len(left)} texts have not been collected: {left[:10]}"


def test_no_text_hides_within_a_text_that_is_put_together():
    """What collects the texts does not look into f"...": what is asked for there would stay English in every language."""
    asked = [
        f"{path.relative_to(CHECKOUT)}:{call.lineno}"
        for room in ROOMS
        for path in (CHECKOUT / room).rglob("*.py")
        for whole in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(whole, ast.JoinedStr)
        for call in ast.walk(whole)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS and _is_new(call)
    ]
    assert not asked, f"ask for these before they are put together: {asked}"


def _is_new(call: ast.Call) -> bool:
    """A word that is asked for elsewhere, too, is collected there."""
    words = [one.value for one in call.args if isinstance(one, ast.Constant)]
    return not any(word == singular(message) for word in words for message in wanted())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation_in_each_plural_form_and_none_is_a_guess(language):
    left = [message.id for message in missing(catalogue(language))]
    short = [m.id for m in translated(language) if m.pluralizable and len(m.string) != catalogue(language).num_plurals]
    assert not left, f"{len(left)} texts have no translation: {left[:10]}"
    assert not short, f"not every plural form is there: {short[:10]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_agree(language):
    wrong = [message.id for message in translated(language) if not _agrees(message, language)]
    assert not wrong
    assert not [(message.id, errors) for message, errors in catalogue(language).check()]


def _agrees(message: Message, language: str) -> bool:
    source = message.id[-1] if message.pluralizable else message.id
    asked = sorted(set(PLACEHOLDER.findall(source)))
    for place, words in enumerate(forms(message)):
        found = sorted(set(PLACEHOLDER.findall(words)))
        may_say_less = message.pluralizable and place < EXACT_NUMBERS[language]
        if found != asked and not (may_say_less and set(found) <= set(asked)):
            return False
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stays_english_unless_it_is_the_same_word(language):
    left = {singular(m) for m in translated(language) if singular(m) in forms(m) and _has_words(singular(m))}
    assert not sorted(left - SAME[language])


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in PLACEHOLDER.sub("", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_keeps_the_space_after_its_separator(language):
    unlike = [m.id for m in translated(language) for one in forms(m) if _ends_open(singular(m)) != _ends_open(one)]
    assert not unlike


def _ends_open(words: str) -> bool:
    return words.endswith((" ", "\N{NO-BREAK SPACE}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_kept_apart_in_a_line_ends_in_the_same_text(language):
    """A Latin name or code inside an Arabic sentence stands between two invisible signs; one alone would turn the page."""
    texts = [one for message in translated(language) for one in forms(message)]
    assert not [one for one in texts if len(ISOLATES.findall(one)) != one.count(ISOLATE_END)]


def test_arabic_has_marks_of_its_own_and_keeps_latin_words_apart():
    """A Latin comma is dull, a Latin word at the edge of a sentence carries the full stop to the wrong side."""
    texts = [one for message in translated("ar") for one in forms(message)]
    assert not [one for one in texts if re.search("[,;?]", PLACEHOLDER.sub("", one))]
    assert not [one for one in texts if LATIN_WORD.search(PLACEHOLDER.sub("", KEPT_APART.sub("", one)))]


def test_arabic_writes_its_nunation_in_one_way():
    """Before its alif, throughout: two ways on one page look like two hands."""
    assert not [one for message in translated("ar") for one in forms(message) if "\u0627\u064b" in one]


def test_french_marks_stand_after_a_space_that_does_not_break():
    """A colon, a question mark or a quotation mark that begins a line is a fault; what a program reads stays as it is read."""
    texts = [re.sub(r"\w+: \d[-\d.]*(; )?|; (?=É)", "", one) for m in translated("fr") for one in forms(m)]
    assert not [one for one in texts if re.search(r"(?: |[\w)}»’])[;?!](?=\s|$)| [:»]|\d %|(?<=[\w)}»’]):(?=\s|$)|«(?!\N{NO-BREAK SPACE})", PLACEHOLDER.sub("X", one))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", GLOSSARY)
def test_the_interface_says_it_in_the_word_of_the_vocabulary(language, word):
    message = catalogue(language).get(word)
    assert message is not None, f"{word!r} is no text of the interface; the vocabulary here has to follow it"
    assert _plain(GLOSSARY[word][language]) in _plain(forms(message)[0])


def _plain(words: str) -> str:
    return words.casefold().replace("'", "’")
