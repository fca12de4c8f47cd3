"""Addresses of sign-in and of what a person decides about themselves."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.password, name="password"),
    path("profile/sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("profile/sessions/<str:name>/end/", views.end_session, name="end_session"),
    path("profile/tokens/", views.tokens, name="tokens"),
    path("profile/tokens/<str:key>/end/", views.end_token, name="end_token"),
]
