"""The one table that says who may what for an organisation. `docs/access.md` is made from it."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMIN = "admin", _("Administrator")
    EDITOR = "editor", _("Editor")
    READER = "reader", _("Reader")


class Can(StrEnum):
    READ = "read"  # see what the organisation keeps to itself
    WRITE = "write"  # draft needs and notices; edit the offer; register interest
    PUBLISH = "publish"  # make a draft public; amend it
    ADMINISTER = "administer"  # members, verification, the organisation's own page, networks


GRANTS: dict[Role, frozenset[Can]] = {
    Role.ADMIN: frozenset(Can),
    Role.EDITOR: frozenset({Can.READ, Can.WRITE, Can.PUBLISH}),
    Role.READER: frozenset({Can.READ}),
}


def roles_that(can: Can) -> list[Role]:
    return [role for role, grants in GRANTS.items() if can in grants]
