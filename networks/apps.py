from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "networks"

    def ready(self) -> None:
        from accounts import exporting
        from networks import approach_news, letter_news, news, room_news, work_news
        from networks.own_data import everything_of

        exporting.register("networks", everything_of)
        news.register()
        letter_news.register()
        room_news.register()
        approach_news.register()
        work_news.register()
