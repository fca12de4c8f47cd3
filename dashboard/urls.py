"""Reading pages. Every filter, the period and the day of knowledge live in the address."""

from django.urls import path, re_path

from dashboard import (
    administration,
    csv_views,
    finding_views,
    home,
    reading_views,
    reporting_views,
    style,
    trail_views,
    views,
    work_views,
)

app_name = "dashboard"
urlpatterns = [
    path("", home.home, name="home"),
    path("strategy/", views.overview, name="overview"),
    path("strategy/<slug:plan>/", views.plan, name="plan"),
    path("strategy/<slug:plan>/<int:number>/", views.aim, name="aim"),
    path("strategy/<slug:plan>/<int:number>/table.csv", csv_views.aim, name="aim_csv"),
    path("strategy/<slug:plan>/<int:number>/<int:result>/", views.result, name="result"),
    path("strategy/<slug:plan>/<int:number>/<int:result>/values.csv", csv_views.result, name="result_csv"),
    path("indicators/<str:code>/", views.indicator, name="indicator"),
    path("indicators/<str:code>/path/", views.indicator_path, name="indicator_path"),
    path("indicators/<str:code>/values.csv", csv_views.indicator, name="indicator_csv"),
    path("explain/<str:node_type>/<int:node_id>/", views.explain, name="explain"),
    path("bureaus/", work_views.bureaus, name="bureaus"),
    path("bureaus/<str:code>/", work_views.bureau, name="bureau"),
    path("initiatives/", finding_views.initiatives, name="initiatives"),
    path("initiatives/table.csv", finding_views.initiatives_csv, name="initiatives_csv"),
    path("initiatives/table.xlsx", finding_views.initiatives_xlsx, name="initiatives_xlsx"),
    path("initiatives/views/", finding_views.save_view, name="save_view"),
    path("initiatives/views/<int:pk>/remove/", finding_views.remove_view, name="remove_view"),
    re_path(r"^initiatives/(?P<code>IN-\d{1,9})/$", work_views.initiative, name="initiative"),
    re_path(r"^initiatives/(?P<code>IN-\d{1,9})/delivery\.csv$", csv_views.delivery, name="delivery_csv"),
    path("reporting/", reporting_views.reporting, name="reporting"),
    path("administration/", administration.index, name="administration"),
    path("changes/", reading_views.changes, name="changes"),
    path("changes/table.csv", reading_views.changes_csv, name="changes_csv"),
    path("heat-map/", reading_views.heat_map, name="heat_map"),
    path("heat-map/table.csv", reading_views.heat_map_csv, name="heat_map_csv"),
    path("timeline/", reading_views.timeline, name="timeline"),
    path("timeline/table.csv", reading_views.timeline_csv, name="timeline_csv"),
    path("data-quality/", reading_views.quality, name="quality"),
    path("data-quality/table.csv", reading_views.quality_csv, name="quality_csv"),
    path("history/", trail_views.history, name="history"),
    path("history/table.csv", trail_views.history_csv, name="history_csv"),
    path("method/", views.method, name="method"),
    path("style/", style.style, name="style"),
]
