from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "interchange"

    def ready(self) -> None:
        from accounts import exporting
        from interchange.api.keying import everything_of
        from interchange.webhooks.events import PAUSED
        from interchange.webhooks.own_data import webhooks_of
        from notifications import kinds

        kinds.register(PAUSED)
        exporting.register("api_keys", everything_of)
        exporting.register("webhooks", webhooks_of)
