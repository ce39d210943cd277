from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "knowledge"

    def ready(self) -> None:
        from accounts import exporting
        from knowledge import article_news, case_news, event_news, link_news, template_news
        from knowledge.own_data import everything_of
        from notifications import kinds, less

        for kind in (*article_news.KINDS, *event_news.KINDS, *case_news.KINDS, *template_news.KINDS, *link_news.KINDS):
            kinds.register(kind)
        exporting.register("guidance", everything_of)
        less.register("template", template_news.find, is_source=True)
