"""Builders: valid by default, everything by keyword. `make.user(name="Anna")`, `make.buyer()`, `make.notice(published=False)`."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.grants import Role
from accounts.models import Duty, DutyAssignment, Membership, Organisation, User

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = "en lång och hemlig mening"
number = itertools.count(1)


def user(*, email: str = "", name: str = "Anna Berg", duty: Duty | None = None, **fields: Any) -> User:
    """A person with a verified address and the terms accepted, who can log in with PASSWORD."""
    from allauth.account.models import EmailAddress

    from accounts import terms

    email = email or f"person{next(number)}@example.org"
    made = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    terms.accept(made, at=NOW)
    if duty:
        DutyAssignment.objects.create(user=made, duty=duty, given_at=NOW)
    return made


def organisation(*, name: str = "", slug: str = "", **fields: Any) -> Organisation:
    n = next(number)
    return Organisation.objects.create(
        **{"name": name or f"Organisation {n}", "slug": slug or f"organisation-{n}", "country": "SE", **fields}
    )


def buyer(*, name: str = "", **fields: Any) -> Organisation:
    """A verified buyer."""
    return organisation(
        name=name or f"Kommun {next(number)}",
        **{
            "kind": Organisation.Kind.MUNICIPALITY,
            "buyer_verified_at": NOW - timedelta(days=30),
            "region": "SE224",
            **fields,
        },
    )


def supplier(*, name: str = "", **fields: Any) -> Organisation:
    return organisation(
        name=name or f"Företag {next(number)} AB", **{"kind": Organisation.Kind.COMPANY, "is_supplier": True, **fields}
    )


def member(of: Organisation, *, role: Role = Role.EDITOR, **fields: Any) -> User:
    """A person who acts for the organisation."""
    made = user(**fields)
    Membership.objects.create(user=made, organisation=of, role=role, started_at=NOW - timedelta(days=30))
    return made


def notice(
    *,
    buyer: Organisation | None = None,
    by: User | None = None,
    kind: str = "need",
    published: bool = True,
    at: datetime = NOW,
    group: Any = None,
    **wording: Any,
) -> Any:
    """A notice of a new procurement, written by the code that writes all notices; published unless told otherwise.

    With a `group`, its lead writes, and everyone whose approval it takes approves it before it is published.
    """
    from procurements import publishing, writing

    buyer = buyer or (group.lead if group else globals()["buyer"]())
    by = by or member(buyer)
    made = writing.begin(
        buyer_group=group,
        organisation=buyer,
        kind=kind,
        by=by,
        at=at,
        wording={
            "title": "Tidig upptäckt av fall i hemmet",
            "summary": "Vi söker sätt att märka risken för fall innan olyckan sker.",
            "problem": "Larmet kommer först när olyckan har skett.",
            "affected": "Äldre som bor hemma.",
            "cost_today": "Omkring 2 miljoner kronor om året.",
            "desired_effect": "Hälften så många fall.",
            "tried": "Larmknapp, som ofta ligger i en låda.",
            "description": "Vi vill köpa en tjänst som upptäcker risk för fall.",
            "procedure": "open" if kind == "competition" else "",
            "cpv": ["33196000"],
            "regions": ["SE224"],
            "goals": [3],
            "contact_email": "upphandling@example.org",
            "deadline_at": at + timedelta(days=30),
            **wording,
        },
    )
    if published:
        approved(made, at=at)
        publishing.publish(made, by=by, at=at)
        made.refresh_from_db()
    return made


def approved(notice: Any, *, at: datetime = NOW) -> Any:
    """Everyone whose approval the text lacks approves it as it stands (C8); none where nobody buys together."""
    from procurements import approving
    from procurements.models import Notice

    notice = Notice.objects.select_related("current_version", "procurement__organisation").get(pk=notice.pk)
    for participant in approving.missing(notice):
        approving.give(
            notice,
            organisation=participant.organisation,
            verdict="approved",
            comment="",
            revision=notice.revision,
            by=member(participant.organisation, role=Role.ADMIN),
            at=at,
        )
    return notice


def awarded(notice: Any, *, by: User | None = None, at: datetime = NOW, text: str = "Larmet som varnar före.") -> Any:
    """Ends the competition with a contract: closed, and a supplier chosen."""
    from procurements import closing, concluding

    by = by or member(notice.procurement.organisation)
    if notice.is_open(at):
        closing.close(notice, by=by, at=at, reason="Anbuden är inne.")
    winner = concluding.Chosen(name="Varnaren AB")
    concluding.record_outcome(
        notice, result="awarded", text=text, decided_on=at.date(), by=by, at=at, tenders=3, winners=[winner]
    )
    notice.refresh_from_db()
    return notice


def question(
    *,
    notice: Any = None,
    organisation: Organisation | None = None,
    by: User | None = None,
    text: str = "Räknas fall i trappor?",
    at: datetime = NOW,
) -> Any:
    """A question that a supplier asked."""
    from procurements import asking

    organisation = organisation or supplier()
    return asking.ask(
        notice or globals()["notice"](), organisation=organisation, text=text, by=by or member(organisation), at=at
    )


def answered(question: Any, *, answer: str = "Ja.", text: str = "", at: datetime = NOW, by: User | None = None) -> Any:
    """Drafts an answer to the question and releases it; returns the news."""
    from procurements import answering

    by = by or question.notice.edited_by
    drafted = answering.draft(
        question,
        question_text=text or "Gäller det fall i trappor?",
        answer=answer,
        revision=question.draft_revision,
        by=by,
        at=at,
    )
    return answering.release([drafted], by=by, at=at)


def subscription(
    *,
    organisation: Organisation | None = None,
    person: User | None = None,
    by: User | None = None,
    at: datetime = NOW,
    **criteria: Any,
) -> Any:
    """What a supplier looks for, or a person's saved search; `by` saves it and hears of it."""
    from matchmaking import subscribing
    from matchmaking.models import Subscription

    if person is None:
        organisation = organisation or supplier()
        by = by or member(organisation)
    made = Subscription(organisation=organisation, person=person, name=criteria.pop("name", "Det vi söker"))
    for name, value in (criteria or {"cpv": ["33196000"]}).items():
        setattr(made, name, value)
    return subscribing.save(made, by=by or person, at=at)


