"""One small world for the tests that look at every page: who is there, what exists, and what is secret about it.

Every secret is a word found nowhere else (`CNRY...`), so that a crawl can look for it. With `interests=0` the world is the
same but for the secrets: for whoever may not know them, its pages must not differ by a byte.
"""

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from django.db import connection
from django.test import Client

from accounts import keying, membering, verifying
from accounts.grants import Role
from accounts.models import Duty, User
from files.models import DownloadCount
from interchange.models import IMPORT
from knowledge import publishing as article_publishing
from matchmaking import engine, following
from matchmaking.models import Lesson, Match, MatchFailure
from networks import convening, dividing, dividing_work, joining, signing
from networks.dividing_work import Work
from notifications import unsubscribing
from notifications.models import Mail, Notification
from notifications.rendering import message_for
from procurements import (
    answering,
    approving,
    asking,
    calling_off,
    closing,
    concluding,
    interest,
    messaging,
    previewing,
    requiring,
    reviewing,
    secrecy,
    teaming,
    writing,
)
from procurements.models import Notice, Procurement, Question, TeamRole
from records import keeping
from records.models import Job
from suppliers.models import SupplierProfile
from tests import make

# In the order of the columns of tests/access_table.py. An anonymous visitor and a person who is locked out come to the same.
PEOPLE = (
    *("anonymous", "stranger", "supplier_reader", "supplier_editor", "other_supplier"),
    *("buyer_reader", "buyer_editor", "buyer_admin", "other_buyer", "network_member", "network_leader"),
    *("curator", "programme", "support", "admin", "suspended"),
)
DOWNLOADS = 771377100  # and as many more as the secret has letters: how often a document was fetched
BUDGET = Decimal("765432100")  # in a letter of intent, and of a cost key
DRAFT_TEXTS = (
    *("title", "summary", "problem", "affected", "cost_today", "desired_effect", "tried", "description"),
    "contact_name",
)


@dataclass
class World:
    at: datetime
    people: dict[str, User | None] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError:
            raise AttributeError(name) from None

    def person(self, name: str) -> User:
        found = self.people[name]
        assert found is not None, "an anonymous visitor is nobody"
        return found

    def client(self, person: str) -> Client:
        """A browser of its own for one of PEOPLE, logged in unless it is nobody's."""
        made = Client()
        if user := self.people[person]:
            made.force_login(user)
        return made


def canary(name: str) -> str:
    return f"CNRY{name.replace('_', '')}"


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
    _people(world)
    _procurements(world, secret)
    _parts(world, secret)
    _drafting(world, secret)
    _networks(world, secret)
    _contract(world, secret)
    _knowledge(world)
    _matches(world)
    _accounts(world, secret)
    _duties(world, secret)
    _interests(world, interests, secret)  # last: what comes after it would be numbered differently
    _questions(world, interests, secret)
    return world


