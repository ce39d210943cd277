"""What a person follows, in one list with the next date of each: procurements, its organisations' interests, buyers, networks,
fields (B10, B22). The number of queries is fixed, whatever the number of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from matchmaking import following
from matchmaking.following import Level, Subject
from matchmaking.models import Attention, Match, Subscription
from networks.models import Network
from procurements import dates
from procurements.chain import is_open, phase_of
from procurements.dates import Entry
from procurements.models import KINDS_TO_INFLUENCE, Interest, News, Notice
from procurements.standing import standing_of

KINDS = {
    "procurement": gettext_lazy("Procurements"),
    "interest": gettext_lazy("Interest shown"),
    "buyer": gettext_lazy("Buyers"),
    "network": gettext_lazy("Networks"),
    "field": gettext_lazy("Fields"),
}
LETTERS = {"B": "buyer", "W": "network", "P": "field"}
# What a row shows of a notice: its texts are long, and a person may follow hundreds.
SHOWN = (
    *("kind", "code", "source_id", "closed_at", "procurement__organisation__name"),
    *(f"current_version__{name}" for name in ("title", "language", "zone", "number", "published_at")),
    *("current_version__deadline_at", "current_version__questions_until"),
)


@dataclass
class Row:
    kinds: set[str]  # of KINDS; a procurement may be followed, and be one that the organisation is interested in
    name: str
    url: str = ""
    slug: str = ""  # of the forms that stop it
    language: str = ""
    buyer: str = ""
    phase: str = ""
    state: str = ""
    since: datetime | None = None  # of the state
    next: Entry | None = None
    last: str = ""  # what happened last
    last_at: datetime | None = None
    is_muted: bool = False
    procurement: int = 0
    interest: Interest | None = None
    subscription: Subscription | None = None
    notices: list[Notice] | None = None

    @property
    def kind(self) -> str:
        """Of a buyer, network or field, which of them it is."""
        return next(iter(self.kinds), "")


def rows(user: User, *, at: datetime, only: str = "", sort: str = "") -> list[Row]:
    """What the person follows, the nearest date first; `only` one of KINDS, `sort` "name" by name. `with_details` for a page."""
    found = [*_procurements(user, at), *_subjects(user, at)]
    return _sorted([row for row in found if not only or only in row.kinds], sort)


def muted(user: User, *, at: datetime) -> list[Row]:
    """What the person has said to hear no more of."""
    levels = dict(Attention.objects.filter(user=user, level=Level.MUTED).values_list("procurement", "level"))
    return _sorted(_of_procurements(levels, {}, at), "name")


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    rows.sort(key=lambda row: row.name.casefold())
    if sort != "name":
        rows.sort(key=lambda row: (row.next is None, row.next.starts.timestamp() if row.next else 0))
    return rows


def _procurements(user: User, at: datetime) -> list[Row]:
    levels = dict(Attention.objects.filter(user=user).values_list("procurement", "level"))
    own = Interest.objects.own(user).active().select_related("organisation").order_by("-received_at")
    interests = {interest.procurement_id: interest for interest in own}
    shown = {pk: level for pk, level in levels.items() if level == Level.FOLLOWS or pk in interests}
    return _of_procurements(shown, interests, at)


def _of_procurements(levels: dict[int, str], interests: dict[int, Interest], at: datetime) -> list[Row]:
    chains: dict[int, list[Notice]] = defaultdict(list)
    for notice in (
        Notice.objects.published()
        .filter(procurement__in=levels.keys() | interests.keys())
        .select_related("current_version", "procurement__organisation")
        .only(*SHOWN)
        .order_by("created_at", "pk")
    ):
        chains[notice.procurement_id].append(notice)
    coming = _coming(chains, at)
    return [
        _row(pk, notices, levels.get(pk, ""), interests.get(pk), coming.get(pk), at) for pk, notices in chains.items()
    ]


def _row(
    pk: int, notices: list[Notice], level: str, interest: Interest | None, coming: Entry | None, at: datetime
) -> Row:
    newest = notices[-1]
    version = newest.current_version
    assert version is not None  # published
    followed = {"procurement"} if level == Level.FOLLOWS else set()
    return Row(
        kinds=followed | ({"interest"} if interest else set()),
        name=version.title,
        url=newest.get_absolute_url(),
        slug=newest.slug,
        language=version.language,
        buyer=newest.procurement.organisation.name,
        phase=str(phase_of(notices).label),
        state=_("Open") if is_open(notices, at) else _("Closed"),
        next=coming,
        is_muted=level == Level.MUTED,
        procurement=pk,
        interest=interest,
        notices=notices,
    )


def _coming(chains: dict[int, list[Notice]], at: datetime) -> dict[int, Entry]:
    """{procurement: its next date}. When the competition is out, it alone says the dates, as it alone can be answered."""
    shown: list[Notice] = []
    for notices in chains.values():
        furthest = [notice for notice in notices if notice.kind not in KINDS_TO_INFLUENCE]
        shown += furthest or notices
    of = {notice.code: notice.procurement_id for notice in shown}
    found: dict[int, Entry] = {}
    for entry in (*dates.of_notices(shown), *dates.of_stages(shown)):
        pk = of[entry.key.partition("-")[0]]
        if entry.starts >= at and not entry.is_called_off and (pk not in found or entry.starts < found[pk].starts):
            found[pk] = entry
    return found


def _subjects(user: User, at: datetime) -> list[Row]:
    """Buyers, networks and fields. Their next date is the nearest deadline of what was found by them."""
    followed = list(Subscription.objects.filter(person=user).exclude(follows=""))
    coming = _nearest(followed, at) if followed else {}
    return [
        Row(
            kinds={LETTERS[each.follows[0]]},
            name=each.name,
            state=_("Paused") if each.paused_at else "",
            since=each.paused_at,
            next=coming.get(each.pk),
            subscription=each,
        )
        for each in followed
    ]


def _nearest(subscriptions: Iterable[Subscription], at: datetime) -> dict[int, Entry]:
    nearest = (
        Match.objects.current()
        .suggested()
        .filter(subscription__in=subscriptions, version__deadline_at__gt=at, version__notice__closed_at=None)
        .order_by("subscription", "version__deadline_at")
        .distinct("subscription")
        .values_list("subscription", "version__notice")
    )
    of = dict(nearest)
    related = ("current_version", "procurement__organisation")
    notices = list(Notice.objects.filter(pk__in=of.values()).select_related(*related).only(*SHOWN))
    by_pk = {notice.pk: notice.code for notice in notices}
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in dates.of_notices(notices):
        if entry.starts > at:
            entries[entry.key.partition("-")[0]].append(entry)
    return {
        subscription: min(entries[by_pk[notice]], key=lambda entry: entry.starts) for subscription, notice in of.items()
    }


def with_details(rows: list[Row], *, at: datetime, language: str) -> list[Row]:
    """The rows of one page, with where the interests stand and what happened last."""
    _tell_last_of_procurements([row for row in rows if row.notices])
    _tell_standing([row for row in rows if row.interest], at)
    _tell_last_of_subjects([row for row in rows if row.subscription], language)
    return rows


def _tell_last_of_procurements(rows: list[Row]) -> None:
    newest = (
        News.objects.filter(notice__procurement__in=[row.procurement for row in rows])
        .order_by("notice__procurement", "-at", "-pk")
        .distinct("notice__procurement")
        .values_list("notice__procurement", "kind", "at")
    )
    told = {pk: (kind, at) for pk, kind, at in newest}
    for row in rows:
        versions = [notice.current_version for notice in row.notices or () if notice.current_version]
        last = max(versions, key=lambda version: version.published_at)
        row.last, row.last_at = _("Published") if last.number == 1 else _("Changed"), last.published_at
        kind, at = told.get(row.procurement, ("", None))
        if at and at > last.published_at:
            row.last, row.last_at = str(News.Kind(kind).label), at


def _tell_standing(rows: list[Row], at: datetime) -> None:
    interests = [row.interest for row in rows if row.interest]
    for row, stands in zip(rows, standing_of(interests, at=at), strict=True):
        row.state, row.since = str(stands["state"]), stands["since"]


def _tell_last_of_subjects(rows: list[Row], language: str) -> None:
    followed = [row.subscription for row in rows if row.subscription]
    found = (
        Match.objects.current()
        .suggested()
        .filter(subscription__in=followed)
        .order_by("subscription", "-created_at", "-pk")
        .distinct("subscription")
        .values_list("subscription", "version__title", "version__published_at")
    )
    last = {pk: (title, at) for pk, title, at in found}
    subjects = _subjects_of(followed, language)
    for row in rows:
        assert row.subscription is not None
        row.last, row.last_at = last.get(row.subscription.pk, ("", None))
        if subject := subjects.get(row.subscription.follows):
            row.name, row.url, row.slug = subject.name, subject.url, subject.slug


def _subjects_of(followed: Iterable[Subscription], language: str) -> dict[str, Subject]:
    """{key: what is followed}, in three queries."""
    by_letter: dict[str, list[Subscription]] = defaultdict(list)
    for each in followed:
        by_letter[each.follows[0]].append(each)
    buyers = Organisation.objects.filter(pk__in=[each.buyers[0] for each in by_letter["B"]])
    networks = Network.objects.filter(pk__in=[each.networks[0] for each in by_letter["W"]])
    fields = [following.of_field(each.cpv[0], each.name) for each in by_letter["P"]]
    subjects = [*map(following.of_buyer, buyers), *map(following.of_network, networks), *fields]
    return {subject.key: subject for subject in subjects}
