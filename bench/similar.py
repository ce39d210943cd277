"""How well are other buyers with the same need found? `python -m bench.similar [--failures]`

`similar_needs.json` holds needs that procurers in three languages could have written, before the engine was tuned: families
of two to four that are one need, each with a buyer, place, size and codes of its own, and others that share words or codes
with them and are something else. Whole families are held out: `--failures` shows the misses of the tuned half alone.

Each need that has siblings is asked about in turn, as if it were a draft, among all the others, which are published.
Precision: how many of those shown (at most five) are siblings. Recall: how many of its siblings are shown. Beside it, in
the same run over the same rows: the newest with the same CPV class, and a plain full-text OR of all words.

Of how fast it is among many: `python -m bench.similar_speed`.
"""

import argparse
import json
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

from bench.database import machine, prepared

NEEDS = Path(__file__).parent / "similar_needs.json"
TOP = 5
LANGUAGES = ("sv", "nb", "en")
Found = list[str]  # ids of needs, the most alike first


def needs() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NEEDS.read_text(encoding="utf-8"))
    return found


def publish(every: list[dict[str, Any]]) -> dict[str, Any]:
    """{id: notice}, each of a buyer of its own, published one after the other."""
    from matchmaking import counting
    from tests import make

    published = {}
    for place, need in enumerate(every):
        buyer = make.buyer(country=need["country"], region=need["region"], inhabitants=need["inhabitants"])
        told: dict[str, Any] = {
            name: need[name] for name in ("language", "title", "problem", "desired_effect", "cpv", "goals")
        }
        nothing = dict.fromkeys(("summary", "affected", "cost_today", "tried", "description"), "…")
        wording: dict[str, Any] = {**nothing, **told}
        published[need["id"]] = make.notice(
            buyer=buyer,
            kind=need["kind"],
            at=make.NOW + timedelta(minutes=place),
            deadline_at=make.NOW + timedelta(days=30),
            regions=[need["region"]],
            **wording,
        )
    counting.refresh()
    return published


def ours(notice: Any, ids: dict[int, str]) -> Found:
    from matchmaking.similar import similar_for_team
    from tests import make

    return [ids[one.notice.pk] for one in similar_for_team(notice, at=make.NOW + timedelta(days=1)).rows]


def same_class(notice: Any, ids: dict[int, str]) -> Found:
    """The newest with the same CPV class: what a list with a filter gives."""
    from procurements.models import NoticeSearch

    keys = [f"P:{code[:4]}" for code in notice.cpv]
    rows = NoticeSearch.objects.filter(keys__overlap=keys).exclude(pk=notice.pk).order_by("-published_at")
    return [ids[pk] for pk in rows.values_list("pk", flat=True)[:TOP]]


def full_text(notice: Any, ids: dict[int, str]) -> Found:
    """All words of the text with OR between them, ranked as PostgreSQL does."""
    from django.contrib.postgres.search import SearchRank
    from django.db.models import F
    from django.db.models.expressions import RawSQL

    from procurements import meaning
    from procurements.models import NoticeSearch

    text = " ".join((notice.title, notice.problem, notice.desired_effect))
    question = meaning.Question(
        tuple((meaning.Term(word),) for word in dict.fromkeys(re.findall(r"\w+", text.lower())))
    )
    sql, parameters = question.sql()
    rows = NoticeSearch.objects.filter(meaning.stands_in(F("document"), sql, parameters)).exclude(pk=notice.pk)
    rank = SearchRank(F("document"), RawSQL(sql, tuple(parameters)))  # noqa: S611  words are parameters
    ranked = rows.annotate(rank=rank).order_by("-rank", "-pk")
    return [ids[pk] for pk in ranked.values_list("pk", flat=True)[:TOP]]


WAYS: dict[str, Callable[[Any, dict[int, str]], Found]] = {
    "the arena": ours,
    "newest of the CPV class": same_class,
    "full text, OR": full_text,
}


def siblings(need: dict[str, Any], every: list[dict[str, Any]], language: str = "") -> set[str]:
    """Ids of the others that are the same need, of one language or of any."""
    same = (one for one in every if need["need"] and one["need"] == need["need"] and one is not need)
    return {one["id"] for one in same if language in ("", one["language"])}


def measured(every: list[dict[str, Any]], answers: dict[str, Found], asked: list[dict[str, Any]], language: str) -> str:
    """How many are asked about, precision and recall; of one language, of what is found and lacking in that one."""
    counted = {one["id"] for one in every if language in ("", one["language"])}
    right = shown = wanted = 0
    for need in asked:
        same, found = siblings(need, every, language), counted.intersection(answers[need["id"]])
        right, shown, wanted = right + len(same & found), shown + len(found), wanted + min(TOP, len(same))
    return f"{len(asked)} | {right / shown if shown else 0:.0%} | {right / wanted if wanted else 0:.0%}"


def report(failures: bool) -> None:
    every = needs()
    published = publish(every)
    ids = {notice.pk: id for id, notice in published.items()}
    answers = {way: {id: search(published[id], ids) for id in published} for way, search in WAYS.items()}
    print("| search | half | languages | needs | precision at 5 | recall at 5 |\n|---|---|---|---|---|---|")
    for way, found in answers.items():
        for half in ("tune", "held"):
            asked = [need for need in every if need["half"] == half and need["need"]]
            print(f"| {way} | {half} | all | {measured(every, found, asked, '')} |")
    for half, own, other in product(("tune", "held"), LANGUAGES, LANGUAGES):
        asked = [
            need for need in every if need["half"] == half and need["language"] == own and siblings(need, every, other)
        ]
        if asked:
            print(
                f"| the arena | {half} | {own} finds {other} | {measured(every, answers['the arena'], asked, other)} |"
            )
    lonely = {half: [n["id"] for n in every if not n["need"] and n["half"] == half] for half in ("tune", "held")}
    for half, some in lonely.items():
        silent = sum(not answers["the arena"][id] for id in some)
        print(f"\nOf {len(some)} needs of the {half} half that nobody shares, {silent} are told “nobody yet”.")
    if failures:
        explain(every, published, ids)


def explain(every: list[dict[str, Any]], published: dict[str, Any], ids: dict[int, str]) -> None:
    from matchmaking import similar
    from matchmaking.likeness import likeness
    from tests import make

    at = make.NOW + timedelta(days=1)
    for need in every:
        if need["half"] != "tune":
            continue
        notice = published[need["id"]]
        asked, counted = similar.read(notice, notice)
        found = similar._candidates(asked, counted, not_of={notice.procurement.organisation_id})
        print(need["id"], [phrase for meaning in asked.meanings for phrase in [meaning.phrases[0].words]])
        judged = [
            (likeness(asked, said), ids[version.notice_id]) for version, said in similar._read_candidates(found, at)
        ]
        same = siblings(need, every)
        for like, id in sorted(judged, key=lambda one: -one[0].points):
            if id in same or like.is_shown:
                told = [(reason.kind, *reason.values) for reason in like.reasons]
                print("  ", "+" if id in same else "WRONG", id, like.subject, like.is_shown, told)
        for id in same - {id for _like, id in judged}:
            print("   no candidate:", id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="what was judged how, in the tuned half")
    options = parser.parse_args()
    with prepared("similar"):
        from django.db import transaction

        from taxonomy import loading

        with transaction.atomic():
            loading.load()
            print(f"{machine()}\n")
            report(options.failures)
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
