"""Does the right supplier hear of the right notice? `python -m bench.judging [--failures] [--held totals|languages]`

`judgement.json` holds pairs of what a supplier asked for and a notice, in three languages, with the verdict of a human
reader and its reason, written before any constant of `matchmaking.scoring` was tuned. Good: the supplier would be sorry to
miss it. Weak: worth a glance, neither a gain nor a nuisance. Wrong: a waste of its time. Whole themes are held out; without
`--held` that half is not even judged, so that nobody tunes by it.

Every notice is published by the code that publishes all, read by `reading.facts_of`, and scored by the pure
`scoring.score`. Precision: of the alerts for good and wrong pairs, those for good ones. Recall: of the good pairs, those
that alert. Weak pairs count in neither; how many of them alert stands beside. Peers in the same run: the same CPV division;
any of the words by plain full text; and either of the two, where place, kind and language are right and no word is left out.
"""

import argparse
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bench.database import machine, prepared

JUDGEMENT = Path(__file__).parent / "judgement.json"
NOTHING_SAID = ("affected", "cost_today", "desired_effect", "tried")
OF_THE_PAIR = ("country", "region", "buyer", "kind")  # the rest of a notice is its wording


class Pair(NamedTuple):
    theme: str
    profile: str
    notice: str
    verdict: str
    why: str


class Asked(NamedTuple):
    """One pair as a search sees it: `criteria` and `facts` are those of matchmaking.scoring."""

    pair: Pair
    languages: str  # "sv", or "nb to sv" where the supplier's language is another than the notice's
    criteria: Any
    facts: Any


def publish(notices: dict[str, Any], buyers: dict[str, Any]) -> dict[str, Any]:
    """{id: facts}. `buyers` by name takes in those whom a notice names."""
    from matchmaking import reading
    from procurements.models import NoticeVersion
    from tests import make

    versions = {}
    for place, (id, told) in enumerate(notices.items()):
        name = told.get("buyer", f"Buyer {place}")
        if name not in buyers:
            buyers[name] = make.buyer(name=name, country=told["country"], region=told["region"])
        wording = {name: value for name, value in told.items() if name not in OF_THE_PAIR}
        published = make.notice(
            buyer=buyers[name],
            kind=told["kind"],
            at=make.NOW + timedelta(minutes=place),
            **{
                **dict.fromkeys(NOTHING_SAID, "…"),
                "regions": [told["region"]] if told["region"] else [],
                "procedure": "open" if told["kind"] == "competition" else "",
                **wording,
            },
        )
        versions[published.current_version_id] = id
    rows = NoticeVersion.objects.filter(pk__in=versions).select_related("notice__procurement__organisation")
    return {versions[pk]: facts for pk, facts in reading.facts_of(list(rows)).items()}


def criteria_of(profile: dict[str, Any], buyers: dict[str, Any]) -> Any:
    from matchmaking import reading, words
    from matchmaking.models import Subscription

    told = dict(profile["criteria"])
    told["buyers"] = [buyers[name].pk for name in told.get("buyers", ())]
    subscription = Subscription(name=profile["name"], **told)
    subscription.stems = words.stems([*subscription.words, *subscription.excluded_words])
    return reading.criteria_of(subscription)


def asked(judgement: dict[str, Any], *, held: bool) -> list[Asked]:
    pairs = [Pair(**row) for row in judgement["pairs"] if (row["theme"] in judgement["held"]) == held]
    wanted = {pair.notice for pair in pairs}
    buyers: dict[str, Any] = {}
    facts = publish({id: told for id, told in judgement["notices"].items() if id in wanted}, buyers)
    found = []
    for pair in pairs:
        profile = judgement["profiles"][pair.profile]
        theirs, other = profile["language"], judgement["notices"][pair.notice]["language"]
        found.append(
            Asked(
                pair,
                theirs if theirs == other else f"{theirs} to {other}",
                criteria_of(profile, buyers),
                facts[pair.notice],
            )
        )
    return found


