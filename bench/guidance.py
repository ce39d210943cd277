"""How much does a page of guidance cost? `python -m bench.guidance [--articles 16 2000]`

The page of an article, the list, and the site's search, as a visitor asks for them: through the whole arena (middleware, database,
template), with the first library and with 2,000 articles made of its paragraphs. Beside them in the same process and run: a bare Django
view, which answers a line without middleware or database. Milliseconds of processor time of PostgreSQL and Python together, by turns,
so that what else the machine does falls on all alike. "304" is the same page for one who has it already.
"""

import argparse
import io
import random
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.database import machine, prepared
from bench.similar_speed import Clock, at_share

ROUNDS, WARM_UP = 300, 20
SEED = 7
COOKIE = "csrftoken=" + "a" * 32  # of a visitor who has been here before: the first visit gives one, and no tag


def line(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Bare</title><p>A line.")


urlpatterns = [path("", line)]  # of the bare view


def environ(address: str, **headers: str) -> dict[str, Any]:
    where, _mark, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": where,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **headers,
    }


def ask(application: Any, given: dict[str, Any]) -> tuple[int, dict[str, str]]:
    """Status and headers; the body is read to its end."""
    said: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_more: Any) -> None:
        said.update(status=int(status.split()[0]), headers=dict(headers))

    answer = application(given, start)
    for _piece in answer:
        pass
    answer.close()
    return said["status"], said["headers"]


def fill(number: int, at: datetime) -> None:
    """Up to so many public articles in Swedish: titles of the library's words, each body of paragraphs of several."""
    from django.db import transaction

    from knowledge import publishing, writing
    from knowledge.loading import REVIEWED_EVERY, load_library
    from knowledge.models import Article, ArticleVersion
    from procurements.models import Phase

    load_library(at)
    library = ArticleVersion.objects.filter(language="sv", article__created_by=None).order_by("pk")[:16]
    pieces = [piece for one in library for piece in re.findall(r"<(?:p|h2)>.*?</(?:p|h2)>", one.body, re.DOTALL)]
    words = [word for one in library for word in re.findall(r"[a-zåäö]{6,}", one.body)]
    chance = random.Random(SEED)
    there = Article.objects.public().count()
    with transaction.atomic():
        for _each in range(there, number):
            title = " ".join(chance.sample(words, 4)).capitalize()
            said = {"title": title, "summary": chance.choice(pieces)[3:203], "body": "".join(chance.sample(pieces, 12))}
            made = writing.begin(
                **said,
                language="sv",
                phases=[chance.choice(Phase.values)],
                review_by=at.date() + REVIEWED_EVERY,
                by=None,
                at=at,
            )
            publishing.publish(made, languages=["sv"], by=None, at=at)


def measure(number: int) -> None:
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection
    from django.test import override_settings

    from knowledge.models import Article, ArticleText
    from knowledge.views import LASTING

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    chance = random.Random(SEED)
    articles = list(Article.objects.public().order_by("pk"))
    titles = list(ArticleText.objects.filter(language="sv", article__in=articles).values_list("title", flat=True))
    words = sorted({word for title in titles for word in re.findall(r"[a-zåäö]{5,}", title.lower())})
    arena = WSGIHandler()
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=__name__):
        bare = WSGIHandler()

    def of_bare() -> int:
        with override_settings(ROOT_URLCONF=__name__):
            before = clock.now()
            status, _headers = ask(bare, environ("/"))
            taken["bare Django view"].append(clock.now() - before)
            return status

    tags: dict[str, str] = {}

    def known(address: str) -> dict[str, Any]:
        if address not in tags:
            tags[address] = ask(arena, environ(address, HTTP_COOKIE=COOKIE))[1].get("ETag", "")
        return environ(address, HTTP_COOKIE=COOKIE, HTTP_IF_NONE_MATCH=tags[address])

    lasting = [each for each in articles if each.genre in LASTING]  # events and templates say something else tomorrow

    def article() -> str:
        return f"/sv/guidance/{chance.choice(lasting).slug}/"

    what: dict[str, Callable[[], dict[str, Any]]] = {
        "article": lambda: environ(article()),
        "article, 304": lambda: known(article()),
        "list of guidance": lambda: environ("/sv/guidance/"),
        "list, a word": lambda: environ(f"/sv/guidance/?q={quote(chance.choice(words))}"),
        "site search, a word": lambda: environ(f"/sv/search/?q={quote(chance.choice(words))}"),
        "site search, two words": lambda: environ(f"/sv/search/?q={quote(' '.join(chance.sample(words, 2)))}"),
    }
    clock = Clock()
    taken: dict[str, list[float]] = {"bare Django view": [], **{name: [] for name in what}}
    answered: dict[str, set[int]] = {"bare Django view": set(), **{name: set() for name in what}}
    for turn in range(-WARM_UP, ROUNDS):
        if turn == 0:
            for times in taken.values():
                times.clear()
        answered["bare Django view"].add(of_bare())
        ask(
            arena, environ("/sv/guidance/")
        )  # the bare view's addresses made Django forget ours: nobody measured pays for that
        for name, given in what.items():
            asked = given()
            before = clock.now()
            status, _headers = ask(arena, asked)
            taken[name].append(clock.now() - before)
            answered[name].add(status)
    half, most = (at_share(taken["bare Django view"], share) for share in (0.5, 0.95))
    for name, times in taken.items():
        p50, p95 = at_share(times, 0.5), at_share(times, 0.95)
        statuses = ", ".join(map(str, sorted(answered[name])))
        print(f"| {number} | {name} | {statuses} | {p50:.2f} | {p95:.2f} | {p50 / half:.0f} | {p95 / most:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="*", default=[16, 2000])
    numbers = sorted(parser.parse_args().articles)
    with prepared("guidance"):
        from django.core.cache import cache
        from django.db import connection
        from django.utils import timezone

        from knowledge.models import Article
        from taxonomy import loading

        connection.settings_dict["CONN_MAX_AGE"] = None  # the clock is that of one server process
        connection.close()
        at = timezone.now()
        if Article.objects.public().count() > numbers[0]:  # of an earlier run: begin anew with few
            tables = ", ".join(
                f'"{name}"' for name in connection.introspection.table_names() if name != "django_migrations"
            )
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        cache.clear()
        loading.load()
        print(machine())
        print(
            "| articles | what | answer | p50 ms | p95 ms | p50, times bare | p95, times bare |\n|---|---|---|---|---|---|---|"
        )
        for number in numbers:
            fill(number, at)
            cache.clear()
            measure(number)


if __name__ == "__main__":
    main()