def match(subscription: Any, notice: Any, *, hits: Any = ("cpv:33196",), score: int = 60, at: datetime = NOW) -> Any:
    """A suggestion of what the notice says now."""
    from matchmaking.models import Match

    return Match.objects.create(
        version=notice.current_version, subscription=subscription, hits=list(hits), score=score, created_at=at
    )


def network(*, leader: Organisation | None = None, by: User | None = None, at: datetime = NOW, **fields: Any) -> Any:
    """A network, led by a verified buyer."""
    from networks import joining

    leader = leader or buyer()
    by = by or member(leader, role=Role.ADMIN)
    said = {
        "name": f"Trygga hem {next(number)}",
        "subject": "Trygghet för äldre hemma",
        "description": "",
        "goals": [3],
    }
    return joining.found(**{**said, **fields}, organisation=leader, by=by, at=at)


def joined(network: Any, organisation: Organisation, *, at: datetime = NOW) -> Any:
    """The organisation's membership of the network: asked for, and accepted."""
    from networks import joining
    from networks.models import NetworkMember

    leader = network.members.get(role=NetworkMember.Role.LEADER, left_at=None).organisation
    asked = joining.ask_to_join(network, organisation=organisation, by=member(organisation, role=Role.ADMIN), at=at)
    return joining.accept(asked, by=member(leader, role=Role.ADMIN), at=at)


