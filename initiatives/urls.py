"""Addresses of the working pages: reporting, review, and the work itself. Reading pages live in `dashboard`."""

from django.urls import path

from initiatives import (
    views_bulk,
    views_evidence,
    views_reporting,
    views_review,
    views_sending,
    views_thresholds,
    views_work,
)

app_name = "initiatives"
urlpatterns = [
    path("my-reporting/", views_reporting.my_reporting, name="my_reporting"),
    path("updates/<str:code>/<str:period>/", views_reporting.update, name="update"),
    path("updates/<str:code>/<str:period>/save/", views_reporting.save, name="save"),
    path("updates/<str:code>/<str:period>/check/", views_sending.check, name="check"),
    path("updates/<str:code>/<str:period>/send/", views_sending.send, name="send"),
    path("updates/<str:code>/<str:period>/sent/", views_sending.sent, name="sent"),
    path("updates/<str:code>/<str:period>/withdraw/", views_sending.withdraw, name="withdraw"),
    path("updates/<str:code>/<str:period>/correct/", views_sending.correct, name="correct"),
    path("updates/<str:code>/<str:period>/comment/", views_sending.comment, name="comment"),
    path("evidence/<uuid:public_id>/", views_evidence.download, name="evidence"),
    path("approvals/", views_review.approvals, name="approvals"),
    path("approvals/<int:pk>/", views_review.approval, name="approval"),
    path("approvals/<int:pk>/approve/", views_review.approve, name="approve"),
    path("review/", views_review.queue, name="review"),
    path("review/validate/", views_review.bulk, name="bulk_validate"),
    path("review/decided/", views_review.decided, name="decided"),
    path("review/undo/<uuid:public_id>/", views_review.take_back_many, name="take_back_many"),
    path("review/<int:pk>/take-back/", views_review.take_back, name="take_back"),
    path("review/<int:pk>/", views_review.update, name="review_update"),
    path("review/<int:pk>/validate/", views_review.validate, name="validate"),
    path("review/<int:pk>/return/", views_review.send_back, name="return"),
    path("review/<int:pk>/ask/", views_review.ask, name="ask"),
    path("administration/thresholds/", views_thresholds.thresholds, name="thresholds"),
    path("initiatives/change/", views_bulk.change_many, name="change_many"),
    path("initiatives/changed/<uuid:public_id>/", views_bulk.changed, name="changed"),
    path("initiatives/changed/<uuid:public_id>/undo/", views_bulk.undo, name="undo_change"),
    path("initiatives/new/", views_work.new, name="new"),
    path("initiatives/<str:code>/edit/", views_work.edit, name="edit"),
]
