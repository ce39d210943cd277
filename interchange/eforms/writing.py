"""A published notice as eForms XML: what the public reads, in the form that fits it (G3). Our own reader reads it back.

Subtypes are chosen by `writing_forms.form_of` for what was written here; an imported notice keeps its own. The languages,
codes and element order are eForms' (SDK 1.13, UBL 2.3). See docs/decisions/0020 for what is left out.
"""

from __future__ import annotations

from datetime import datetime

from interchange.eforms.facts import Change
from interchange.eforms.writing_facts import facts_of_imported, identifier_of, said, stable_uuid, version_of
from interchange.eforms.writing_forms import FORMS_OF_KIND, Form, form_of
from interchange.eforms.writing_own import Occasion, complete, earlier_than, facts_of_own, reference_to
from interchange.eforms.writing_xml import element_of, xml_of
from procurements.models import Closing, Kind, Notice, NoticeVersion, Outcome

CANCELLED = (Closing.CANCELLED, Closing.WITHDRAWN)
RESULTS = (Outcome.Result.AWARDED, Outcome.Result.UNSUITABLE, Outcome.Result.CANCELLED)


class NoForm(Exception):
    """eForms has no form for this: an effect report, or how a need or a market consultation went on."""


def has_form(notice: Notice) -> bool:
    """Whether `write` has something to write for the notice's versions."""
    return notice.source_id is not None or notice.kind in FORMS_OF_KIND


def write(version: NoticeVersion) -> bytes:
    """The version as a notice. Raises NoForm.

    An amendment names what it changes and why (BT-758, BT-140, BT-762). The current version of a notice that was cancelled or
    withdrawn is written as the change that says so: the next version, with BT-140 "cancel".
    """
    if version.notice.source_id is not None:
        return xml_of(element_of(facts_of_imported(version)))
    form = form_of(version)
    if form is None:
        raise NoForm
    earlier = earlier_than(version)
    occasion = _occasion(version, form, earlier)
    root = element_of(facts_of_own(version, occasion, earlier=earlier))
    complete(root, occasion.form, version, decided_on=occasion.outcome.decided_on if occasion.outcome else None)
    return xml_of(root)


def write_result(outcome: Outcome) -> bytes:
    """How a competition ended, as the award notice that follows from it. Raises NoForm.

    The competition's current version gives the words. A corrected outcome is the next version of the same award notice.
    """
    version = outcome.notice.current_version
    if version is None or outcome.notice.kind != Kind.COMPETITION or outcome.result not in RESULTS:
        raise NoForm
    version.notice = outcome.notice
    form = form_of(version, kind=Kind.AWARD)
    assert form is not None
    identifier = stable_uuid("result", outcome.notice.code)
    occasion = Occasion(
        form=form,
        identifier=identifier,
        version=f"{outcome.number:02}",
        at=outcome.recorded_at,
        change=_amends(identifier, outcome.number, outcome.reason, outcome.language, "cor-buy"),
        outcome=outcome,
        follows=(reference_to(version),),
    )
    root = element_of(facts_of_own(version, occasion, earlier=[]))
    complete(root, form, version, decided_on=outcome.decided_on)
    return xml_of(root)


def _occasion(version: NoticeVersion, form: Form, earlier: list[NoticeVersion]) -> Occasion:
    notice, language = version.notice, version.language
    identifier, number, at = identifier_of(notice), version_of(version), version.published_at
    change = _amends(
        identifier, version.number, version.reason, language, "cor-buy" if version.is_minor else "update-add"
    )
    follows = tuple(reference_to(one) for one in earlier)
    outcome: Outcome | None = None
    if notice.kind == Kind.CANCELLATION and earlier:
        cancelled = next((one for one in reversed(earlier) if one.notice.kind == Kind.COMPETITION), earlier[-1])
        form = form_of(cancelled) or form
        change = Change(reference_to(cancelled), ("cancel",), said(version.description or version.summary, language))
        follows = tuple(one for one in follows if one != change.reference)
    elif notice.kind == Kind.AWARD:
        outcome = _outcome_before(version)
    elif ended := _cancelled_at(version):
        change = Change(reference_to(version), ("cancel",), said(notice.closed_reason, language))
        number, at = f"{version.number + 1:02}", ended
    return Occasion(form, identifier, number, at, change, outcome, follows)


def _amends(identifier: str, number: int, reason: str, language: str, code: str) -> Change | None:
    """The change from the version before; none for the first."""
    return Change(f"{identifier}-{number - 1:02}", (code,), said(reason, language)) if number > 1 else None


def _cancelled_at(version: NoticeVersion) -> datetime | None:
    notice = version.notice
    is_current = notice.current_version_id == version.pk
    return notice.closed_at if is_current and notice.closed_as in CANCELLED else None


def _outcome_before(version: NoticeVersion) -> Outcome | None:
    """What an award that was written here tells of: the newest outcome of its procurement's competitions."""
    found = Outcome.objects.filter(
        notice__procurement=version.notice.procurement_id,
        notice__kind=Kind.COMPETITION,
        result=Outcome.Result.AWARDED,
        recorded_at__lte=version.published_at,
    )
    return found.order_by("-recorded_at", "-number").first()
