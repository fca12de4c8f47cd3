from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = "The work, and what its owners say about it"

    def ready(self):
        """The floor below does not know this one: what is kept here beside a plan's figures, and what hangs on it, is said once."""
        from initiatives import contributing, delivery
        from outcomes import hanging, shape

        shape.KEPT_ABOVE.append(delivery.refresh_plan)
        hanging.HANGING_ABOVE.append(contributing.work_on)
