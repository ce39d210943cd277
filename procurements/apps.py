from django.apps import AppConfig


class ProcurementsConfig(AppConfig):
    name = "procurements"

    def ready(self) -> None:
        from django.core import checks

        from accounts import exporting
        from notifications import kinds
        from procurements import drafting_events, ending_events, law, question_events
        from procurements.events import INTEREST
        from procurements.own_data import everything_of

        kinds.register(INTEREST)
        for kind in (*drafting_events.KINDS, *question_events.KINDS, *ending_events.KINDS):
            kinds.register(kind)
        exporting.register("procurements", everything_of)
        checks.register(law.check)
