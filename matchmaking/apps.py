from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "matchmaking"

    def ready(self) -> None:
        from matchmaking.events import AMENDMENT, MATCH
        from notifications import kinds

        kinds.register(MATCH)
        kinds.register(AMENDMENT)
