"""Choosing a language, also before signing in."""

from django.urls import path

from accounts.views import choose_language

urlpatterns = [path("setlang/", choose_language, name="set_language")]
