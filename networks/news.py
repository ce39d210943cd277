"""What networks and buyer groups tell people: who hears of it, and the words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.grants import Can, roles_that
from accounts.models import Membership, Organisation
from networks.models import NetworkMember, Participant
from notifications import kinds
from notifications.kinds import Change, Kind, Line
from notifications.models import Event, Notification, Rhythm
from notifications.telling import Recipient, tell


def administrators(organisation: Organisation) -> list[Recipient]:
    """Those who may bind the organisation; they hear of what waits for its answer."""
    memberships = Membership.objects.active().filter(organisation=organisation, role__in=roles_that(Can.ADMINISTER))
    return [Recipient(membership.user, organisation) for membership in memberships.select_related("user")]


def asked_to_join(member: NetworkMember, *, leader: Organisation, at: datetime) -> None:
    tell("network-request", f"network-member:{member.pk}:asked", member, administrators(leader), at=at)


def invited_to_network(member: NetworkMember, *, at: datetime) -> None:
    key = f"network-member:{member.pk}:invited"
    tell("network-invitation", key, member, administrators(member.organisation), at=at)


def answered_by_leader(member: NetworkMember, *, at: datetime) -> None:
    key = f"network-member:{member.pk}:answered"
    tell("network-answer", key, member, administrators(member.organisation), at=at)


def answered_by_invited(member: NetworkMember, *, leader: Organisation, at: datetime) -> None:
    tell("network-reply", f"network-member:{member.pk}:replied", member, administrators(leader), at=at)


def leadership_handed_over(member: NetworkMember, *, at: datetime) -> None:
    key = f"network-member:{member.pk}:leads:{at.isoformat()}"
    tell("network-leader", key, member, administrators(member.organisation), at=at)


def appointed(member: NetworkMember, *, at: datetime) -> None:
    key = f"network-member:{member.pk}:{member.role}:{at.isoformat()}"
    tell("network-role", key, member, administrators(member.organisation), at=at, facts={"role": member.role})


def invited_to_group(participant: Participant, *, at: datetime) -> None:
    key = f"participant:{participant.pk}:invited:{at.isoformat()}"
    tell("group-invitation", key, participant, administrators(participant.organisation), at=at)


def asked_for_a_place(participant: Participant, *, at: datetime) -> None:
    key = f"participant:{participant.pk}:asked:{at.isoformat()}"
    tell("group-request", key, participant, administrators(participant.group.lead), at=at)


def decided_in_group(participant: Participant, *, at: datetime) -> None:
    key = f"participant:{participant.pk}:decided:{at.isoformat()}"
    facts = {"state": participant.state}
    tell("group-decision", key, participant, administrators(participant.organisation), at=at, facts=facts)


def answered_in_group(participant: Participant, *, at: datetime) -> None:
    key = f"participant:{participant.pk}:{participant.state}:{at.isoformat()}"
    facts = {"state": participant.state}
    tell("group-answer", key, participant, administrators(participant.group.lead), at=at, facts=facts)


def lead_handed_over(participant: Participant, *, at: datetime) -> None:
    key = f"participant:{participant.pk}:leads:{at.isoformat()}"
    tell("group-lead", key, participant, administrators(participant.organisation), at=at)


Words = Callable[[Any, Event], str]
INSIDE = "networks:network_inside"
ASKS = ("network-request", "network-invitation", "group-invitation", "group-request")  # somebody waits for an answer


def _network_line(words: Words, page: str = "networks:network_detail") -> Callable[[Notification, str], Line]:
    """A line about a network member; `words` gives a sentence with places for %(organisation)s and %(network)s."""

    def line(notification: Notification, language: str) -> Line:
        member: NetworkMember = notification.subject
        names = {"organisation": member.organisation.name, "network": member.network.name}
        return Line(words(member, notification.event) % names, reverse(page, args=[member.network.slug]))

    return line


def _group_line(words: Words) -> Callable[[Notification, str], Line]:
    """A line about a participant; `words` gives a sentence with places for %(organisation)s and %(group)s."""

    def line(notification: Notification, language: str) -> Line:
        participant: Participant = notification.subject
        names = {"organisation": participant.organisation.name, "group": participant.group.name}
        return Line(words(participant, notification.event) % names, participant.group.get_absolute_url())

    return line


def _answer(member: NetworkMember, event: Event) -> str:
    if member.joined_at:
        return _("%(organisation)s is now a member of the network %(network)s.")
    return _("The network %(network)s said no to %(organisation)s this time.")


def _reply(member: NetworkMember, event: Event) -> str:
    if member.joined_at:
        return _("%(organisation)s has joined the network %(network)s.")
    return _("%(organisation)s does not join the network %(network)s this time.")


def _role(member: NetworkMember, event: Event) -> str:
    """The role of that day, from the event."""
    if event.facts["role"] == NetworkMember.Role.CORE:
        return _("%(organisation)s is now a core member of the network %(network)s, and can call its meetings.")
    return _("%(organisation)s is now an ordinary member of the network %(network)s.")


def _group_answer(participant: Participant, event: Event) -> str:
    """The answer of that day, from the event: the participant may have changed its mind since."""
    return {
        "committed": _("%(organisation)s commits itself in the buyer group %(group)s."),
        "option": _("%(organisation)s takes an option to join the buyer group %(group)s."),
        "observer": _("%(organisation)s observes the buyer group %(group)s."),
        "left": _("%(organisation)s does not take part in the buyer group %(group)s."),
    }[event.facts["state"]]


def _group_decision(participant: Participant, event: Event) -> str:
    return {
        "committed": _("The lead has said yes: %(organisation)s is committed in the buyer group %(group)s."),
        "option": _("The lead has said yes: %(organisation)s holds an option in the buyer group %(group)s."),
        "observer": _("The lead has said yes: %(organisation)s observes the buyer group %(group)s."),
        "left": _("The buyer group %(group)s said no to %(organisation)s this time."),
    }[event.facts["state"]]


def _decision_line(notification: Notification, language: str) -> Line:
    """A no leads to the page where one can ask again, with the lead's words as long as it is the last thing that happened."""
    said = _group_line(_group_decision)(notification, language)
    participant: Participant = notification.subject
    if participant.state != Participant.State.LEFT:
        return said
    reason = participant.message if notification.event.facts["state"] == "left" else ""
    return replace(said, url=reverse("networks:group_ask", args=[participant.group.slug]), text=reason)