def _people(world: World) -> None:
    keep = world.things
    keep["buyer"] = make.buyer(name="Köparens kommun", slug="koparens-kommun", registration_number="2120000142")
    keep["other_buyers"] = make.buyer(name="Grannens kommun", slug="grannens-kommun")
    keep["member_buyer"] = make.buyer(name="Medlemmens region", slug="medlemmens-region")
    keep["leader_buyer"] = make.buyer(name="Ledarens stad", slug="ledarens-stad")
    keep["supplier"] = make.supplier(name="Sensorbolaget AB", slug="sensorbolaget")
    keep["other"] = make.supplier(name="Konkurrenten AB", slug="konkurrenten")
    keep["unclaimed"] = make.organisation(name="Ingen ännu", slug="ingen-annu")
    keep["sole_trader"] = make.organisation(
        name="Egen firma", slug="egen-firma", kind="sole-trader", registration_number="8001011239"
    )
    keep["merged"] = make.organisation(name="Gamla namnet", slug="gamla-namnet", merged_into=keep["buyer"])
    who = {
        "stranger": lambda **f: make.user(**f),
        "supplier_reader": lambda **f: make.member(keep["supplier"], role=Role.READER, **f),
        "supplier_editor": lambda **f: make.member(keep["supplier"], **f),
        "other_supplier": lambda **f: make.member(keep["other"], **f),
        "buyer_reader": lambda **f: make.member(keep["buyer"], role=Role.READER, **f),
        "buyer_editor": lambda **f: make.member(keep["buyer"], **f),
        "buyer_admin": lambda **f: make.member(keep["buyer"], role=Role.ADMIN, **f),
        "other_buyer": lambda **f: make.member(keep["other_buyers"], **f),
        "network_member": lambda **f: make.member(keep["member_buyer"], role=Role.ADMIN, **f),
        "network_leader": lambda **f: make.member(keep["leader_buyer"], role=Role.ADMIN, **f),
        "curator": lambda **f: make.user(duty=Duty.CURATOR, **f),
        "programme": lambda **f: make.user(duty=Duty.PROGRAMME, **f),
        "support": lambda **f: make.user(duty=Duty.SUPPORT, **f),
        "admin": lambda **f: make.user(duty=Duty.ADMIN, **f),
    }
    world.people["anonymous"] = None
    for name, made in who.items():
        world.people[name] = made(name=f"Person {name}", email=f"cnrymail{name.replace('_', '')}@example.org")
    # Locked out, whatever the person had the right to before.
    suspended = make.member(keep["buyer"], role=Role.ADMIN, name="Person suspended", email="suspended@example.org")
    suspended.duties.create(duty=Duty.ADMIN, given_at=world.at)
    suspended.is_active = False
    suspended.save()
    world.people["suspended"] = suspended
    keep["second_admin"] = make.user(duty=Duty.ADMIN, name="Second admin")


def _notice(world: World, code: str, **fields: Any) -> Any:
    made = make.notice(buyer=world.buyer, by=world.people["buyer_editor"], at=world.at, **fields)
    Notice.objects.filter(pk=made.pk).update(code=code)  # chance has no place in two worlds that must be alike
    Procurement.objects.filter(pk=made.procurement_id).update(ocid=f"{make.__name__}-{code}")
    made.refresh_from_db()
    return made


def _procurements(world: World, secret: str) -> None:
    keep, owner = world.things, world.people["buyer_editor"]
    assert owner is not None
    words = {name: f"{canary('draft' + name)} {secret}" for name in DRAFT_TEXTS}
    keep["draft"] = _notice(
        world,
        "draft222",
        published=False,
        contact_email="cnrydraftmail@example.org",
        value=987654321,
        currency="SEK",
        **words,
    )
    keep["published"] = _notice(world, "publ2222")
    keep["closed"] = _notice(world, "cxsed222", title="Ett stängt behov")
    keep["next"] = writing.go_on(keep["published"], kind="competition", by=owner, at=world.at)  # of the same chain
    Notice.objects.filter(pk=keep["next"].pk).update(code="next2222", title=f"{canary('nexttitle')} {secret}")
    keep["next"].refresh_from_db()
    # A text that the team works on, over a version that everybody reads.
    keep["published"].problem = f"{canary('workingtext')} {secret}"
    keep["published"].title = f"{canary('workingtitle')} {secret}"
    keep["published"].save()
    closing.close(keep["closed"], by=owner, at=world.at, reason="Behovet är löst.")
    keep["closed"].refresh_from_db()
    motive = f"{canary('secrecymotive')} {secret}"
    secrecy.decide(
        keep["published"].procurement, ground="osl-31-16", valid_until=None, motive=motive, by=owner, at=world.at
    )


def _drafting(world: World, secret: str) -> None:
    """Around the draft: a colleague off the team reads it, somebody without an account has a link, another colleague answers."""
    keep, owner, draft, at = world.things, world.person("buyer_editor"), world.draft, world.at
    reader = world.person("buyer_reader")
    reviewing.ask(draft, reviewer=reader, message=f"{canary('reviewmessage')} {secret}", by=owner, at=at)
    keep["remark"] = reviewing.comment(draft, field="title", text=f"{canary('remark')} {secret}", by=owner, at=at)
    label = f"{canary('previewlabel')} {secret}"
    keep["preview"], keep["preview_secret"] = previewing.create(draft, label=label, days=7, by=owner, at=at)
    text = f"{canary('previewremark')} {secret}"
    previewing.comment(keep["preview"], name="Brukarrådet", field="", text=text, at=at)
    colleague = make.member(world.buyer, name="Person colleague", email="colleague@example.org")
    keep["seat"] = teaming.place(draft.procurement, user=colleague, role=TeamRole.ANSWERER, by=owner, at=at)


