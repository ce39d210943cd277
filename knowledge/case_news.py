"""What a buyer hears of a case about its procurement: that it is public, once, so that a mistake is found by who knows best.

A public case whose news nobody has written is the queue; the round finds it whichever way the case became public.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.models import Article, CaseFacts, Genre
from notifications.kinds import Change, Kind, Line
from notifications.models import Event, Notification, Rhythm
from notifications.rounds import each_alone
from notifications.telling import Recipient, tell
from procurements.models import TeamMember
from procurements.places import fetched, place_of

KEY = "case-public:"


def due() -> QuerySet[CaseFacts]:
    """Facts of public cases about procurements written here, of which the team has not heard."""
    told = Event.objects.filter(key=Concat(Value(KEY), Cast(OuterRef("article_id"), CharField())))
    public = Article.objects.public().filter(genre=Genre.CASE)
    cases = CaseFacts.objects.filter(article__in=public, procurement__source="")
    return cases.filter(~Exists(told)).select_related("procurement").order_by("pk")


def tell_due(at: datetime) -> int:
    """Tells the teams; returns of how many cases. A round that runs twice tells once."""
    return each_alone(list(due()), lambda case: _tell(case, at=at))


def _tell(case: CaseFacts, *, at: datetime) -> None:
    assert case.procurement is not None  # due
    places = TeamMember.objects.filter(procurement=case.procurement).still_buying()
    team = places.filter(user__is_active=True).select_related("user", "organisation")
    people = [Recipient(place.user, place.organisation) for place in team]
    tell("case-public", f"{KEY}{case.article_id}", case, people, at=at)


def _may_see(notification: Notification) -> bool:
    case: CaseFacts = notification.subject
    public = case.article.is_current and case.procurement is not None
    return public and place_of(notification, case.procurement) is not None  # type: ignore[arg-type]


def _line(notification: Notification, language: str) -> Line:
    case: CaseFacts = notification.subject
    version = case.article.version_for(language)
    said = {"title": version.title if version else case.article.slug, "address": settings.CONTACT_EMAIL}
    return Line(
        title=_("A case about your procurement is public: “%(title)s”") % said,
        url=case.article.get_absolute_url(),
        text=_(
            "The editors of the guidance wrote it from what you have published. Is something wrong? Write to %(address)s."
        )
        % said,
    )


KINDS = (
    Kind(
        code="case-public",
        label=gettext_lazy("Cases about your procurements"),
        description=gettext_lazy("When the guidance tells others what a procurement gave whose team you are on."),
        default_rhythm=Rhythm.AT_ONCE,
        change=Change.OTHER,
        may_see=_may_see,
        line=_line,
        subject_with=("article", "procurement__buyer_group"),
        subject_prefetch=("article__texts__current_version", *fetched("procurement__")),
    ),
)
