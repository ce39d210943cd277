from django.apps import AppConfig


class ProcurementsConfig(AppConfig):
    name = "procurements"

    def ready(self) -> None:
        from django.core import checks

        from accounts import exporting
        from notifications import kinds
        from procurements import approval_events, call_off_events, drafting_events, ending_events, law, question_events
        from procurements.events import INTEREST
        from procurements.own_data import everything_of

        kinds.register(INTEREST)
        for events in (drafting_events, approval_events, question_events, ending_events, call_off_events):
            for kind in events.KINDS:
                kinds.register(kind)
        exporting.register("procurements", everything_of)
        checks.register(law.check)
