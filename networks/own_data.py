"""What networks and buyer groups keep of a person, for its own export (GDPR articles 15 and 20): its own words, and where it stood."""

from typing import Any

from django.db.models import F

from accounts.models import User
from networks.models import (
    ApproachMessage,
    GroupTask,
    Letter,
    Meeting,
    NetworkPost,
    ParticipantChange,
    Plan,
    SharedFile,
)

NETWORK, GROUP = F("network__name"), F("group__name")


def everything_of(user: User) -> dict[str, Any]:
    signed = Letter.objects.filter(signed_by=user).order_by("signed_at", "pk")
    steps = ParticipantChange.objects.filter(by=user).order_by("at", "pk")
    return {
        "posts": list(
            NetworkPost.objects.filter(author=user).order_by("at", "pk").values("text", "at", in_network=NETWORK)
        ),
        "minutes": list(
            Meeting.objects.filter(minutes_by=user)
            .order_by("minutes_at", "pk")
            .values("title", "minutes", "minutes_at", in_network=NETWORK, in_group=GROUP)
        ),
        "files": list(
            SharedFile.objects.filter(added_by=user)
            .order_by("added_at", "pk")
            .values("title", "added_at", in_network=NETWORK, in_group=GROUP)
        ),
        "plans": list(
            Plan.objects.filter(created_by=user).order_by("created_at", "pk").values("title", "text", "created_at")
        ),
        "conversations": list(
            ApproachMessage.objects.filter(by=user)
            .order_by("at", "pk")
            .values("text", "at", about=F("approach__about"))
        ),
        "letters_signed": list(
            signed.values("signer_name", "signer_title", "text", "signed_at", in_group=F("participant__group__name"))
        ),
        "answers_in_groups": list(
            steps.values(
                "to_state",
                "message",
                "at",
                organisation=F("participant__organisation__name"),
                in_group=F("participant__group__name"),
            )
        ),
        "tasks": list(
            GroupTask.objects.filter(person=user)
            .order_by("created_at", "pk")
            .values("title", "due_on", "done_at", in_group=GROUP)
        ),
    }
