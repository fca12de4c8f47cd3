"""Addresses of the pages where officers edit plans, their words and what leads from one to the next."""

from django.urls import path

from outcomes import views_crosswalk, views_plans, views_texts

app_name = "outcomes"
urlpatterns = [
    path("administration/plans/", views_plans.plans, name="plans"),
    path("administration/plans/new/", views_plans.new_plan, name="new_plan"),
    path("administration/plans/<slug:code>/", views_plans.edit_plan, name="edit_plan"),
    path("administration/plans/<slug:code>/days/", views_plans.plan_days, name="plan_days"),
    path("administration/plans/<slug:code>/move-on/", views_plans.move_on, name="move_on"),
    path("administration/plans/<slug:code>/aims/new/", views_plans.add_part, {"kind": "aim"}, name="add_aim"),
    path(
        "administration/plans/<slug:code>/aims/<int:aim>/results/new/", views_plans.add_part, {"kind": "result"},
        name="add_result",
    ),
    path(
        "administration/plans/<slug:code>/capabilities/new/", views_plans.add_part, {"kind": "capability"},
        name="add_capability",
    ),
    path("administration/parts/<str:kind>/<int:pk>/move/", views_plans.move_part, name="move_part"),
    path("administration/parts/<str:kind>/<int:pk>/withdraw/", views_plans.withdraw_part, name="withdraw_part"),
    path("administration/texts/<str:kind>/<int:pk>/<str:field>/", views_texts.text, name="text"),
    path("administration/translations/", views_texts.translations, name="translations"),
    path(
        "administration/translations/<str:kind>/<int:pk>/<str:field>/<str:language>/", views_texts.translate,
        name="translate",
    ),
    path("administration/crosswalk/", views_crosswalk.crosswalk, name="crosswalk"),
    path("administration/crosswalk/<int:pk>/approve/", views_crosswalk.approve, name="approve_link"),
    path("administration/crosswalk/<int:pk>/remove/", views_crosswalk.remove, name="remove_link"),
]  # fmt: skip