def group(*, lead: Organisation | None = None, by: User | None = None, at: datetime = NOW, **fields: Any) -> Any:
    """A buyer group with its lead alone."""
    from networks import grouping

    lead = lead or buyer()
    by = by or member(lead, role=Role.ADMIN)
    said = {"name": f"Fallsensorer tillsammans {next(number)}", "purpose": "Åtta kommuner delar ett behov."}
    return grouping.create(**{**said, **fields}, lead=lead, by=by, at=at)


def participant(group: Any, organisation: Organisation, *, state: str = "committed", at: datetime = NOW) -> Any:
    """The organisation's place in the group: invited by the lead, and answered unless `state` is "invited"; or "asked"."""
    from networks import grouping

    if state == "asked":
        group.published_at = group.published_at or at  # the public knows it: else nobody can ask
        group.save(update_fields=["published_at"])
        person = member(organisation, role=Role.ADMIN)
        return grouping.ask(group, organisation=organisation, wished_state="committed", by=person, at=at)
    place = grouping.invite(group, organisation=organisation, by=member(group.lead, role=Role.ADMIN), at=at)
    if state == "invited":
        return place
    return grouping.answer(place, state=state, by=member(organisation, role=Role.ADMIN), at=at)


def letter(
    participant: Any,
    *,
    by: User | None = None,
    signer: User | None = None,
    volumes: dict[Any, Any] | None = None,
    budget: Any = None,
    currency: str = "",
    name: str = "Nina Nes",
    sign_by: Any = None,
    at: datetime = NOW,
) -> Any:
    """A letter of intent from the lead to the participant; signed when there are volumes, by item."""
    from decimal import Decimal

    from networks import signing

    group = participant.group
    by = by or member(group.lead, role=Role.ADMIN)
    if not group.items.exists():
        signing.set_items(group, [(None, "Personer med sensor", "personer")], by=by, at=at)
    [made] = signing.send(group, to=[participant], sign_by=sign_by or at.date() + timedelta(days=30), by=by, at=at)
    if volumes is None:
        return made
    intent = signing.Intent(
        volumes={item.pk: Decimal(volume) for item, volume in volumes.items()},
        name=name,
        title="Enhetschef",
        budget=budget,
        currency=currency or ("SEK" if budget else ""),
    )
    signer = signer or member(participant.organisation, role=Role.ADMIN)
    return signing.sign(made, intent, seen=signing.fingerprint(group.items.all()), language="sv", by=signer, at=at)


def meeting(of: Any, *, by: User | None = None, at: datetime = NOW, **fields: Any) -> Any:
    """A meeting of a network or a buyer group in a week, called by its leader or lead."""
    from networks import convening, rooms
    from networks.models import BuyerGroup

    room = rooms.Room(group=of) if isinstance(of, BuyerGroup) else rooms.Room(network=of)
    lead = room.organisations(rooms.Act.CONVENE).order_by("pk")[0]
    by = by or member(lead)
    said: dict[str, Any] = {
        "title": f"Möte {next(number)}",
        "starts_at": at + timedelta(days=7),
        "ends_at": at + timedelta(days=7, hours=1),
        "zone": "Europe/Stockholm",
    }
    [organisation] = room.of_user(by, rooms.Act.CONVENE)[:1]
    return convening.call(room, convening.Said(**{**said, **fields}), organisation=organisation, by=by, at=at)


def shared_file(of: Any, *, by: User, at: datetime = NOW, meeting: Any = None, title: str = "", **fields: Any) -> Any:
    """A file in the room of a network or a buyer group, added by `by`; `fields` are the stored file's."""
    from networks import filing, rooms
    from networks.models import BuyerGroup

    room = rooms.Room(group=of) if isinstance(of, BuyerGroup) else rooms.Room(network=of)
    [organisation] = room.of_user(by, rooms.Act.WRITE)[:1]
    stored = stored_file(**{"name": f"Fil {next(number)}.pdf", "uploaded_by": by, "uploaded_at": at, **fields})
    [made] = filing.add(room, [stored], organisation=organisation, by=by, at=at, meeting=meeting)
    return filing.rename(made, title=title, by=by, at=at) if title else made


