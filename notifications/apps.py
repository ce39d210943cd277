from django.apps import AppConfig
from django.conf import settings


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import checks, hearing, refusals  # noqa: F401  # the checks register themselves

        refusals.register_kinds()
        if settings.MAIL_PROVIDER:
            hearing.listen()
