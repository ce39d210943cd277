"""Beside each field of a text: hints on what stands there, a pattern to write by, and how others wrote it (A1, A37, A38)."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from procurements import hints, patterns
from procurements.models import Notice

register = template.Library()


@register.simple_tag
def step_help(notice: Notice, form: BaseForm) -> dict[str, Any]:
    """What `field_help` shows for the fields of a form, in two queries at most; a form without texts costs none.

    The hints are on what was typed, when the form is bound, and else on the working text.
    """
    fields = [name for name in form.fields if name in hints.TEXTS]
    typed = {name: form[name].value() or "" for name in fields}
    language = str(form["language"].value() or "") if "language" in form.fields else notice.language
    language = language if language in ("sv", "nb", "en") else notice.language
    organisation = notice.procurement.organisation
    return {
        "notice": notice,
        "language": language,
        "hints": hints.hints_for(typed, notice.kind, language),
        "examples": patterns.examples_of(fields, language=language, cpv=notice.cpv, not_of=organisation),
    }


@register.inclusion_tag("procurements/_field_help.html")
def field_help(help: dict[str, Any], field: BoundField) -> dict[str, Any]:
    return {
        "notice": help["notice"],
        "name": field.name,
        "label": field.label,
        "hints": help["hints"].get(field.name, []),
        "pattern": patterns.pattern_for(field.name, help["language"]),
        "pattern_language": help["language"],
        "examples": help["examples"].get(field.name, []),
    }
