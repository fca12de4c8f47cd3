"""Addresses of files that go out and come in."""

from django.urls import path, re_path

from exchange import views_lists, views_workbook

app_name = "exchange"
urlpatterns = [
    path("my-reporting/workbook/", views_workbook.workbook, name="workbook"),
    re_path(r"^my-reporting/workbook/(?P<period>[\w-]{1,16})\.xlsx$", views_workbook.workbook_file, name="workbook_file"),
    re_path(
        r"^my-reporting/workbook/(?P<period>[\w-]{1,16})/(?P<table>updates|values)\.csv$", views_workbook.workbook_table,
        name="workbook_table",
    ),
    path("my-reporting/files/<uuid:public_id>/", views_workbook.upload, name="upload"),
    path("my-reporting/files/<uuid:public_id>/apply/", views_workbook.apply, name="apply"),
    path("my-reporting/files/<uuid:public_id>/discard/", views_workbook.discard, name="discard"),
    path("my-reporting/files/<uuid:public_id>/again/", views_workbook.again, name="again"),
    path("import/", views_lists.lists, name="lists"),
    path("import/<uuid:public_id>/", views_lists.one_list, name="list"),
    path("import/<uuid:public_id>/columns/", views_lists.columns, name="columns"),
    path("import/<uuid:public_id>/take/", views_lists.take, name="take"),
    path("import/<uuid:public_id>/put-away/", views_lists.put_away, name="put_away"),
    path("import/<uuid:public_id>/again/", views_lists.list_again, name="list_again"),
    path("import/<uuid:public_id>/report.csv", views_lists.report, name="report"),
]  # fmt: skip
