"""Addresses of the reports, and of the open page that checks a code."""

from django.urls import path, re_path

from . import views, views_closing

app_name = "reports"
urlpatterns = [
    path("reports/", views.editions, name="editions"),
    path("reports/<int:number>/", views.edition, name="edition"),
    re_path(
        r"^reports/(?P<number>\d{1,9})/files/(?P<language>[a-z]{2})/(?P<form>[a-z]{3,4})/$",
        views.download,
        name="download",
    ),
    path("reports/<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("reports/generate/", views.generate, name="generate"),
    path("reports/generate/every-bureau/", views.generate_for_bureaus, name="generate_for_bureaus"),
    path("reports/jobs/", views.jobs, name="jobs"),
    path("reports/jobs/<int:job_id>/", views.job, name="job"),
    path("reports/jobs/<int:job_id>/retry/", views.retry, name="retry"),
    path("reports/definitions/new/", views.define, name="define"),
    path("reports/definitions/<slug:code>/", views.define, name="redefine"),
    path("reports/closing/<slug:code>/", views_closing.closing, name="closing"),
    re_path(
        r"^reports/closing/(?P<code>[-a-zA-Z0-9_]{1,60})/(?P<about>plan|\d{1,3}(\.\d{1,3})?)/$",
        views_closing.write_closing,
        name="write_closing",
    ),
    path("reports/report.css", views.styles, name="styles"),
    path("check/", views.check, name="check"),
]
