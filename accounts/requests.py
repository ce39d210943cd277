"""What PersonMiddleware adds to a request, in words that a type checker reads. Annotate views with MemberRequest."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from accounts.grants import Can, roles_that
from accounts.models import Membership, Organisation, User


class PersonRequest(HttpRequest):
    """Any request behind PersonMiddleware; `user` may be anonymous."""

    acting_for: Organisation | None  # whom the person acts for now; always one of `memberships`
    memberships: list[Membership]  # the active ones, oldest first, with their organisations
    duties: frozenset[str]  # values of Duty
    standing: Standing
    ended_for: int  # whose session ended with this very request, if one did


class MemberRequest(PersonRequest):
    """The request of a person who is logged in, which is every request to a view without `@login_not_required`."""

    user: User


@dataclass(frozen=True)
class Standing:
    """What one query says about a person: whom they act for, their duties, and whether they have a second factor."""

    memberships: list[Membership] = field(default_factory=list)
    duties: frozenset[str] = frozenset()
    has_second_factor: bool = False
    has_accepted_terms: bool = False

    @property
    def needs_second_factor(self) -> bool:
        """Members of verified buyers, and everyone with a duty, open more than their own doors (ASVS 6.3.3)."""
        return bool(self.duties) or any(each.organisation.is_buyer for each in self.memberships)

    def acting_for(self, organisation_id: object) -> Organisation | None:
        """The organisation with the id if the person is a member there; otherwise the first one, or none."""
        organisations = [each.organisation for each in self.memberships]
        return next(
            (each for each in organisations if each.pk == organisation_id), organisations[0] if organisations else None
        )


def role_for(request: PersonRequest, can: Can) -> bool:
    """Whether the role in the organisation that the person acts for carries `can`. What to show; querysets decide."""
    roles = {each.organisation_id: each.role for each in request.memberships}
    return request.acting_for is not None and roles[request.acting_for.pk] in roles_that(can)
