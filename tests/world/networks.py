"""Those who find each other, meet, and buy together."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from accounts.grants import Role
from networks import convening, dividing, dividing_work, joining, signing
from networks.dividing_work import Work
from procurements import approving, calling_off, messaging, requiring
from tests import make
from tests.world.base import BUDGET, World, canary
from tests.world.procurements import coded_notice


def members_and_groups(world: World, secret: str) -> None:
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


def _joint(world: World, secret: str) -> None:
    """A draft of the group: the lead asks for approval, and the committed one wants changes. Nobody of it has a place."""
    keep, group, at = world.things, world.group, world.at
    title = f"{canary('jointtitle')} {secret}"
    keep["joint"] = joint = coded_notice(world, "jnt22222", group=group, published=False, title=title)
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


def contract(world: World, secret: str) -> None:
    """A joint competition with a contract: one option holder was refused once, and has called off again."""
    keep, lead, holder = world.things, world.person("buyer_admin"), world.person("network_member")
    group = make.group(lead=world.buyer, by=lead, at=world.at, name="Larm tillsammans")
    group.option_until = (world.at + timedelta(days=500)).date()
    group.save()
    item = group.items.create(name="Larm", unit="stycken", position=0)
    option = make.participant(group, world.member_buyer, state="option", at=world.at)
    make.participant(group, world.leader_buyer, at=world.at)
    make.letter(option, by=lead, signer=holder, volumes={item: 40}, at=world.at)
    keep["awarded"] = coded_notice(
        world, "awar2222", group=group, kind="competition", title="Larm som köps tillsammans"
    )
    make.awarded(keep["awarded"], by=world.people["buyer_editor"], at=world.at)
    keep["option_item"] = item
    said = {"organisation": world.member_buyer, "volumes": {item.pk: Decimal(40)}, "by": holder, "at": world.at}
    message, procurement = f"{canary('calloffmessage')} {secret}", keep["awarded"].procurement
    first = calling_off.ask(procurement, message=message, **said)
    calling_off.refuse(first, reason=f"{canary('calloffreason')} {secret}", by=lead, at=world.at)
    keep["called_off"] = calling_off.ask(procurement, message=message, **said)
