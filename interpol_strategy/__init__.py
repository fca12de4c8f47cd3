"""Wiring: settings, URLs, the API's front door, Celery, and the programs that run it all."""
