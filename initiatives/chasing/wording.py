"""What a letter says, in its reader's language and on the bureau's clock: a link, and never anything above public handling."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import day
from initiatives import extensions
from initiatives.chasing.records import Extension, Letter, LetterKind
from initiatives.clocks import due_day, today_at


@dataclass(frozen=True)
class Said:
    """The words of a letter. `link` is where one goes on."""

    subject: str
    paragraphs: list[str]
    link_words: str
    link: str


def message_of(letter: Letter, *, at: datetime) -> EmailMultiAlternatives:
    """The letter as it goes out now: plain text with an HTML twin, named so that a mail program shows it once."""
    person = letter.recipient
    with translation.override(person.language):
        said = SAYINGS[letter.kind](letter, at)
        facts = {
            "said": said, "name": person.full_name, "is_demonstration": settings.DEMO,
            "settings_link": _address("initiatives:letters"), "language": person.language,
            "is_turned": person.language == "ar", "is_escalation": letter.kind in (LetterKind.HEAD, LetterKind.OFFICER),
            "is_request": letter.kind == LetterKind.ASKED, "is_followed": letter.kind == LetterKind.CHANGES,
        }  # fmt: skip
        words = render_to_string("letters/letter.txt", facts)
        html = render_to_string("letters/letter.html", facts)
    headers = {
        "Message-ID": f"<letter-{letter.pk}@reporting.invalid>", "Auto-Submitted": "auto-generated",
        "Content-Language": person.language,
    }  # fmt: skip
    made = EmailMultiAlternatives(" ".join(said.subject.split()), words, None, [person.email], headers=headers)
    made.attach_alternative(html, "text/html")
    return made


def _address(name: str, query: str = "") -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name) + query


def _facts(letter: Letter, at: datetime) -> dict:
    granted = extensions.due_days([letter.period]).get((letter.bureau_id, letter.period_id))
    due_on = due_day(letter.period, granted)
    days = (today_at(letter.bureau, at) - due_on).days
    return {
        "bureau": str(letter.bureau.name), "period": letter.period.code, "day": day(due_on), "n": days,
        "zone": letter.bureau.time_zone,
    }  # fmt: skip


def _to_report(letter: Letter) -> dict:
    query = f"?period={letter.period.code}" if letter.period else ""
    return {"link_words": _("Open what is due"), "link": _address("initiatives:my_reporting", query)}


def _owed(letter: Letter, at: datetime) -> tuple[str, list[str]]:
    """The subject and the first words about what is owed, as it stands today."""
    facts = _facts(letter, at)
    if facts["n"] <= 0:
        return _("Updates for %(period)s are due on %(day)s") % facts, [
            _("%(bureau)s has not sent all its updates for %(period)s yet. They are due on %(day)s.") % facts,
            _("The day ends at midnight on your bureau's clock (%(zone)s).") % facts,
        ]
    return _("Updates for %(period)s were due on %(day)s") % facts, [
        _("%(bureau)s has not sent all its updates for %(period)s. They were due on %(day)s.") % facts,
        ngettext("That was %(n)s day ago.", "That was %(n)s days ago.", facts["n"]) % facts,
    ]


def _reminder(letter: Letter, at: datetime) -> Said:
    subject, words = _owed(letter, at)
    more = _("If your bureau needs more time, ask for it on the same page; a strategy officer answers.")
    return Said(subject, [*words, more], **_to_report(letter))


def _chase(letter: Letter, at: datetime) -> Said:
    subject, words = _owed(letter, at)
    by_hand = _("A strategy officer sends you this reminder.")
    more = _("If your bureau needs more time, ask for it on the same page; a strategy officer answers.")
    return Said(subject, [by_hand, *words, more], **_to_report(letter))


def _to_head(letter: Letter, at: datetime) -> Said:
    facts = _facts(letter, at)
    return Said(
        _("Your bureau's updates for %(period)s are late") % facts,
        [
            _("%(bureau)s has not sent all its updates for %(period)s. They were due on %(day)s.") % facts,
            _(
                "Its liaisons were reminded. As the head of the bureau you can send them yourself, or ask for more time."
            ),
            _("If nothing is sent, the strategy officers are told next."),
        ],
        **_to_report(letter),
    )


def _to_officer(letter: Letter, at: datetime) -> Said:
    facts = {"period": letter.period.code, "n": letter.facts["bureaus"]}
    words = ngettext(
        "%(n)s more bureau has been late with its updates for %(period)s for a while; its head was told.",
        "%(n)s more bureaus have been late with their updates for %(period)s for a while; their heads were told.",
        facts["n"],
    )
    link = settings.SITE_URL.rstrip("/") + "/reporting/" + f"?period={letter.period.code}"
    return Said(_("Late bureaus for %(period)s") % facts, [words % facts], _("See who has not reported"), link)


def _digest(letter: Letter, at: datetime) -> Said:
    happened = {
        "returned": _("An update was returned with a comment."),
        "question": _("A reviewer asked a question."),
        "decided": _("A request for more time was answered."),
        "validated": _("Updates were validated."),
    }
    news = [happened[what] for what in letter.facts["news"] if what in happened]
    owed = [_about_debt(code, date.fromisoformat(due_on), letter, at) for code, due_on in letter.facts["owed"]]
    facts = {"bureau": str(letter.bureau.name)}
    return Said(
        _("Your week in reporting: %(bureau)s") % facts,
        [_("This is what there is to know about the reporting of %(bureau)s.") % facts, *owed, *news],
        _("Open what is due"), _address("initiatives:my_reporting"),
    )  # fmt: skip


def _about_debt(code: str, due_on: date, letter: Letter, at: datetime) -> str:
    facts = {"period": code, "day": day(due_on)}
    if due_on < today_at(letter.bureau, at):
        return _("Updates for %(period)s were due on %(day)s and are not all sent.") % facts
    return _("Updates for %(period)s are due on %(day)s and are not all sent.") % facts


def _returned(letter: Letter, at: datetime) -> Said:
    facts = {"period": letter.period.code}
    return Said(
        _("An update for %(period)s was returned to you") % facts,
        [
            _("A reviewer returned one of your updates for %(period)s with a comment. Correct it and send it again.")
            % facts
        ],
        **_to_report(letter),
    )


def _question(letter: Letter, at: datetime) -> Said:
    facts = {"period": letter.period.code}
    return Said(
        _("A question about one of your updates for %(period)s") % facts,
        [
            _(
                "A reviewer asked a question about one of your updates for %(period)s. You find it under \u201cLast feedback\u201d."
            )
            % facts
        ],
        **_to_report(letter),
    )


def _decided(letter: Letter, at: datetime) -> Said:
    facts = {"period": letter.period.code, "bureau": str(letter.bureau.name)}
    if letter.facts.get("state") == "granted":
        facts["day"] = day(date.fromisoformat(letter.facts["until"]))
        words = _("%(bureau)s was given more time: its updates for %(period)s are due on %(day)s.") % facts
    else:
        words = _("%(bureau)s was not given more time for %(period)s; the reason is on the page.") % facts
    return Said(_("More time for %(period)s: the answer") % facts, [words], **_to_report(letter))


def _asked(letter: Letter, at: datetime) -> Said:
    waiting = Extension.objects.waiting().filter(pk__in=letter.facts["about"])
    found = Counter(waiting.values_list("period__code", flat=True))
    subject = ngettext("%(n)s bureau asks for more time", "%(n)s bureaus ask for more time", found.total())
    about = [
        ngettext("%(n)s bureau asks for more time for %(period)s.", "%(n)s bureaus ask for more time for %(period)s.", n)
        % {"n": n, "period": period}
        for period, n in sorted(found.items())
    ]  # fmt: skip
    return Said(
        subject % {"n": found.total()}, [*about, _("The due date stands until an officer answers.")],
        _("Answer the requests"), _address("initiatives:extensions"),
    )  # fmt: skip


def _changes(letter: Letter, at: datetime) -> Said:
    first, last = (date.fromisoformat(letter.facts[name]) for name in ("since", "until"))
    facts = {"first": day(first + timedelta(days=1)), "last": day(last)}
    link = settings.SITE_URL.rstrip("/") + "/changes/" + f"?since={first}&until={last}"
    return Said(
        _("What changed from %(first)s to %(last)s") % facts,
        [
            _("From %(first)s to %(last)s figures, targets, judgements or work in the plans that you follow changed.") % facts,
            _("The page tells it in sentences, the most important first."),
        ],
        _("See what changed"), link,
    )  # fmt: skip


SAYINGS = {
    LetterKind.BEFORE: _reminder,
    LetterKind.AFTER: _reminder,
    LetterKind.CHASE: _chase,
    LetterKind.HEAD: _to_head,
    LetterKind.OFFICER: _to_officer,
    LetterKind.DIGEST: _digest,
    LetterKind.RETURNED: _returned,
    LetterKind.QUESTION: _question,
    LetterKind.DECIDED: _decided,
    LetterKind.ASKED: _asked,
    LetterKind.CHANGES: _changes,
}
