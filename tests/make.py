"""Builders: valid by default, everything by keyword. `make.user(name="Anna")`, `make.buyer()`, `make.notice(published=False)`."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.grants import Role
from accounts.models import Duty, DutyAssignment, Membership, Organisation, User

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASSWORD = "en lång och hemlig mening"
number = itertools.count(1)


def user(*, email: str = "", name: str = "Anna Berg", duty: Duty | None = None, **fields: Any) -> User:
    """A person with a verified address and the terms accepted, who can log in with PASSWORD."""
    from allauth.account.models import EmailAddress

    from accounts import terms

    email = email or f"person{next(number)}@example.org"
    made = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    terms.accept(made, at=NOW)
    if duty:
        DutyAssignment.objects.create(user=made, duty=duty, given_at=NOW)
    return made


def organisation(*, name: str = "", slug: str = "", **fields: Any) -> Organisation:
    n = next(number)
    return Organisation.objects.create(
        **{"name": name or f"Organisation {n}", "slug": slug or f"organisation-{n}", "country": "SE", **fields}
    )


def buyer(*, name: str = "", **fields: Any) -> Organisation:
    """A verified buyer."""
    return organisation(
        name=name or f"Kommun {next(number)}",
        **{"kind": Organisation.Kind.MUNICIPALITY, "buyer_verified_at": NOW - timedelta(days=30), "region": "SE224", **fields},
    )


def supplier(*, name: str = "", **fields: Any) -> Organisation:
    return organisation(
        name=name or f"Företag {next(number)} AB", **{"kind": Organisation.Kind.COMPANY, "is_supplier": True, **fields}
    )


def member(of: Organisation, *, role: Role = Role.EDITOR, **fields: Any) -> User:
    """A person who acts for the organisation."""
    made = user(**fields)
    Membership.objects.create(user=made, organisation=of, role=role, started_at=NOW - timedelta(days=30))
    return made


def notice(
    *,
    buyer: Organisation | None = None,
    by: User | None = None,
    kind: str = "need",
    published: bool = True,
    at: datetime = NOW,
    **wording: Any,
) -> Any:
    """A notice of a new procurement, written by the code that writes all notices; published unless told otherwise."""
    from procurements import publishing, writing

    buyer = buyer or globals()["buyer"]()
    by = by or member(buyer)
    made = writing.begin(
        organisation=buyer,
        kind=kind,
        by=by,
        at=at,
        wording={
            "title": "Tidig upptäckt av fall i hemmet",
            "summary": "Vi söker sätt att märka risken för fall innan olyckan sker.",
            "problem": "Larmet kommer först när olyckan har skett.",
            "affected": "Äldre som bor hemma.",
            "cost_today": "Omkring 2 miljoner kronor om året.",
            "desired_effect": "Hälften så många fall.",
            "tried": "Larmknapp, som ofta ligger i en låda.",
            "description": "Vi vill köpa en tjänst som upptäcker risk för fall.",
            "procedure": "open" if kind == "competition" else "",
            "cpv": ["33196000"],
            "regions": ["SE224"],
            "goals": [3],
            "contact_email": "upphandling@example.org",
            "deadline_at": at + timedelta(days=30),
            **wording,
        },
    )
    if published:
        publishing.publish(made, by=by, at=at)
        made.refresh_from_db()
    return made


def subscription(
    *, organisation: Organisation | None = None, person: User | None = None, by: User | None = None, at: datetime = NOW, **criteria: Any
) -> Any:
    """What a supplier looks for, or a person's saved search; `by` saves it and hears of it."""
    from matchmaking import subscribing
    from matchmaking.models import Subscription

    if person is None:
        organisation = organisation or supplier()
        by = by or member(organisation)
    made = Subscription(organisation=organisation, person=person, name=criteria.pop("name", "Det vi söker"))
    for name, value in (criteria or {"cpv": ["33196000"]}).items():
        setattr(made, name, value)
    return subscribing.save(made, by=by or person, at=at)