def _parts(world: World, secret: str) -> None:
    """Documents, assets and stages: of a draft, of what is public, and of the text that is worked on over it."""
    keep, owner = world.things, world.people["buyer_editor"]
    keep["files"] = {}
    for place, state in enumerate(("draft", "published", "closed", "working")):
        notice = keep["published" if state == "working" else state]
        words = f"{canary(state + 'document')} {secret}" if state in ("draft", "working") else f"Bilaga {state}"
        file = make.stored_file(
            id=UUID(int=place + 1, version=4), name=f"{words}.pdf", uploaded_by=owner, uploaded_at=world.at
        )
        row = {"position": place, "lineage": file.pk, "title": words, "file": file}
        notice.documents.create(**row, added_by=owner, added_at=world.at)
        if state in ("published", "closed"):
            notice.current_version.documents.create(**row)
        keep["files"][state] = file
    DownloadCount.objects.create(file=keep["files"]["published"], on=world.at.date(), count=DOWNLOADS + len(secret))
    asset = {"position": 0, "name": f"{canary('asset')} {secret}", "motive": f"{canary('motive')} {secret}"}
    keep["draft"].assets.create(**asset, origin="result", level="own")
    keep["draft"].stages.create(
        position=0, name=f"{canary('stage')} {secret}", decision=f"{canary('decision')} {secret}"
    )


def _networks(world: World, secret: str) -> None:
    keep, people = world.things, world.people
    leader, member = people["network_leader"], people["network_member"]
    assert leader is not None
    assert member is not None
    network = make.network(leader=world.leader_buyer, by=leader, at=world.at, name="Trygga hem")
    asked = joining.ask_to_join(network, organisation=world.member_buyer, by=member, at=world.at)
    keep["place"] = joining.accept(asked, by=leader, at=world.at)
    keep["leader_place"] = network.members.get(organisation=world.leader_buyer)
    keep["neighbour_admin"] = make.member(world.other_buyers, role=Role.ADMIN)
    keep["asking"] = joining.ask_to_join(
        network,
        organisation=world.other_buyers,
        by=keep["neighbour_admin"],
        at=world.at,
        message=f"{canary('askmessage')} {secret}",
    )
    text = f"{canary('networkpost')} {secret}"
    joining.post(network, text=text, organisation=world.member_buyer, by=member, at=world.at)
    keep["network"] = network
    group = make.group(lead=world.buyer, by=people["buyer_admin"], at=world.at, name=f"Grupp {canary('group')}")
    group.purpose = f"{canary('grouppurpose')} {secret}"
    group.save()
    keep["invited"] = make.participant(group, world.member_buyer, state="invited", at=world.at)
    keep["committed"] = make.participant(group, world.leader_buyer, at=world.at)
    keep["group"] = group
    keep["asks"] = group.participants.create(
        organisation=make.buyer(),
        state="asked",
        wished_state="observer",
        message=f"{canary('placemessage')} {secret}",
        since=world.at,
        signed_by=people["buyer_admin"],
    )
    keep["open_group"] = make.group(
        lead=world.other_buyers, by=keep["neighbour_admin"], at=world.at, name="Öppen grupp"
    )
    keep["open_group"].published_at = world.at
    keep["open_group"].save()
    _letters(world, secret)
    _joint(world, secret)
    _together(world, secret)
    _finding(world, secret)
    _rooms(world, secret)


def _joint(world: World, secret: str) -> None:
    """A draft of the group: the lead asks for approval, and the committed one wants changes. Nobody of it has a place."""
    keep, group, at = world.things, world.group, world.at
    title = f"{canary('jointtitle')} {secret}"
    keep["joint"] = joint = _notice(world, "jnt22222", group=group, published=False, title=title)
    message = f"{canary('approvalmessage')} {secret}"
    approving.ask(joint, message=message, answer_by=None, by=world.person("buyer_editor"), at=at)
    comment = f"{canary('approvalcomment')} {secret}"
    approving.give(
        joint,
        organisation=world.leader_buyer,
        verdict="changes",
        comment=comment,
        revision=joint.revision,
        by=world.person("network_leader"),
        at=at,
    )


