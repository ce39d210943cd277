from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "matchmaking"

    def ready(self) -> None:
        from accounts import exporting
        from matchmaking import less, news_events
        from matchmaking.closing_soon import CLOSING_SOON
        from matchmaking.events import AMENDMENT, MATCH, NEXT_STEP
        from matchmaking.explaining import explain
        from matchmaking.own_data import everything_of
        from notifications import kinds, tracing

        kinds.register(MATCH)
        kinds.register(AMENDMENT)
        kinds.register(NEXT_STEP)
        for kind in news_events.KINDS:
            kinds.register(kind)
        kinds.register(CLOSING_SOON)
        less.register_ways()
        tracing.explain_with(explain)
        exporting.register("matchmaking", everything_of)
