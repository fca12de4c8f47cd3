"""Coming in, going out, and what a person decides about themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from accounts import comings, kept, services, sessions, start
from accounts import tokens as tokens_service
from accounts.demonstration import ACCOUNTS, DOMAIN
from accounts.forms import PasswordForm, PreferencesForm, SignInForm, TokenForm
from core.errors import Conflict, Invalid
from core.forms import put_refusal


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The door. What somebody typed before their session ended comes along and waits behind it."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self):
        named = self.request.GET.get("as", "")
        return {"username": f"{named}@{DOMAIN}"} if settings.DEMO and named in dict(ACCOUNTS) else {}

    def form_valid(self, form):
        login(self.request, form.get_user())
        self.request.session[sessions.AGENT] = sessions.agent_words(self.request.headers.get("User-Agent", ""))
        comings.record_began(person=form.get_user(), at=timezone.now())
        if words := kept.carried(self.request):
            return kept.hand_back(self.request, words, to=self.get_success_url())
        return HttpResponseRedirect(self.get_success_url())

    def get_default_redirect_url(self):
        return start.address_for(self.request.user) if self.request.user.is_authenticated else resolve_url("/")

    def form_invalid(self, form):
        comings.record_refused(address=form.data.get("username", ""), at=timezone.now())
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            demo_accounts=ACCOUNTS if settings.DEMO else (), kept=kept.carried(self.request), **kwargs
        )


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            comings.record_ended(person=request.user, at=timezone.now())
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'  # what was read here is not found again with the back button
        return response


@login_not_required
def choose_language(request):
    """The choice holds in this browser at once, and for a signed-in person everywhere."""
    response = set_language(request)
    language = request.POST.get("language")
    if request.method == "POST" and request.user.is_authenticated and language in dict(settings.LANGUAGES):
        services.set_preferences(person_id=request.user.pk, language=language, by=request.user, at=timezone.now())
    return response


@require_http_methods(["GET", "POST"])
def profile(request):
    """Language, time zone, start page, the way of entering, and the sessions that are open."""
    person = request.user
    form = PreferencesForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        services.set_preferences(person_id=person.pk, by=person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        response = redirect("accounts:profile")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
        return response
    open_ones = sessions.sessions_of(person, at=timezone.now(), present=request.session.session_key or "")
    facts = {"form": form, "sessions": open_ones}
    return render(request, "accounts/profile.html", facts, status=400 if form.errors else 200)


@require_POST
def end_session(request, name):
    """End one of one's own sessions; the present one ends like a sign-out."""
    sessions.end_session(name=name, by=request.user, at=timezone.now())
    if sessions.name_of(request.session.session_key or "") == name:
        request.session.flush()
        return redirect("accounts:sign_in")
    messages.success(request, _("The session is ended; that browser has to sign in again."))
    return redirect("accounts:profile")


@require_POST
def end_other_sessions(request):
    """End every session but the present one."""
    ended = sessions.end_other_sessions(present=request.session.session_key, by=request.user, at=timezone.now())
    messages.success(
        request, ngettext("%(n)s session is ended.", "%(n)s sessions are ended.", ended) % {"n": ended}
    )
    return redirect("accounts:profile")


@kept.never_carried
@require_http_methods(["GET", "POST"])
def password(request):
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.change_password(
                person_id=request.user.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Invalid as refused:
            put_refusal(form, refused)
        else:
            update_session_auth_hash(request, person)
            messages.success(request, _("Your password is changed. Other sessions of yours have ended."))
            return redirect("accounts:profile")
    return render(request, "accounts/password.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request):
    """Keys for other programs; the text of a new one is shown on this answer and never again."""
    now, text = timezone.now(), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _made, text = tokens_service.create_token(by=request.user, at=now, **form.cleaned_data)
        except (Invalid, Conflict) as refused:
            put_refusal(form, refused)
        else:
            form = TokenForm()
    facts = {"form": form, "text": text, "tokens": tokens_service.tokens_of(request.user, now)}
    return render(request, "accounts/tokens.html", facts, status=400 if form.errors else 200)


@require_POST
def end_token(request, key):
    tokens_service.end_token(key=key, by=request.user, at=timezone.now())
    messages.success(request, _("The token is ended; programs that used it are shut out from now on."))
    return redirect("accounts:tokens")