def _together(world: World, secret: str) -> None:
    """What those who buy together require and do, seen by those who take part; and what all who follow were told."""
    keep, joint, owner, at = world.things, world.joint, world.person("buyer_editor"), world.at
    rows = [requiring.Said(None, f"{canary('requirement')} {secret}")]
    requiring.set_requirements(joint.procurement, rows, seen=requiring.fingerprint([]), by=owner, at=at)
    keep["requirement"] = joint.procurement.requirements.get()
    stands = {keep["requirement"].pk: ("must", f"{canary('stand')} {secret}")}
    leader = world.person("network_leader")
    requiring.take_stand(joint.procurement, world.leader_buyer, stands, by=leader, at=at)
    title, text = (f"{canary(name)} {secret}" for name in ("task", "tasktext"))
    work = Work(title, world.leader_buyer, text=text, due_on=at.date() + timedelta(days=9))
    keep["task"] = dividing_work.create(world.group, work, by=owner, at=at)
    words = {"subject": "Visningen", "text": "Den är den 3 mars.", "language": "sv"}
    messaging.send(world.published, **words, number=1, by=owner, at=at)


def _finding(world: World, secret: str) -> None:
    """What two buyers plan, each for some; and what they say to each other about it."""
    keep, network = world.things, world.network
    editor, leader = world.person("buyer_editor"), world.person("network_leader")
    keep["plans"] = {
        "everyone": make.plan(organisation=world.buyer, by=editor, at=world.at, title="Sensorer"),
        "buyers": make.plan(
            organisation=world.buyer, by=editor, at=world.at, audience="buyers", title=canary("planbuyers")
        ),
        "members": make.plan(
            organisation=world.leader_buyer,
            by=leader,
            at=world.at,
            audience="members",
            network=network,
            title=canary("planmembers"),
            text=f"{canary('planmemberstext')} {secret}",
            goals=[14],
            regions=["NO0B2"],
        ),
    }
    keep["approach"] = make.approach(
        sender=world.buyer,
        receiver=world.leader_buyer,
        by=editor,
        at=world.at,
        about=canary("approachabout"),
        text=f"{canary('approachtext')} {secret}",
    )


def _rooms(world: World, secret: str) -> None:
    """A meeting with minutes and a file, in the members' area of the network and in the room of the group."""
    keep, at = world.things, world.at
    keep["meetings"], keep["shared"] = {}, {}
    of = {
        "network": (world.network, "network_leader", "network_member"),
        "group": (world.group, "buyer_admin", "network_leader"),
    }
    for place, (name, (room, convener, adder)) in enumerate(of.items()):
        by = world.person(convener)
        words = {part: f"{canary(name + part)} {secret}" for part in ("agenda", "minutes", "filetitle", "filename")}
        meeting = make.meeting(
            room,
            by=by,
            at=at,
            title=f"{canary(name + 'meeting')} {secret}",
            agenda=words["agenda"],
            link=f"https://video.example.org/{canary(name + 'link')}/{secret}",
        )
        convening.write_minutes(
            meeting,
            minutes=words["minutes"],
            revision=1,
            organisation=by.memberships.get().organisation,
            by=by,
            at=at,
        )
        keep["meetings"][name] = meeting
        keep["shared"][name] = make.shared_file(
            room,
            by=world.person(adder),
            at=at,
            meeting=meeting,
            title=words["filetitle"],
            name=f"{words['filename']}.pdf",
            content=f"%PDF-1.7 {canary(name + 'filecontent')} {secret}".encode(),
            id=UUID(int=200 + place, version=4),
        )


