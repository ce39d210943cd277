"""Why did somebody (not) hear of a notice? What support may be told of it (D13, quality 4.2).

Asked for one person and one published notice. Of an organisation's offer, which suppliers make public, support hears whether it
found the notice, with how many points, and by what sort of criteria. Of what a person asked for itself (saved searches, what it
follows) support hears whether something found it, no more: neither name nor criteria nor number. That a person put a notice
away, muted it or taught a search to leave it out is one sentence for all, "a choice keeps it away". Interest and questions,
and the lines that come of them, are not looked at here at all: whoever is told of a change because of an interest reads in
this answer like one who is not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from matchmaking import hearing
from matchmaking.models import Attention, Match, MatchFailure, MatchRun, Receiver, Subscription
from matchmaking.reading import criteria_of, facts_of
from matchmaking.scoring import ALERT_AT, Facts, score
from notifications.models import Notification, Preference, Rhythm
from notifications.tracing import Finding
from procurements.models import Notice, NoticeVersion

MOST = 3  # notices that are explained at once
SORTS = {
    "cpv": gettext_lazy("field"),
    "near": gettext_lazy("field nearby"),
    "word": gettext_lazy("word"),
    "goal": gettext_lazy("goal"),
    "region": gettext_lazy("region"),
    "country": gettext_lazy("country"),
    "buyer": gettext_lazy("buyer"),
    "network": gettext_lazy("network"),
    "level": gettext_lazy("innovation"),
    "kind": gettext_lazy("kind of notice"),
}


def explain(person: User, words: str, at: datetime) -> list[Finding]:
    """What can be said of the person and the newest published notices that `words` name: their address or a part of the title."""
    found = []
    for notice in named(words)[:MOST]:
        version = notice.current_version
        assert version is not None  # named
        version.notice = notice
        line = Notification.objects.filter(
            recipient=person,
            event__kind="match",
            event__subject_type=notice._meta.label_lower,
            event__subject_id=str(notice.pk),
        ).select_related("event", "recipient")
        told = line.first()
        run = MatchRun.objects.filter(version=version).first()
        said = [_matched(version, run), *_heard_of_by(person, version, run, is_told=told is not None)]
        found.append(Finding(version.title, notice.get_absolute_url(), said, told))
    return found


def named(words: str) -> QuerySet[Notice]:
    """Published notices whose address stands in the words, or whose title has them."""
    public = Notice.objects.exclude(current_version=None).select_related(
        "current_version", "procurement__organisation", "procurement__buyer_group"
    )
    codes = [part.rpartition("-")[2] for part in re.split(r"[/\s?#]+", words) if "/" in words and part]
    by = {"code__in": codes} if codes else {"current_version__title__icontains": words}
    return public.filter(**by).order_by("-current_version__published_at", "-pk")


def _matched(version: NoticeVersion, run: MatchRun | None) -> str:
    if run:
        return _("The notice was matched %(when)s.") % {"when": _when(run.at)}
    if failure := MatchFailure.objects.filter(version=version).first():
        return _("The notice could not be matched yet; it is tried again %(when)s.") % {"when": _when(failure.next_at)}
    return _("The notice waits to be matched since %(when)s.") % {"when": _when(version.published_at)}


def _heard_of_by(person: User, version: NoticeVersion, run: MatchRun | None, *, is_told: bool) -> list[str]:
    """Each thing that could have found the notice for the person, and what keeps it from hearing."""
    if not person.is_active:
        return [_("The account is closed: nobody is told.")]
    if person.pk in hearing.inside(version):
        return [_("It is a notice of the person's own organisation, whose people are told of nothing that is theirs.")]
    facts = facts_of([version])[version.pk]
    own = Subscription.objects.filter(person=person)
    organisations = Organisation.objects.of(person)
    said = [_own(own, person, version, facts, run)]
    for organisation in organisations.order_by("name"):
        offer = Subscription.objects.filter(organisation=organisation).first()
        said.append(_offer(offer, organisation, person, version, facts, run))
    if not organisations:
        said.append(_("The person is a member of no organisation, so no offer can find anything for it."))
    if _is_away(person, version):
        said.append(_("A choice of the person or of a colleague keeps the notice away."))
    elif run and not is_told:
        said.append(
            _(
                "No line says so in the inbox: nothing found it, or what found it was made or changed later, or the person had heard of it already."
            )
        )
    if _wants_no_mail(person):
        said.append(_("The person wants no mail of suggestions; they stand in the inbox alone."))
    return said


def _own(own: QuerySet[Subscription], person: User, version: NoticeVersion, facts: Facts, run: MatchRun | None) -> str:
    """One sentence for all that a person asked for itself: neither which it is nor how many there are."""
    if _matches(version).filter(subscription__in=own).exists():
        return _("Something that the person asked for itself found the notice.")
    fitting = [each for each in own.prefetch_related("lessons") if _fits(each, facts)]
    if any(each.paused_at or not Receiver.objects.filter(subscription=each, user=person).exists() for each in fitting):
        return _("Something that the person asked for itself would have found it, but it is paused.")
    if fitting:
        return _(
            "Something that the person asked for itself would find it now: it was changed later, or a choice keeps it away."
        )
    return _("Nothing that the person asked for itself fits the notice.")


def _offer(
    offer: Subscription | None,
    organisation: Organisation,
    person: User,
    version: NoticeVersion,
    facts: Facts,
    run: MatchRun | None,
) -> str:
    words: dict[str, object] = {"name": organisation.name, "least": ALERT_AT}
    if offer is None:
        return _("%(name)s has not said what it offers, so nothing can be found for it.") % words
    match = _matches(version).filter(subscription=offer).order_by("-version__number").first()
    if match:
        words |= {"points": match.score, "by": ", ".join(_sorts(match))}
        if not Receiver.objects.filter(subscription=offer, user=person).exists():
            return (
                _("The offer of %(name)s found it, with %(points)s points, but the person does not receive it.") % words
            )
        return _("The offer of %(name)s found it, with %(points)s points, by: %(by)s.") % words
    if offer.paused_at:
        return _("The offer of %(name)s is paused.") % words
    judged = score(criteria_of(offer), facts)
    words["points"] = judged.points
    if judged.is_alert and run is None:
        return _("The offer of %(name)s fits, with %(points)s points.") % words
    if judged.is_alert:
        return _("The offer of %(name)s would find it now: it was changed after the notice was matched.") % words
    if _fits(offer, facts):
        return _("The offer of %(name)s fits, but a choice of its people keeps notices like this away.") % words
    return _("The offer of %(name)s does not fit: %(points)s points, and %(least)s are needed.") % words


def _matches(version: NoticeVersion) -> QuerySet[Match]:
    return Match.objects.filter(version__notice=version.notice_id)


def _fits(subscription: Subscription, facts: Facts) -> bool:
    """But for what "not relevant" has taught it."""
    return score(replace(criteria_of(subscription), lessons=()), facts).is_alert


def _sorts(match: Match) -> list[str]:
    kinds = dict.fromkeys(hit.partition(":")[0] for hit in match.hits)
    return [str(SORTS[kind]) for kind in kinds if kind in SORTS]


def _is_away(person: User, version: NoticeVersion) -> bool:
    dismissed = (
        _matches(version).filter(subscription__in=Subscription.objects.seen_by(person)).exclude(dismissed_at=None)
    )
    muted = Attention.objects.filter(
        user=person, procurement=version.notice.procurement_id, level=Attention.Level.MUTED
    )
    return dismissed.exists() or muted.exists()


def _wants_no_mail(person: User) -> bool:
    return Preference.objects.filter(user=person, kind="match", rhythm=Rhythm.OFF).exists()


def _when(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
