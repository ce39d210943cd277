"""From rows to what `scoring` judges: criteria of subscriptions, facts of published versions."""

from collections.abc import Sequence

from matchmaking import words
from matchmaking.models import Subscription
from matchmaking.scoring import Criteria, Facts, Lesson
from networks.models import BuyerGroup
from procurements import money
from procurements.models import NoticeSearch, NoticeVersion

# What is wanted. What has been tried and what it costs today would find those who offer what failed.
TEXTS = ("title", "summary", "problem", "affected", "desired_effect", "description")
TEXT_LIMIT = 200_000  # characters; a tsvector holds 1 MB
READ_AS = {"no": "nb", "nn": "nb"}  # who reads Norwegian reads it in both forms
NUTS_COUNTRY = {"GR": "EL", "GB": "UK"}  # where NUTS departs from ISO 3166-1


def criteria_of(subscription: Subscription) -> Criteria:
    return Criteria(
        cpv=tuple(subscription.cpv),
        regions=tuple(subscription.regions),
        goals=tuple(subscription.goals),
        words=tuple(subscription.words),
        excluded_words=tuple(subscription.excluded_words),
        languages=tuple(subscription.languages),
        kinds=tuple(subscription.kinds),
        needs_all=subscription.needs_all,
        value_from=money.euro(subscription.value_from, subscription.currency),
        value_to=money.euro(subscription.value_to, subscription.currency),
        buyers=tuple(subscription.buyers),
        networks=tuple(subscription.networks),
        levels=tuple(subscription.levels),
        lessons=tuple(
            Lesson(lesson.about, lesson.value, lesson.points)
            for lesson in (subscription.lessons.all() if subscription.pk else ())
        ),
        stems=subscription.stems,
    )


def facts_of(versions: Sequence[NoticeVersion]) -> dict[int, Facts]:
    """{version's id: facts} of current versions, in two or three queries.

    They come with `notice__procurement__organisation` selected.
    """
    texts = {
        version.pk: (
            words.dictionary_of(version.language),
            "\n".join(getattr(version, name) for name in TEXTS)[:TEXT_LIMIT],
        )
        for version in versions
    }
    lexemes = words.lexemes_of(texts)
    # Who buys, and whether it is innovation, was found out when the search row was written.
    searched = dict(
        NoticeSearch.objects.filter(notice__in=[version.notice_id for version in versions]).values_list(
            "notice_id", "keys"
        )
    )
    groups = {group for version in versions if (group := version.notice.procurement.buyer_group_id)}
    networks = dict(BuyerGroup.objects.filter(pk__in=groups).values_list("pk", "network")) if groups else {}
    return {
        version.pk: _facts(
            version,
            texts[version.pk][0],
            lexemes[version.pk],
            searched.get(version.notice_id, ()),
            networks.get(version.notice.procurement.buyer_group_id or 0),
        )
        for version in versions
    }


def _facts(
    version: NoticeVersion, dictionary: str, lexemes: frozenset[str], keys: Sequence[str], network: int | None
) -> Facts:
    procurement = version.notice.procurement
    country = procurement.organisation.country
    return Facts(
        kind=version.notice.kind,
        language=READ_AS.get(version.language, version.language),
        dictionary=dictionary,
        country=NUTS_COUNTRY.get(country, country),
        cpv=frozenset(version.cpv),
        regions=frozenset(version.regions),
        goals=frozenset(version.goals),
        lexemes=lexemes,
        value=money.euro(version.value, version.currency),
        buyers=frozenset(int(key[2:]) for key in keys if key.startswith("B:")) | {procurement.organisation_id},
        networks=frozenset({network} if network else ()),
        level=next((key[2:] for key in keys if key.startswith("I:")), ""),
    )
