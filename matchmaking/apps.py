from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "matchmaking"

    def ready(self) -> None:
        from accounts import exporting
        from matchmaking import news_events
        from matchmaking.events import AMENDMENT, MATCH, NEXT_STEP
        from matchmaking.own_data import everything_of
        from notifications import kinds

        kinds.register(MATCH)
        kinds.register(AMENDMENT)
        kinds.register(NEXT_STEP)
        for kind in news_events.KINDS:
            kinds.register(kind)
        exporting.register("matchmaking", everything_of)
