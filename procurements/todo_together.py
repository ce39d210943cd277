"""What needs a person in the buyer groups of its organisations: answers, signatures and tasks. One or two queries a kind."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.grants import Can
from accounts.models import Organisation, User
from networks import work_news
from networks.models import BuyerGroup, Letter, Participant
from procurements.models import CallOff, Kind, Notice
from procurements.things import SHOWN, SOON, Thing, Urgency


def things(user: User, at: datetime) -> list[Thing]:
    return [
        *_invited(user),
        *_asked_for_a_place(user),
        *_called_off(user),
        *_letters(user, at),
        *_tasks(user, at),
    ]


def _invited(user: User) -> list[Thing]:
    """Buyer groups that wait for an answer of an organisation that the person administers."""
    organisations = Organisation.objects.of(user, Can.ADMINISTER)
    waiting = Participant.objects.filter(state=Participant.State.INVITED, organisation__in=organisations)
    return [
        Thing(Urgency.NOW, _("You are invited"), each.group.name, each.group.get_absolute_url(), each.since)
        for each in waiting.select_related("group").order_by("since", "pk")[:SHOWN]
    ]


def _asked_for_a_place(user: User) -> list[Thing]:
    """Who has asked to take part in a group whose lead the person administers."""
    led = BuyerGroup.objects.led_by(user, Can.ADMINISTER)
    waiting = Participant.objects.filter(state=Participant.State.ASKED, group__in=led)
    return [
        Thing(
            Urgency.NOW,
            _("%(name)s asks to take part") % {"name": each.organisation.name},
            each.group.name,
            reverse("networks:group_decide", args=[each.group.slug, each.pk]),
            each.since,
        )
        for each in waiting.select_related("group", "organisation").order_by("since", "pk")[:SHOWN]
    ]


def _called_off(user: User) -> list[Thing]:
    """Option holders that wait for the lead's answer."""
    led = BuyerGroup.objects.led_by(user, Can.ADMINISTER)
    waiting = CallOff.objects.waiting().filter(procurement__buyer_group__in=led).select_related("organisation")
    asked = list(waiting.order_by("asked_at", "pk")[:SHOWN])
    told = Notice.objects.published().filter(kind=Kind.COMPETITION, procurement__call_offs__in=asked)
    competitions = {each.procurement_id: each for each in told.select_related("current_version").order_by("created_at")}
    return [
        Thing(
            Urgency.NOW,
            _("%(name)s wants to use its option, and waits for your answer") % {"name": each.organisation.name},
            notice.current_version.title if notice.current_version else notice.title,
            reverse("procurements:call_off_decide", args=[notice.slug, each.pk]),
            each.asked_at,
        )
        for each in asked
        if (notice := competitions.get(each.procurement_id))
    ]


def _letters(user: User, at: datetime) -> list[Thing]:
    """Letters of intent that an organisation of the person has not answered: late ones first."""
    today, letters = timezone.localdate(at), []
    waiting = Letter.objects.waiting().answerable_by(user).select_related("participant__group")
    for letter in waiting.order_by("sign_by", "pk")[:SHOWN]:
        urgency = Urgency.NOW if letter.sign_by < today else Urgency.SOON
        due = datetime.combine(letter.sign_by, time(), at.tzinfo)
        group = letter.participant.group.name
        letters.append(
            Thing(urgency, _("Sign the letter of intent"), group, letter.get_absolute_url(), due, is_task=True)
        )
    return letters


def _tasks(user: User, at: datetime) -> list[Thing]:
    """What the person is to do in the buyer groups of its organisations: late, soon, or some day."""
    today, tasks = timezone.localdate(at), []
    for task in work_news.owned_by(user).order_by(F("due_on").asc(nulls_last=True), "pk")[:SHOWN]:
        is_late = task.due_on is not None and task.due_on < today
        is_soon = task.due_on is not None and task.due_on <= today + SOON
        tasks.append(
            Thing(
                Urgency.NOW if is_late else Urgency.SOON if is_soon else Urgency.LATER,
                _("A task that is late") if is_late else _("A task in a buyer group"),
                task.title,
                reverse("networks:group_task_list", args=[task.group.slug]) + f"#task-{task.pk}",
                datetime.combine(task.due_on, time(), at.tzinfo) if task.due_on else task.created_at,
                is_task=task.due_on is not None,
            )
        )
    return tasks