def _letters(world: World, secret: str) -> None:
    """Two of the lead, of which it declined the last; and two of the committed one: signed, and waiting for a new answer."""
    keep, group = world.things, world.group
    lead, signer = world.person("buyer_admin"), world.person("network_leader")
    keep["item"] = group.items.create(name="Personer med sensor", unit="personer", position=0)
    own = make.letter(group.participants.get(organisation=group.lead), by=lead, at=world.at)
    reason = f"{canary('letterreason')} {secret}"
    signing.decline(own, reason=reason, by=lead, at=world.at)
    keep["signed_letter"] = make.letter(
        keep["committed"],
        by=lead,
        signer=signer,
        volumes={keep["item"]: 50 + len(secret)},
        budget=BUDGET + len(secret),
        name=f"{canary('lettersigner')} {secret}",
        at=world.at,
    )
    keep["letter"] = make.letter(keep["committed"], by=lead, at=world.at, sign_by=world.at.date() + timedelta(days=9))
    dividing.choose(group, method="equal", total=BUDGET, currency="SEK", by=lead, at=world.at)


def _contract(world: World, secret: str) -> None:
    """A joint competition with a contract: one option holder was refused once, and has called off again."""
    keep, lead, holder = world.things, world.person("buyer_admin"), world.person("network_member")
    group = make.group(lead=world.buyer, by=lead, at=world.at, name="Larm tillsammans")
    group.option_until = (world.at + timedelta(days=500)).date()
    group.save()
    item = group.items.create(name="Larm", unit="stycken", position=0)
    option = make.participant(group, world.member_buyer, state="option", at=world.at)
    make.participant(group, world.leader_buyer, at=world.at)
    make.letter(option, by=lead, signer=holder, volumes={item: 40}, at=world.at)
    keep["awarded"] = _notice(world, "awar2222", group=group, kind="competition", title="Larm som köps tillsammans")
    make.awarded(keep["awarded"], by=world.people["buyer_editor"], at=world.at)
    keep["option_item"] = item
    said = {"organisation": world.member_buyer, "volumes": {item.pk: Decimal(40)}, "by": holder, "at": world.at}
    message, procurement = f"{canary('calloffmessage')} {secret}", keep["awarded"].procurement
    first = calling_off.ask(procurement, message=message, **said)
    calling_off.refuse(first, reason=f"{canary('calloffreason')} {secret}", by=lead, at=world.at)
    keep["called_off"] = calling_off.ask(procurement, message=message, **said)


def _knowledge(world: World) -> None:
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
    keep["archived"] = make.article(at=world.at, title="Lagd åt sidan")
    article_publishing.archive(keep["archived"], by=world.person("curator"), at=world.at)
    keep["article_version"] = keep["article"].versions.get()


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


def _accounts(world: World, secret: str) -> None:
    keep, people = world.things, world.people
    owner, admin = people["stranger"], people["buyer_admin"]
    assert owner is not None
    assert admin is not None
    keep["invitation"], keep["token"] = membering.invite(
        world.buyer, email="cnryinvited@example.org", role=Role.READER, by=admin, at=world.at
    )
    keep["verification"] = verifying.ask(
        world.unclaimed, evidence=f"{canary('evidence')} {secret}", by=owner, at=world.at
    )
    keep["kept"] = keeping.keep(
        owner, path="/sv/profile/", fields=[("name", [f"{canary('kepttext')} {secret}"])], files={}, at=world.at
    )
    keep["calendar_secret"] = keying.make_key(world.person("buyer_editor"), at=world.at)
    keep["memberships"] = {
        name: user.memberships.get() for name, user in people.items() if user and user.memberships.exists()
    }


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
    keep["job"] = Job.objects.create(kind=IMPORT, started_at=world.at, finished_at=world.at, summary={})
    person = world.person("supplier_editor")
    keep["unsubscribe"] = unsubscribing.link(person, ["kind:match"], "sv").rpartition("/unsubscribe/")[2].rstrip("/")
    keep["less"] = unsubscribing.less_link(person, ["kind:match"], "sv").rpartition("/less/")[2].rstrip("/")


