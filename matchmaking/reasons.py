"""Reasons in words: "CPV 33196 Medical aids", "the region Skåne län", "the word fallsensor"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from taxonomy import labels

Reasons = list[dict[str, Any]]


def with_labels(many: Sequence[Reasons], languages: Iterable[str]) -> list[Reasons]:
    """The same lists, each reason with `label`: {language: label}. Three queries a language, however many reasons."""
    every = [reason for reasons in many for reason in reasons]
    cpv = {_cpv_code(reason["value"]) for reason in every if reason["kind"] in ("cpv", "near")}
    regions = {reason["value"] for reason in every if reason["kind"] in ("region", "country")}
    goals = {int(reason["value"]) for reason in every if reason["kind"] == "goal"}
    found: dict[str, dict[tuple[str, str], str]] = {}
    for language in languages:
        found[language] = {
            **{("cpv", code): label for code, label in labels.cpv_labels(cpv, language).items()},
            **{("region", code): label for code, label in labels.region_labels(regions, language).items()},
            **{("goal", str(goal)): label for goal, label in labels.goal_labels(goals, language).items()},
        }
    return [
        [
            {**reason, "label": {language: words.get(_key(reason), "") for language, words in found.items()}}
            for reason in reasons
        ]
        for reasons in many
    ]


def sentence(reason: dict[str, Any], language: str) -> str:
    """One reason as a phrase that can stand alone, in the active language; `with_labels` gave it its label."""
    value = str(reason["value"])
    label = reason.get("label", {}).get(language, "")
    words = {"value": value, "label": "" if label in (value, _cpv_code(value)) else label}
    if reason["kind"] == "cpv":
        return (_("CPV %(value)s %(label)s") % words).strip()
    if reason["kind"] == "near":
        return _("CPV %(value)s %(label)s, which is wider than your field") % words
    if reason["kind"] == "word":
        return _("the word %(value)s") % words
    if reason["kind"] == "goal":
        return (_("goal %(value)s %(label)s") % words).strip()
    if reason["kind"] == "region":
        return _("the region %(label)s") % {"label": label or value}
    if reason["kind"] == "country":
        return _("all of %(label)s") % {"label": label or value}
    if reason["kind"] == "question":
        return _("you have asked a question")
    return _("you have registered interest") if reason["kind"] == "interest" else value


def sentences(reasons: Iterable[dict[str, Any]], language: str) -> list[str]:
    return [sentence(reason, language) for reason in reasons]


def _cpv_code(prefix: str) -> str:
    return prefix.ljust(8, "0")


def _key(reason: dict[str, Any]) -> tuple[str, str]:
    kind, value = reason["kind"], str(reason["value"])
    if kind in ("cpv", "near"):
        return "cpv", _cpv_code(value)
    return ("region" if kind == "country" else kind), value
