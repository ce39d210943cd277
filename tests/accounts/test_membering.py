import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts import membering
from accounts.grants import Role
from accounts.models import Invitation, Membership
from accounts.rules import LastAdministrator, NotYours
from records.models import AuditEvent
from tests import make


@pytest.fixture
def company():
    return make.supplier()


@pytest.fixture
def boss(company):
    return make.member(company, role=Role.ADMIN)


def invite(company, boss, at, email="ny@example.org", role=Role.EDITOR):
    return membering.invite(company, email=email, role=role, by=boss, at=at)[1]


@pytest.mark.django_db
class TestInvite:
    def test_the_invited_person_becomes_a_member_in_the_role(self, company, boss, at):
        new = make.user(email="ny@example.org")
        membership = membering.accept(invite(company, boss, at, "NY@Example.org"), by=new, at=at)
        assert (membership.user, membership.organisation, membership.role) == (new, company, Role.EDITOR)
        assert set(AuditEvent.objects.values_list("action", flat=True)) == {"member.invited", "member.joined"}

    def test_the_token_is_not_stored(self, company, boss, at):
        token = invite(company, boss, at)
        assert len(token) >= 40
        assert token not in str(list(Invitation.objects.values()))

    def test_a_second_click_on_invite_is_harmless(self, company, boss, at):
        assert invite(company, boss, at)
        assert invite(company, boss, at) == ""
        assert Invitation.objects.count() == 1

    def test_a_new_role_or_a_late_hour_makes_a_new_link_and_the_old_one_ends(self, company, boss, at):
        old = invite(company, boss, at)
        new = invite(company, boss, at, role=Role.READER)
        later = at + timedelta(days=15)
        newest = invite(company, boss, later, role=Role.READER)
        with pytest.raises(membering.InvitationGone):
            membering.invitation_for(old, at=at)
        with pytest.raises(membering.InvitationGone):
            membering.invitation_for(new, at=later)
        assert membering.invitation_for(newest, at=later).role == Role.READER

    def test_a_member_is_not_invited_again(self, company, boss, at):
        with pytest.raises(membering.AlreadyMember):
            invite(company, boss, at, make.member(company).email)

    def test_the_arena_sends_no_mails_to_a_list_of_strangers(self, company, boss, at, monkeypatch):
        monkeypatch.setattr(membering, "MOST_INVITATIONS_A_DAY", 2)
        for number in range(2):
            invite(company, boss, at, f"{number}@example.org")
        with pytest.raises(membering.TooMany):
            invite(company, boss, at, "3@example.org")
        assert invite(company, boss, at + timedelta(days=1), "3@example.org")

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
    def test_only_an_administrator_invites(self, company, role, at):
        with pytest.raises(NotYours):
            invite(company, make.member(company, role=role), at)

    def test_an_administrator_of_another_organisation_does_not_invite(self, company, at):
        with pytest.raises(NotYours):
            invite(company, make.member(make.supplier(), role=Role.ADMIN), at)


@pytest.mark.django_db
class TestAccept:
    def test_only_the_invited_address_accepts(self, company, boss, at):
        with pytest.raises(membering.InvitationForAnother):
            membering.accept(invite(company, boss, at), by=make.user(), at=at)
        assert Membership.objects.filter(organisation=company).count() == 1

    def test_only_a_verified_address_accepts(self, company, boss, at):
        new = make.user(email="ny@example.org")
        new.emailaddress_set.update(verified=False)
        with pytest.raises(membering.InvitationForAnother):
            membering.accept(invite(company, boss, at), by=new, at=at)

    def test_a_second_click_returns_the_membership(self, company, boss, at):
        new, token = make.user(email="ny@example.org"), invite(company, boss, at)
        assert membering.accept(token, by=new, at=at) == membering.accept(token, by=new, at=at)

    def test_an_old_revoked_or_unknown_invitation_opens_nothing(self, company, boss, at):
        new, token = make.user(email="ny@example.org"), invite(company, boss, at)
        with pytest.raises(membering.InvitationGone):
            membering.accept(token, by=new, at=at + timedelta(days=14))
        membering.revoke(Invitation.objects.get(), by=boss, at=at)
        with pytest.raises(membering.InvitationGone):
            membering.accept(token, by=new, at=at)
        with pytest.raises(membering.InvitationGone):
            membering.accept("guess", by=new, at=at)

    def test_an_accepted_invitation_does_not_bring_back_whoever_was_sent_away(self, company, boss, at):
        new, token = make.user(email="ny@example.org"), invite(company, boss, at)
        membering.end(membering.accept(token, by=new, at=at), by=boss, at=at)
        with pytest.raises(membering.InvitationGone):
            membering.accept(token, by=new, at=at)


