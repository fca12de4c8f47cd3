from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "interpol_strategy"
    verbose_name = "Wiring"

    def ready(self):
        from interpol_strategy import celery  # noqa: F401  so that shared tasks find their application
