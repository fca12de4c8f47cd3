"""Addresses of sign-in and of what a person decides about themselves."""

from django.urls import path

from accounts import views, views_bureaus, views_people

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
    path("set-password/<str:key>/<str:token>/", views_people.set_password, name="set_password"),
    path("administration/people/", views_people.people, name="people"),
    path("administration/people/new/", views_people.new_person, name="new_person"),
    path("administration/people/<int:pk>/", views_people.person, name="person"),
    path("administration/people/<int:pk>/close/", views_people.close_person, name="close_person"),
    path("administration/people/<int:pk>/open/", views_people.open_person, name="open_person"),
    path("administration/people/<int:pk>/invite/", views_people.invite, name="invite_person"),
    path("administration/people/<int:pk>/reset-password/", views_people.reset_password, name="reset_password"),
    path("administration/bureaus/", views_bureaus.bureaus, name="bureaus"),
    path("administration/bureaus/new/", views_bureaus.new_bureau, name="new_bureau"),
    path("administration/bureaus/<str:code>/", views_bureaus.edit_bureau, name="edit_bureau"),
    path("administration/bureaus/<str:code>/end/", views_bureaus.end_bureau, name="end_bureau"),
    path("administration/countries/", views_bureaus.countries, name="countries"),
]
