"""One small world for the tests that look at every page: who is there, what exists, and what is secret about it.

Every secret is a word found nowhere else (`CNRY...`), so that a crawl can look for it. With `interests=0` the world is the
same but for the secrets: for whoever may not know them, its pages must not differ by a byte.

A room with much to make has a module; what the others make stands here.
"""

import itertools
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from interchange.api import keying
from interchange.models import IMPORT, Delivery, Webhook
from knowledge import attending, picturing
from knowledge import publishing as article_publishing
from knowledge.models import Banner, Opinion, OutsideLink
from matchmaking import engine
from matchmaking.models import Lesson, Match, MatchFailure
from notifications import unsubscribing
from notifications.models import Mail
from records.models import Job
from suppliers.models import SupplierProfile
from tests import make
from tests.world import accounts, guidance, networks, procurements
from tests.world.base import World, canary


def same_numbers() -> None:
    """Every sequence begins at one number, so that two worlds built one after the other have the same keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname || '.' || quote_ident(sequencename) FROM pg_sequences WHERE schemaname='public'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER SEQUENCE {name} RESTART WITH 700000")
    make.number = itertools.count(1)


def build(*, at: datetime, interests: int = 7, secret: str = "one") -> World:
    """`secret` tells the two worlds of the twin test apart: it stands in every text that few may read."""
    same_numbers()
    world = World(at)
    accounts.people(world)
    procurements.notices(world, secret)
    procurements.parts(world, secret)
    procurements.drafting(world, secret)
    networks.members_and_groups(world, secret)
    networks.contract(world, secret)
    _knowledge(world, secret)
    _matches(world)
    accounts.belongings(world, secret)
    _duties(world, secret)
    procurements.interests(world, interests, secret)  # last: what comes after it would be numbered differently
    procurements.questions(world, interests, secret)
    return world


def _knowledge(world: World, secret: str) -> None:
    keep = world.things
    keep["article"] = make.article(at=world.at, title="Skriv ett behov")
    keep["article_draft"] = make.article(
        published=False,
        at=world.at,
        title=canary("articletitle"),
        summary=canary("articlesummary"),
        body=canary("articlebody"),
    )
    keep["article_draft"].slug = "utkastet"
    keep["article_draft"].save()
    keep["pictures"] = {state: make.article_picture(keep["article_draft"]) for state in ("published", "draft")}
    address = picturing.address_of(keep["pictures"]["published"])
    make.article(at=world.at, title="Med bild", body=f'<figure><img src="{address}" alt="En bild"></figure>')
    keep["archived"] = make.article(at=world.at, title="Lagd åt sidan")
    article_publishing.archive(keep["archived"], by=world.person("curator"), at=world.at)
    _events(world, secret)
    guidance.templates(world, secret)
    guidance.case(world, secret)
    guidance.publication(world, secret)
    _opinions(world, secret)
    _links(world)
    keep["article_version"] = keep["article"].versions.get()


def _events(world: World, secret: str) -> None:
    """One to come, one that is a draft, one that has begun; somebody comes to the first, and tells what it needs."""
    keep, at = world.things, world.at
    address = f"https://{canary('eventaddress').lower()}{secret}.example.org/"
    facts = {"title": "Frukost om behov", "online_url": address, "at": at}
    keep["events"] = {
        "published": make.event(**facts, seats=2, starts_at=at + timedelta(days=10)),
        "draft": make.event(published=False, at=at, title="Ett annat möte"),
        "held": make.event(at=at, title="Ett möte som var", starts_at=at - timedelta(days=2)),
    }
    keep["attendance"] = attending.register(
        keep["events"]["published"], needs=f"{canary('eventneeds')} {secret}", by=world.person("stranger"), at=at
    )
    keep["banner"] = Banner.objects.create(
        text_sv="Temavecka", text_nb="Temauke", text_en="Week", starts_at=at, ends_at=at + timedelta(days=1), made_at=at
    )


def _opinions(world: World, secret: str) -> None:
    """What a reader wrote to the editors, and one that has no words yet."""
    said = {"article": world.article, "language": "sv", "number": 1, "said_at": world.at}
    words = f"{canary('opinion')} {secret}"
    world.things["opinion"] = Opinion.objects.create(**said, helped=False, comment=words)
    world.things["bare_opinion"] = Opinion.objects.create(**said, helped=True)


def _links(world: World) -> None:
    """A page outside of the arena that an article leads to, and that is gone."""
    at = world.at
    broken = {"problem": "gone", "failing_since": at, "broken_at": at}
    link = OutsideLink.objects.create(url="https://example.org/borta", checked_at=at, next_check_at=at, **broken)
    world.things["link"] = link
    link.uses.create(article=world.article, language="sv")


def _matches(world: World) -> None:
    keep, people = world.things, world.people
    subscription = make.subscription(organisation=world.supplier, by=people["supplier_editor"], at=world.at)
    keep["search"] = make.subscription(
        person=people["stranger"],
        at=world.at,
        name=canary("savedsearch"),
        cpv=["72000000"],
        words=[canary("savedword")],
    )
    for notice in (world.published, world.closed):
        engine.match(notice.current_version_id, at=world.at)
    keep["match"] = Match.objects.get(subscription=subscription, version=world.published.current_version)
    keep["lesson"] = Lesson.objects.create(
        subscription=subscription, about="field", value="48", points=15, by=people["supplier_editor"], at=world.at
    )
    SupplierProfile.objects.create(
        organisation=world.supplier, offer=canary("privateoffer"), references=canary("privatereferences")
    )
    SupplierProfile.objects.create(organisation=world.other, offer="Vi säljer öppet.", is_public=True)


def _duties(world: World, secret: str) -> None:
    keep = world.things
    keep["mail"] = Mail.objects.create(
        id=UUID(int=1, version=4),
        kind="account:test",
        address="cnrymaillog@example.org",
        context={"subject": canary("mailsubject"), "text": f"{canary('mailtext')} {secret}"},
        state=Mail.State.STALE,
        due_at=world.at,
        created_at=world.at,
    )
    keep["failure"] = MatchFailure.objects.create(
        version=keep["published"].current_version, attempts=3, error="ValueError", failed_at=world.at, next_at=world.at
    )
    reader = world.person("buyer_reader")
    keep["api_key"], _secret = keying.make(
        reader, name=canary("keyname"), scopes=["read"], organisation=keep["buyer"], expires_at=None, at=world.at
    )
    keep["webhook"] = Webhook.objects.create(
        id=UUID(int=2, version=4),
        owner=world.person("buyer_editor"),
        organisation=world.buyer,
        name=canary("webhook"),
        url=f"https://{canary('webhookaddress').lower()}.example.org/",
        question="cpv=33",
        happenings=["published"],
        created_at=world.at,
    )
    keep["delivery"] = Delivery.objects.create(
        id=UUID(int=3, version=4),
        webhook=keep["webhook"],
        key="test:1",
        state=Delivery.State.SENT,
        due_at=world.at,
        created_at=world.at,
        settled_at=world.at,
    )
    keep["job"] = Job.objects.create(kind=IMPORT, started_at=world.at, finished_at=world.at, summary={})
    person = world.person("supplier_editor")
    keep["unsubscribe"] = unsubscribing.link(person, ["kind:match"], "sv").rpartition("/unsubscribe/")[2].rstrip("/")
    keep["less"] = unsubscribing.less_link(person, ["kind:match"], "sv").rpartition("/less/")[2].rstrip("/")
