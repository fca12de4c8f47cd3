"""Addresses of the pages where officers edit plans, their words, what leads from one to the next, and what is measured."""

from django.urls import path

from outcomes import (
    views_crosswalk,
    views_indicators,
    views_judgements,
    views_plans,
    views_targets,
    views_texts,
    views_values,
    views_vouching,
    views_weights,
)

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
    path("administration/translations/together/", views_vouching.approve_together, name="approve_together"),
    path(
        "administration/translations/together/<uuid:public_id>/", views_vouching.approved_together,
        name="approved_together",
    ),
    path(
        "administration/translations/together/<uuid:public_id>/take-back/", views_vouching.take_back_approvals,
        name="take_back_approvals",
    ),
    path(
        "administration/translations/<str:kind>/<int:pk>/<str:field>/<str:language>/", views_texts.translate,
        name="translate",
    ),
    path("administration/crosswalk/", views_crosswalk.crosswalk, name="crosswalk"),
    path("administration/crosswalk/<int:pk>/approve/", views_crosswalk.approve, name="approve_link"),
    path("administration/crosswalk/<int:pk>/note/", views_crosswalk.reword, name="reword_link"),
    path("administration/crosswalk/<int:pk>/remove/", views_crosswalk.remove, name="remove_link"),
    path("administration/indicators/", views_indicators.indicators, name="indicators"),
    path("administration/indicators/new/", views_indicators.choose_kind, name="choose_kind"),
    path("administration/indicators/new/<int:result>/<slug:shape>/", views_indicators.new, name="new_indicator"),
    path("administration/indicators/<str:code>/", views_indicators.indicator, name="indicator"),
    path("administration/indicators/<str:code>/definition/", views_indicators.edit, name="edit_indicator"),
    path("administration/indicators/<str:code>/state/", views_indicators.settle, name="settle_indicator"),
    path("administration/indicators/<str:code>/baseline/", views_indicators.baseline, name="baseline"),
    path("administration/indicators/<str:code>/values/new/", views_values.record, name="record_value"),
    path("administration/values/", views_values.proposed_values, name="proposed_values"),
    path("administration/values/proposed/<int:pk>/", views_values.proposed_value, name="proposed_value"),
    path("administration/values/<int:pk>/", views_values.correct, name="correct_value"),
    path("administration/targets/", views_targets.plans, name="target_plans"),
    path("administration/targets/<slug:plan>/", views_targets.targets, name="targets"),
    path("administration/weights/", views_weights.wholes, name="wholes"),
    path("administration/weights/<str:node_type>/<int:node_id>/", views_weights.weights, name="weights"),
    path("administration/judgements/", views_judgements.judgements, name="judgements"),
    path("administration/judgements/<str:node_type>/<int:node_id>/", views_judgements.judgement, name="judgement"),
]  # fmt: skip
