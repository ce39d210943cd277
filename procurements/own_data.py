"""What procurements keep of a person, for its own export (GDPR articles 15 and 20).

The person's own words, and where they stand. Of a notice no more than what is public: a right to read a draft may be gone.
"""

from typing import Any

from django.db.models import F

from accounts.models import User
from procurements.models import (
    Approval,
    ApprovalRound,
    CallOff,
    Comment,
    Feedback,
    Interest,
    Question,
    RequirementStand,
    Review,
    Unsaved,
)

PUBLIC_TITLE = F("notice__current_version__title")  # None: a draft


def everything_of(user: User) -> dict[str, Any]:
    asked = Question.objects.filter(asked_by=user).order_by("received_at", "pk")
    reviews = Review.objects.order_by("asked_at", "pk")
    interests = Interest.objects.filter(registered_by=user).order_by("received_at", "pk")
    return {
        "questions": list(asked.values("text", "received_at", "receipt", "organisation__name", title=PUBLIC_TITLE)),
        "interests": list(
            interests.values(
                "level", "message", "received_at", "withdrawn_at", "organisation__name", ocid=F("procurement__ocid")
            )
        ),
        "team_places": list(
            user.procurement_roles.order_by("added_at").values(
                "role", "added_at", "organisation__name", ocid=F("procurement__ocid")
            )
        ),
        "comments": list(
            Comment.objects.filter(by=user).order_by("at", "pk").values("field", "text", "at", title=PUBLIC_TITLE)
        ),
        "reviews_asked_for": list(reviews.filter(asked_by=user).values("message", "asked_at", title=PUBLIC_TITLE)),
        "reviews_given": list(
            reviews.filter(reviewer=user).values("verdict", "comment", "asked_at", "decided_at", title=PUBLIC_TITLE)
        ),
        "approvals_asked_for": list(
            ApprovalRound.objects.filter(asked_by=user)
            .order_by("asked_at", "pk")
            .values("message", "answer_by", "asked_at", title=PUBLIC_TITLE)
        ),
        "approvals_given": list(
            Approval.objects.filter(by=user)
            .order_by("at", "pk")
            .values("verdict", "comment", "at", "organisation__name", title=PUBLIC_TITLE)
        ),
        "call_offs": list(
            CallOff.objects.filter(asked_by=user)
            .order_by("asked_at", "pk")
            .values(
                "message", "asked_at", "approved_at", "refused_at", "organisation__name", ocid=F("procurement__ocid")
            )
        ),
        "requirements_answered": list(
            RequirementStand.objects.filter(by=user)
            .order_by("at", "pk")
            .values("stand", "note", "at", "organisation__name", requirement_text=F("requirement__text"))
        ),
        "unsaved_texts": list(
            Unsaved.objects.filter(user=user).order_by("at").values("step", "fields", "at", title=PUBLIC_TITLE)
        ),
        "answers_to_suppliers": list(
            Feedback.objects.filter(given_by=user)
            .order_by("given_at", "pk")
            .values("text", "given_at", "changed_at", ocid=F("procurement__ocid"))
        ),
    }
