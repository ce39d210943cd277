"""From rows to what `scoring` judges: criteria of subscriptions, facts of published versions."""

from collections.abc import Sequence

from matchmaking import words
from matchmaking.models import Subscription
from matchmaking.scoring import Criteria, Facts
from procurements.models import NoticeVersion

# What is wanted. What has been tried and what it costs today would find those who offer what failed.
TEXTS = ("title", "summary", "problem", "affected", "desired_effect", "description")
TEXT_LIMIT = 200_000  # characters; a tsvector holds 1 MB
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
        stems=subscription.stems,
    )


def facts_of(versions: Sequence[NoticeVersion]) -> dict[int, Facts]:
    """{version's id: facts}, stemmed in one query. Versions come with `notice__procurement__organisation` selected."""
    texts = {
        version.pk: (
            words.dictionary_of(version.language),
            "\n".join(getattr(version, name) for name in TEXTS)[:TEXT_LIMIT],
        )
        for version in versions
    }
    lexemes = words.lexemes_of(texts)
    return {version.pk: _facts(version, texts[version.pk][0], lexemes[version.pk]) for version in versions}


def _facts(version: NoticeVersion, dictionary: str, lexemes: frozenset[str]) -> Facts:
    country = version.notice.procurement.organisation.country
    return Facts(
        kind=version.notice.kind,
        language=version.language,
        dictionary=dictionary,
        country=NUTS_COUNTRY.get(country, country),
        cpv=frozenset(version.cpv),
        regions=frozenset(version.regions),
        goals=frozenset(version.goals),
        lexemes=lexemes,
    )
