"""Shapes of what people type about themselves: sign-in, preferences, password."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGE_CHOICES
from accounts.services import PREFERENCES
from accounts.start import choices_for
from accounts.tokens import MOST_DAYS, USUAL_DAYS


class SignInForm(AuthenticationForm):
    """E-mail address and password; a wrong pair gets one answer, whichever of the two is wrong."""

    error_messages = {
        "invalid_login": _("This e-mail address and password do not belong together. Check both and try again."),
        "inactive": _("This account is closed. Ask your administrator."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "dir": "ltr", "maxlength": 254}
        )
        self.fields["username"].label = _("E-mail address")
        self.fields["password"].label = _("Password")


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Days and hours are shown in this time zone."), choices=list
    )
    start_page = forms.ChoiceField(
        label=_("Start page"), required=False, choices=list,
        help_text=_("Where signing in leads: a page, or a list of initiatives that you or an officer saved."),
    )  # fmt: skip
    one_at_a_time = forms.TypedChoiceField(
        label=_("How updates are entered"), coerce=lambda words: words == "True", widget=forms.RadioSelect,
        choices=[("False", _("all questions on one page")), ("True", _("one question at a time"))],
    )  # fmt: skip
    single_keys = forms.BooleanField(
        label=_("Single keys in review"), required=False,
        help_text=_("V validates, R returns, J and K go on and back. Switch them off if you write by voice."),
    )  # fmt: skip

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, initial={name: getattr(person, name) for name in PREFERENCES}, **kwargs)
        self.fields["start_page"].choices = choices_for(person)
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class PasswordForm(forms.Form):
    present = forms.CharField(
        label=_("Present password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), strip=False,
        help_text=_("At least 15 characters; a few words in a row are easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )  # fmt: skip


class TokenForm(forms.Form):
    days = forms.IntegerField(
        label=_("For how many days?"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS,
        help_text=_("At most a year. A token can do all that you can do: keep it like a password."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "n short", "dir": "ltr"}),
    )  # fmt: skip
