from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from knowledge.models import Article
from procurements.models import Notice


class Notices(Sitemap[Notice]):
    """What is published, and nothing else: drafts have no address here."""

    i18n = True

    def items(self) -> QuerySet[Notice]:
        return Notice.objects.published().select_related("search", "current_version").order_by("pk")

    def lastmod(self, item: Notice) -> datetime:
        return item.search.published_at


class Articles(Sitemap[Article]):
    i18n = True

    def items(self) -> QuerySet[Article]:
        return Article.objects.public().order_by("pk")


class Pages(Sitemap[str]):
    i18n = True

    def items(self) -> list[str]:
        return [
            "home",
            "about",
            "accessibility",
            "privacy",
            "open_data",
            "procurements:notice_list",
            "networks:network_list",
            "networks:plan_list",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"notices": Notices, "articles": Articles, "pages": Pages}


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /*/account/", f"Sitemap: {settings.URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
