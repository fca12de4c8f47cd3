from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"

    def ready(self):
        """The floor below does not know this one: what is counted here as work changes is handed down once."""
        from dashboard import counting
        from initiatives import counted

        kept = (counting.open_counts, counting.of_a_period, counting.waiting_steps)
        counted.HANDED_DOWN.update({one.__name__: one for one in kept})