@pytest.mark.django_db
class TestRolesAndEnds:
    def test_the_last_administrator_stays(self, company, boss, at):
        make.member(company)
        membership = company.memberships.get(user=boss)
        with pytest.raises(LastAdministrator):
            membering.end(membership, by=boss, at=at)
        with pytest.raises(LastAdministrator):
            membering.change_role(membership, role=Role.READER, by=boss, at=at)

    def test_a_locked_administrator_does_not_count(self, company, boss, at):
        make.member(company, role=Role.ADMIN, is_active=False)
        with pytest.raises(LastAdministrator):
            membering.end(company.memberships.get(user=boss), by=boss, at=at)

    def test_one_of_two_administrators_may_leave_and_the_row_stays_as_a_fact(self, company, boss, at):
        make.member(company, role=Role.ADMIN)
        ended = membering.end(company.memberships.get(user=boss), by=boss, at=at)
        assert membering.end(ended, by=boss, at=at).ended_at == at
        assert Membership.objects.filter(user=boss, ended_at=at).count() == 1
        assert AuditEvent.objects.filter(action="member.ended").count() == 1

    def test_everyone_may_leave_but_only_administrators_send_away(self, company, boss, at):
        editor, other = make.member(company), make.member(company)
        with pytest.raises(NotYours):
            membering.end(company.memberships.get(user=other), by=editor, at=at)
        membering.end(company.memberships.get(user=editor), by=editor, at=at)
        membering.end(company.memberships.get(user=other), by=boss, at=at)

    def test_nobody_raises_themselves(self, company, boss, at):
        reader = make.member(company, role=Role.READER)
        with pytest.raises(NotYours):
            membering.change_role(company.memberships.get(user=reader), role=Role.ADMIN, by=reader, at=at)
        membering.change_role(company.memberships.get(user=reader), role=Role.EDITOR, by=boss, at=at)
        assert AuditEvent.objects.get(action="member.role-changed").details["role"] == ["reader", "editor"]


def at_once(*calls):
    """Runs the calls in threads of their own; returns what each raised, or None."""
    raised: list[object] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number):
        start.wait()
        try:
            calls[number]()
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_accepts_at_once_make_one_membership(self, at):
        company = make.supplier()
        token = invite(company, make.member(company, role=Role.ADMIN), at)
        new = make.user(email="ny@example.org")
        raised = at_once(*[lambda: membering.accept(token, by=new, at=at)] * 3)
        assert raised == [None, None, None]
        assert Membership.objects.filter(user=new).count() == 1

    def test_two_administrators_who_leave_at_once_do_not_both_go(self, at):
        company = make.supplier()
        first, second = (make.member(company, role=Role.ADMIN) for _ in range(2))
        leave = [
            lambda: membering.end(company.memberships.get(user=first), by=first, at=at),
            lambda: membering.end(company.memberships.get(user=second), by=second, at=at),
        ]
        raised = at_once(*leave)
        assert sorted(type(error).__name__ for error in raised) == ["LastAdministrator", "NoneType"]
        assert Membership.objects.administrators().filter(organisation=company).count() == 1
