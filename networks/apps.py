from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "networks"

    def ready(self) -> None:
        from networks import approach_news, letter_news, news, room_news, work_news

        news.register()
        letter_news.register()
        room_news.register()
        approach_news.register()
        work_news.register()