def article(*, published: bool = True, at: datetime = NOW, language: str = "sv", **fields: Any) -> Any:
    """An article of guidance with a text in one language; public unless told otherwise."""
    from knowledge import publishing, writing

    said = {
        "title": f"Skriv ett behov {next(number)}",
        "summary": "Så beskriver du ett behov.",
        "body": "## Börja här\n\nBeskriv problemet.",
        "phases": ["need"],
        "review_by": at.date() + timedelta(days=365),
    }
    made = writing.begin(**{**said, **fields}, language=language, by=None, at=at)
    if published:
        publishing.publish(made, languages=[language], by=None, at=at)
        made.refresh_from_db()
    return made


def event(*, published: bool = True, at: datetime = NOW, title: str = "", language: str = "sv", **facts: Any) -> Any:
    """When and where an event is, in ten days for two hours; its words are those of an article."""
    from knowledge import occasions, publishing

    title = title or f"Frukost om behov {next(number)}"
    made = article(published=False, at=at, title=title, language=language, genre="event")
    said = {"starts_at": at + timedelta(days=10), "online_url": "https://meet.example.org/rum", "organiser": "Arenan"}
    said |= facts
    said.setdefault("ends_at", said["starts_at"] + timedelta(hours=2))
    occasion = occasions.set_facts(made, occasions.Facts(**said), by=None, at=at)
    if published:
        publishing.publish(occasion.article, languages=[language], by=None, at=at)
        occasion.article.refresh_from_db()
    return occasion


def stored_file(*, name: str = "Bilaga.pdf", content: bytes = b"%PDF-1.7", state: str = "ready", **fields: Any) -> Any:
    """A file as `files.receiving` leaves it, bytes and all, also inside of a transaction; nobody has looked into it."""
    import hashlib

    from files import storing
    from files.models import StoredFile

    made = StoredFile.objects.create(
        **{
            "name": name,
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "state": state,
            "uploaded_at": NOW,
            **fields,
        }
    )
    storing.write(made.pk, [content])
    return made


def article_picture(article: Any, **fields: Any) -> Any:
    """A picture of the article that its working text does not show yet."""
    file = stored_file(name="Bild.png", content=b"\x89PNG\r\n\x1a\n", content_type="image/png")
    return article.pictures.create(**{"file": file, "width": 600, "height": 300, "added_at": NOW, **fields})


def second_factor(user: User) -> None:
    """What members of buyers and people with duties need before any page of theirs opens."""
    from allauth.mfa.models import Authenticator

    if not Authenticator.objects.filter(user=user).exists():
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "unused in tests"})


def plan(*, organisation: Organisation | None = None, by: User | None = None, at: datetime = NOW, **said: Any) -> Any:
    """What a verified buyer plans, for everyone unless told otherwise."""
    from networks import planning

    organisation = organisation or buyer()
    said = {"title": f"Fallsensorer {next(number)}", "starts_on": date(2027, 4, 1), "goals": [3], **said}
    said.setdefault("audience", "everyone")
    return planning.write(planning.Said(**said), organisation=organisation, by=by or member(organisation), at=at)


def approach(
    *,
    sender: Organisation | None = None,
    receiver: Organisation | None = None,
    by: User | None = None,
    text: str = "Vi tänker på samma sak.",
    wish: str = "join",
    about: str = "Fallsensorer",
    about_path: str = "networks/plans/1/",
    at: datetime = NOW,
) -> Any:
    """A first word from one verified buyer to another, which has an administrator."""
    from networks import approaching

    sender, receiver = sender or buyer(), receiver or buyer()
    if not approaching.can_be_reached(receiver):
        member(receiver, role=Role.ADMIN)
    said = {"wish": wish, "about": about, "about_path": about_path, "text": text}
    return approaching.approach(sender=sender, receiver=receiver, **said, by=by or member(sender), at=at)
