"""The one table that says who may what on the team of a procurement. `docs/access.md` is made from it.

The querysets of `Notice` read it (`editable_by`, `answerable_by`, ...). Besides the team, those who administer the
organisation may everything but INSIDE: for that they take a place on the team, which is audited.
"""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TeamRole(TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    ANSWERER = "answerer", _("Answers questions")
    READER = "reader", _("Reader")


class TeamCan(StrEnum):
    READ = "read"  # drafts, comments, reviews
    INSIDE = "inside"  # who is interested, who asked (quality part 4.2)
    ANSWER = "answer"  # draft answers to suppliers
    EDIT = "edit"  # the text and all that belongs to it; publish, where the organisation lets the person publish
    MANAGE = "manage"  # the team, the secrecy, how it ends


TEAM_GRANTS: dict[TeamRole, frozenset[TeamCan]] = {
    TeamRole.OWNER: frozenset(TeamCan),
    TeamRole.EDITOR: frozenset({TeamCan.READ, TeamCan.INSIDE, TeamCan.ANSWER, TeamCan.EDIT}),
    TeamRole.ANSWERER: frozenset({TeamCan.READ, TeamCan.INSIDE, TeamCan.ANSWER}),
    TeamRole.READER: frozenset({TeamCan.READ, TeamCan.INSIDE}),
}

ADMINISTRATORS_MAY = frozenset(TeamCan) - {TeamCan.INSIDE}

WORDS: dict[TeamCan, str | Promise] = {
    TeamCan.READ: _("Read drafts"),
    TeamCan.INSIDE: _("See interest and questions"),
    TeamCan.ANSWER: _("Write answers"),
    TeamCan.EDIT: _("Write and publish"),
    TeamCan.MANAGE: _("Decide on team and outcome"),
}


def roles_that(can: TeamCan) -> list[TeamRole]:
    return [role for role, grants in TEAM_GRANTS.items() if can in grants]
