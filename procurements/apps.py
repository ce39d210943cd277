from django.apps import AppConfig


class ProcurementsConfig(AppConfig):
    name = "procurements"

    def ready(self) -> None:
        from django.core import checks

        from notifications import kinds
        from procurements import drafting_events, ending_events, law, question_events
        from procurements.events import INTEREST

        kinds.register(INTEREST)
        for kind in (*drafting_events.KINDS, *question_events.KINDS, *ending_events.KINDS):
            kinds.register(kind)
        checks.register(law.check)