def _interests(world: World, number: int, secret: str) -> None:
    """The first is the supplier's own; the others are of organisations that both worlds have."""
    crowd = [make.supplier(name=f"{canary('crowd')} {letter} AB", slug=f"bolag-{letter}") for letter in "abcdefg"]
    writers = [make.member(one, name=f"Skribent {place}") for place, one in enumerate(crowd)]
    world.things["crowd"] = crowd
    if not number:
        return
    pairs = [(world.supplier, world.person("supplier_editor")), *zip(crowd, writers, strict=True)][:number]
    for notice in (world.published, world.closed):
        Notice.objects.filter(pk=notice.pk).update(closed_at=None, closed_as="", closed_reason="")
        for place, (organisation, by) in enumerate(pairs):
            interest.register(
                notice.procurement,
                organisation=organisation,
                level="meeting",
                message=f"{canary('interest')}{place} {secret}",
                by=by,
                at=world.at + timedelta(minutes=place),
            )
    Notice.objects.filter(pk=world.closed.pk).update(
        closed_at=world.closed.closed_at, closed_as=world.closed.closed_as, closed_reason=world.closed.closed_reason
    )
    for _organisation, by in pairs:  # who is interested follows it, too
        for notice in (world.published, world.closed):
            following.follow(notice.procurement, by=by, at=world.at)
    world.things["seen"] = world.published.procurement.interests.order_by("received_at")[0]
    for answered in world.published.procurement.interests.exclude(organisation=world.supplier):
        text = f"{canary('feedback')} {secret}"
        concluding.answer(answered, text=text, by=world.person("buyer_editor"), at=world.at)
    lines = Notification.objects.filter(recipient=world.people["buyer_editor"], event__kind="interest")
    world.things["line"] = lines.order_by("pk").first()


def _questions(world: World, number: int, secret: str) -> None:
    """Of the published need: `number` that wait (with a draft), one declined among them, and one that everybody reads."""
    keep, owner = world.things, world.person("buyer_editor")
    asker = make.member(keep["crowd"][0], name=f"{canary('asker')} {secret}")

    def ask(text: str, minutes: int, organisation: Any = keep["crowd"][0], by: User = asker) -> Question:
        at = world.at + timedelta(minutes=minutes)
        return asking.ask(keep["published"], organisation=organisation, text=text, by=by, at=at)

    def draft(question: Question, text: str, answer: str) -> Question:
        return answering.draft(question, question_text=text, answer=answer, revision=1, by=owner, at=world.at)

    for place in range(number):
        question = ask(f"{canary('question')}{place} {secret}", place)
        if place == 1:
            reason = f"{canary('declinereason')} {secret}"
            answering.decline(question, reason=reason, by=owner, at=world.at)
        if place == 2:
            keep["drafted"] = draft(
                question, f"{canary('questiondraft')} {secret}", f"{canary('answerdraft')} {secret}"
            )
    if number:  # the supplier's own
        keep["question"] = ask("Räknas trappor?", 8, world.supplier, world.person("supplier_editor"))
    keep["answered"] = draft(ask(f"{canary('question')} {secret}", 9), "Gäller det trappor?", "Ja, även trappor.")
    answering.release([keep["answered"]], by=owner, at=world.at + timedelta(minutes=15))


def body_of(response: Any) -> str:
    """What the answer says; of a ZIP its files one after the other, with their names."""
    data = response.getvalue() if response.streaming else response.content
    if response.headers.get("Content-Type") != "application/zip":
        return str(data.decode())
    with ZipFile(BytesIO(data)) as archive:
        return "\n".join(name + "\n" + archive.read(name).decode() for name in archive.namelist())


def masked(response: Any, words: str = "\0") -> tuple[int, str, str]:
    """Status, headers and body without what is new in every answer: tokens, sessions, and the words that were searched for."""
    body = body_of(response)
    body = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken[^A-Za-z0-9]+)[A-Za-z0-9]{32,64}', r"\1", body)
    body = re.sub(r'(name="key" value=")[0-9a-f-]{36}', r"\1", body)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length" or words == "\0"}
    return response.status_code, str(headers).replace(words, ""), body.replace(words, "")


def mail_about(notification: Notification) -> Any:
    """The message that would carry the notification."""
    mail = Mail.objects.create(
        kind="immediate",
        recipient=notification.recipient,
        address=notification.recipient.email,
        due_at=notification.created_at,
        created_at=notification.created_at,
    )
    mail.items.create(notification=notification)
    return message_for(mail)