def ours(one: Asked) -> bool:
    from matchmaking.scoring import score

    return score(one.criteria, one.facts).is_alert


def same_division(one: Asked) -> bool:
    return bool({code[:2] for code in one.criteria.cpv} & {code[:2] for code in one.facts.cpv})


def any_word(one: Asked) -> bool:
    """As `to_tsvector(text) @@ plainto_tsquery(word)` says it, in the dictionary of the notice."""
    return any(_has_all(one, word) for word in one.criteria.words)


def filtered(one: Asked) -> bool:
    """What a careful list of alerts does: division or word, and every filter kept."""
    asked = one.criteria
    from matchmaking.scoring import places
    from procurements.models import KINDS_THAT_ASK

    return (
        (same_division(one) or any_word(one))
        and one.facts.kind in (asked.kinds or KINDS_THAT_ASK)
        and (not asked.languages or one.facts.language in asked.languages)
        and (not asked.regions or any(p.startswith(r) for p in places(one.facts) for r in asked.regions))
        and not any(_has_all(one, word) for word in asked.excluded_words)
    )


def _has_all(one: Asked, word: str) -> bool:
    lexemes = one.criteria.stems.get(word, {}).get(one.facts.dictionary, ())
    return bool(lexemes) and one.facts.lexemes.issuperset(lexemes)


WAYS: dict[str, Callable[[Asked], bool]] = {
    "the arena": ours,
    "CPV division equal": same_division,
    "any word, full text": any_word,
    "either, all filters kept": filtered,
}


def line(pairs: list[Asked], alerts: Callable[[Asked], bool]) -> str:
    """Pairs, precision, recall and weak alerts, each with what it was counted from."""
    count = {
        verdict: [alerts(one) for one in pairs if one.pair.verdict == verdict] for verdict in ("good", "weak", "wrong")
    }
    right, wrong, weak = (sum(count[verdict]) for verdict in ("good", "wrong", "weak"))
    precision, recall = _share(right, right + wrong), _share(right, len(count["good"]))
    return f"{len(pairs)} | {precision} | {recall} | {weak} of {len(count['weak'])}"


def _share(part: int, of: int) -> str:
    return f"{part / of:.0%} ({part} of {of})" if of else "–"


def report(half: str, pairs: list[Asked], *, languages: bool) -> None:
    for way, alerts in WAYS.items():
        print(f"| {way} | {half} | all | {line(pairs, alerts)} |")
    if languages:
        for language in ("sv", "nb", "en", "across"):
            some = [
                one for one in pairs if one.languages == language or (language == "across" and " " in one.languages)
            ]
            print(f"| the arena | {half} | {language} | {line(some, ours)} |")


def explain(pairs: list[Asked]) -> None:
    from matchmaking.scoring import score

    for one in pairs:
        found = score(one.criteria, one.facts)
        is_missed = found.is_alert != (one.pair.verdict == "good")
        print(f"{'MISS ' if is_missed and one.pair.verdict != 'weak' else ''}{one.pair.verdict}", end=" ")
        print(one.pair.profile, one.pair.notice, f"({one.languages})", found.points, *found.hits, "-", one.pair.why)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="every pair of the tuned half with its points")
    parser.add_argument("--held", choices=("totals", "languages"), help="judge the half that was held out, too")
    options = parser.parse_args()
    judgement = json.loads(JUDGEMENT.read_text(encoding="utf-8"))
    with prepared("judging"):
        from django.db import transaction

        from taxonomy import loading

        with transaction.atomic():
            loading.load()
            print(f"{machine()}\n")
            print(
                "| search | half | languages | pairs | precision | recall | weak that alert |\n|---|---|---|---|---|---|---|"
            )
            tuned = asked(judgement, held=False)
            report("tune", tuned, languages=True)
            if options.held:
                report("held", asked(judgement, held=True), languages=options.held == "languages")
            if options.failures:
                explain(tuned)
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
