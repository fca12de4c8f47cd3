"""The product's addresses and one more: a signed-in page that says nothing. What it costs no page can be given for less."""

from django.http import HttpResponse
from django.urls import path

from interpol_strategy import urls

BARE = "/bare"
urlpatterns = [path("bare", lambda request: HttpResponse(b"")), *urls.urlpatterns]