def _anyone_of_the_organisation(notification: Notification) -> bool:
    return True  # membership of the organisation that heard of it is checked by notifications


def _still_takes_part(notification: Notification) -> bool:
    return bool(notification.subject.state != Participant.State.LEFT)


def _still_leads(notification: Notification) -> bool:
    return bool(notification.subject.group.lead_id == notification.organisation_id)


def register() -> None:
    """Makes the kinds known to notifications; called when the app is ready."""
    network, group = ("network", "organisation"), ("group", "organisation")
    for code, label, description, may_see, line, related, pressing in (
        (
            "network-request",
            gettext_lazy("Requests to join a network"),
            gettext_lazy("When an organisation asks to join a network that yours leads."),
            _anyone_of_the_organisation,
            _network_line(lambda member, event: _("%(organisation)s asks to join the network %(network)s."), INSIDE),
            network,
            True,
        ),
        (
            "network-invitation",
            gettext_lazy("Invitations to networks"),
            gettext_lazy("When your organisation is invited to a network."),
            _anyone_of_the_organisation,
            _network_line(lambda member, event: _("%(organisation)s is invited to the network %(network)s.")),
            network,
            True,
        ),
        (
            "network-answer",
            gettext_lazy("Answers from networks"),
            gettext_lazy("When a network has answered your organisation's request to join."),
            _anyone_of_the_organisation,
            _network_line(_answer),
            network,
            False,
        ),
        (
            "network-reply",
            gettext_lazy("Answers to a network's invitations"),
            gettext_lazy("When an organisation has answered an invitation to a network that yours leads."),
            _anyone_of_the_organisation,
            _network_line(_reply),
            network,
            False,
        ),
        (
            "network-leader",
            gettext_lazy("Leadership of a network"),
            gettext_lazy("When the leadership of a network is handed over to your organisation."),
            _anyone_of_the_organisation,
            _network_line(lambda member, event: _("%(organisation)s now leads the network %(network)s.")),
            network,
            True,
        ),
        (
            "network-role",
            gettext_lazy("Your role in a network"),
            gettext_lazy("When your organisation becomes a core member of a network, or an ordinary member again."),
            _anyone_of_the_organisation,
            _network_line(_role),
            network,
            False,
        ),
        (
            "group-invitation",
            gettext_lazy("Invitations to buy together"),
            gettext_lazy("When your organisation is invited to a buyer group."),
            _still_takes_part,
            _group_line(lambda participant, event: _("%(organisation)s is invited to buy together: %(group)s.")),
            group,
            True,
        ),
        (
            "group-request",
            gettext_lazy("Requests to buy together"),
            gettext_lazy("When an organisation asks for a place in a buyer group that yours leads."),
            _still_leads,
            _group_line(
                lambda participant, event: _("%(organisation)s asks to take part in the buyer group %(group)s.")
            ),
            group,
            True,
        ),
        (
            "group-decision",
            gettext_lazy("Answers from buyer groups"),
            gettext_lazy("When the lead of a buyer group has answered your organisation's request to take part."),
            _anyone_of_the_organisation,
            _decision_line,
            group,
            True,
        ),
        (
            "group-answer",
            gettext_lazy("Answers in buyer groups"),
            gettext_lazy("When a participant of a buyer group that your organisation leads changes its answer."),
            _still_leads,
            _group_line(_group_answer),
            group,
            False,
        ),
        (
            "group-lead",
            gettext_lazy("Lead of a buyer group"),
            gettext_lazy("When the lead of a buyer group is handed over to your organisation."),
            _still_takes_part,
            _group_line(lambda participant, event: _("%(organisation)s now leads the buyer group %(group)s.")),
            group,
            True,
        ),
    ):
        kinds.register(
            Kind(
                code=code,
                label=label,
                description=description,
                default_rhythm=Rhythm.AT_ONCE,
                change=Change.WAITING if code in ASKS else Change.TOGETHER,
                may_see=may_see,
                line=line,
                is_pressing=pressing,
                subject_with=related,
            )
        )
