from django.apps import AppConfig


class ProcurementsConfig(AppConfig):
    name = "procurements"

    def ready(self) -> None:
        from notifications import kinds
        from procurements.events import INTEREST

        kinds.register(INTEREST)
