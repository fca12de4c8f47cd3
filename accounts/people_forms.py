"""Shapes of what administrators type about people and bureaus."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import LANGUAGE_CHOICES, Bureau, BureauKind, MemberCountry, Region, Role
from core.forms import line_in
from core.handling import Handling
from core.translations import LANGUAGES, Translated


def _reason(**kwargs) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    return forms.CharField(
        label=_("Reason"), max_length=2000, widget=area, help_text=_("It stays on the trail beside the change."), **kwargs
    )


class PersonForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    email = forms.CharField(
        label=_("E-mail address"), max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    bureau = forms.ChoiceField(
        label=_("Bureau"), required=False, choices=list, help_text=_("Liaisons and heads belong to a bureau.")
    )
    clearance = forms.TypedChoiceField(
        label=_("Clearance"), choices=Handling.choices, coerce=int, widget=forms.RadioSelect,
        help_text=_("The highest handling level that the person may read of others' work."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)

    def __init__(self, *args, bureaus=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.bureaus = {bureau.code: bureau for bureau in bureaus}
        self.fields["bureau"].choices = [("", pgettext("a bureau", "none")), *((one.code, f"{one.code} {one.name}") for one in bureaus)]

    def clean_bureau(self) -> Bureau | None:
        return self.bureaus.get(self.cleaned_data["bureau"])


class NewPersonForm(PersonForm):
    """Somebody new, and how they hear of it."""

    way = forms.ChoiceField(
        label=_("How the person gets the link to a password"), widget=forms.RadioSelect, initial="letter",
        choices=[("letter", _("by a letter to this address, in the person's language")), ("link", _("I pass it on: show it to me"))],
    )  # fmt: skip


class PersonChangesForm(PersonForm):
    reason = _reason(required=False)


class ReasonForm(forms.Form):
    reason = _reason()


class FirstPasswordForm(forms.Form):
    new = forms.CharField(
        label=_("New password"), strip=False,
        help_text=_("At least 15 characters; a few words in a row are easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )  # fmt: skip


class BureauChangesForm(forms.Form):
    """How a bureau goes by and works. Its name in English is the source of the other three."""

    name_en = forms.CharField(label=_("Name in English"), max_length=200, widget=line_in("en"))
    name_fr = forms.CharField(label=_("Name in French"), max_length=200, required=False, widget=line_in("fr"))
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=200, required=False, widget=line_in("es"))
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=200, required=False, widget=line_in("ar"))
    region = forms.ChoiceField(label=_("Region"), required=False, choices=list)
    language = forms.ChoiceField(
        label=_("Language it is written to in"), choices=LANGUAGE_CHOICES,
    )  # fmt: skip
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Deadlines end at midnight in this time zone."), choices=list
    )
    requires_head_approval = forms.BooleanField(
        label=_("Its head approves each update before it leaves"), required=False
    )

    def __init__(self, *args, regions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.regions = {region.code: region for region in regions}
        self.fields["region"].choices = [("", pgettext("a region", "none")), *((one.code, str(one.name)) for one in regions)]
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]

    def clean_region(self) -> Region | None:
        return self.regions.get(self.cleaned_data["region"])

    def names(self) -> dict[str, str]:
        given = {language: self.cleaned_data[f"name_{language}"].strip() for language in LANGUAGES}
        return {language: name for language, name in given.items() if name}

    def values(self) -> dict:
        """What stands in the form beside the name, as the services take it."""
        return {name: self.cleaned_data[name] for name in ("region", "language", "time_zone", "requires_head_approval")}


class BureauForm(BureauChangesForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=BureauKind.choices, widget=forms.RadioSelect, initial=BureauKind.NCB)
    code = forms.CharField(
        label=_("Code"), max_length=12, widget=forms.TextInput(attrs={"dir": "ltr", "class": "short"}),
        help_text=_("A National Central Bureau goes by the two letters of its country."),
    )  # fmt: skip
    country = forms.ChoiceField(
        label=_("Member country"), required=False, choices=list, help_text=_("For a National Central Bureau."),
    )  # fmt: skip
    field_order = ("kind", "country", "code")

    def __init__(self, *args, countries=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.countries = {country.iso2: country for country in countries}
        self.fields["country"].choices = [("", _("none")), *((one.iso2, str(one.name)) for one in countries)]
        self.fields["region"].help_text = _("For a unit; a bureau of a country is in its country's region.")

    def clean_country(self) -> MemberCountry | None:
        return self.countries.get(self.cleaned_data["country"])

    def name(self) -> Translated:
        names = self.names()
        states = {language: {"state": "draft", "of_version": 1} for language in names if language != "en"}
        return Translated("en", 1, names, states)
