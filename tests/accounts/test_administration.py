"""The pages of the arena's administrators: review queue, persons, audit log."""

import json

import pytest
from django.test import Client

from accounts.grants import Role
from accounts.models import Duty, VerificationRequest, is_on_duty
from notifications.models import Notification
from records.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db

PAGES = ["/en/reviews/", "/en/persons/", "/en/audit-log/"]


@pytest.fixture
def admin(client):
    admin = make.user(duty=Duty.ADMIN, name="Ada Admin")
    client.force_login(admin)
    return admin


@pytest.mark.parametrize("path", PAGES)
def test_only_administrators_know_that_the_page_exists(client, path):
    assert client.get(path).status_code == 302
    others = [make.user(), make.member(make.buyer(), role=Role.ADMIN), make.user(is_superuser=True, is_staff=True)]
    others += [make.user(duty=duty) for duty in Duty if duty != Duty.ADMIN]
    for person in others:
        client.force_login(person)
        assert client.get(path).status_code == 404
    client.force_login(make.user(duty=Duty.ADMIN))
    assert client.get(path).status_code == 200


class TestReviewQueue:
    def ask(self, organisation, **more):
        member = Client()
        member.force_login(make.member(organisation, role=Role.ADMIN, name="Mia Medlem"))
        evidence = {"evidence": "mia@lund.example", "wants_to_buy": "on", **more}
        return member.post(f"/en/organisations/{organisation.slug}/verification/", evidence)

    def test_a_request_waits_is_granted_and_told(self, client, admin):
        town = make.organisation(name="Lunds kommun")
        assert self.ask(town).status_code == 302
        asked = VerificationRequest.objects.get()
        page = client.get("/en/reviews/").content.decode()
        assert "Lunds kommun" in page
        assert "mia@lund.example" in page
        assert client.post(f"/en/reviews/{asked.pk}/", {"decision": "grant"}).status_code == 302
        town.refresh_from_db()
        assert town.is_buyer
        told = Notification.objects.order_by("id").values_list("event__kind", "recipient__name")
        assert list(told) == [("verification-asked", "Ada Admin"), ("verification-decided", "Mia Medlem")]

    def test_a_refusal_needs_a_reason_that_the_asker_reads(self, client, admin):
        town = make.organisation(name="Lunds kommun", slug="lund")
        self.ask(town)
        asked = VerificationRequest.objects.get()
        answer = client.post(f"/en/reviews/{asked.pk}/", {"decision": "refuse"}, follow=True)
        assert "Write why" in answer.content.decode()
        client.post(f"/en/reviews/{asked.pk}/", {"decision": "refuse", "reason": "Skriv från arbetsadressen."})
        client.force_login(asked.requested_by)
        assert "Skriv från arbetsadressen." in client.get("/en/organisations/lund/verification/").content.decode()
        assert not Notification.objects.filter(recipient=admin, event__kind="verification-decided").exists()

    def test_the_words_of_both_tellings_can_be_shown(self, admin):
        from notifications import kinds

        town = make.organisation(name="Lunds kommun")
        self.ask(town)
        from arena import reviewing

        reviewing.decide(VerificationRequest.objects.get(), decision="refuse", reason="Nej.", by=admin, at=make.NOW)
        told = Notification.objects.select_related("event", "recipient").order_by("id")
        for notification in kinds.with_subjects(told):
            assert kinds.may_see(notification)
            assert "Lunds kommun" in kinds.line(notification, "en").title

    def test_nonsense_decides_nothing(self, client, admin):
        self.ask(make.organisation())
        asked = VerificationRequest.objects.get()
        assert client.post(f"/en/reviews/{asked.pk}/", {"decision": "maybe"}).status_code == 404
        assert client.get(f"/en/reviews/{asked.pk}/").status_code == 405

    def test_a_stranger_or_an_editor_does_not_ask(self, client):
        town = make.organisation(slug="lund")
        make.member(town, role=Role.ADMIN)
        for person in (make.user(), make.member(town, role=Role.EDITOR)):
            client.force_login(person)
            assert client.post("/en/organisations/lund/verification/", {"evidence": "x"}).status_code == 404


class TestPersons:
    def test_a_person_is_found_by_a_part_of_name_or_address(self, client, admin):
        make.user(name="Frida Fisk", email="frida@example.org")
        make.user(name="Göran Gås", email="goran@example.org")
        page = client.get("/en/persons/?q=FISK").content.decode()
        assert "frida@example.org" in page
        assert "goran@example.org" not in page
        assert "Nobody found" in client.get("/en/persons/?q=zzz").content.decode()

    def test_a_duty_is_given_and_taken_and_a_person_locked(self, client, admin):
        frida = make.user(name="Frida Fisk")
        path = f"/en/persons/{frida.pk}/"
        client.post(f"{path}duties/give/", {"duty": "curator"})
        assert is_on_duty(frida, Duty.CURATOR)
        client.post(f"{path}duties/take/", {"duty": "curator"})
        assert not is_on_duty(frida, Duty.CURATOR)
        client.post(f"{path}lock/")
        frida.refresh_from_db()
        assert not frida.is_active
        assert "Locked out" in client.get(path).content.decode()
        client.post(f"{path}unlock/")
        frida.refresh_from_db()
        assert frida.is_active

    def test_the_last_administrator_cannot_lock_out_the_arena(self, client, admin):
        answer = client.post(f"/en/persons/{admin.pk}/duties/take/", {"duty": "admin"}, follow=True)
        assert "There must always be one administrator" in answer.content.decode()
        assert is_on_duty(admin, Duty.ADMIN)

    def test_others_neither_see_nor_change_a_person(self, client):
        frida = make.user()
        client.force_login(make.user(duty=Duty.SUPPORT))
        path = f"/en/persons/{frida.pk}/"
        assert client.get(path).status_code == 404
        for act in ("lock/", "unlock/", "duties/give/", "duties/take/"):
            assert client.post(f"{path}{act}", {"duty": "admin"}).status_code == 404

    def test_a_look_at_a_person_is_written_down(self, client, admin):
        frida = make.user()
        client.get(f"/en/persons/{frida.pk}/")
        assert AuditEvent.objects.filter(action="person.viewed", actor=admin, subject_id=str(frida.pk)).count() == 1


class TestAuditLog:
    def test_it_is_searched_by_action_subject_actor_and_day(self, client, admin):
        frida = make.user(name="Frida Fisk")
        client.post(f"/en/persons/{frida.pk}/duties/give/", {"duty": "curator"})
        AuditEvent.objects.filter(action="login.succeeded").count()
        for query, is_found in {
            "action=duty.given": True,
            "action=duty.taken": False,
            f"subject=accounts.user:{frida.pk}": True,
            "subject=procurements": False,
            "actor=ada": True,
            "actor=frida": False,
            "since=2020-01-01": True,
            "until=2020-01-01": False,
            "since=nonsense": True,
        }.items():
            page = client.get(f"/en/audit-log/?{query}").content.decode()
            assert (f"accounts.user:{frida.pk}" in page) is is_found, query

    def test_each_view_is_itself_written_down_once(self, client, admin):
        client.get("/en/audit-log/?actor=frida")
        event = AuditEvent.objects.get(action="audit-log.viewed")
        assert (event.actor, event.details) == (admin, {"filters": ["actor"]})

    def test_it_can_only_be_read(self, client, admin):
        for method in (client.post, client.put, client.delete):
            assert method("/en/audit-log/").status_code == 405

    def test_it_says_whether_an_event_is_sealed(self, client, admin):
        client.get("/en/audit-log/")
        assert "Not sealed yet" in client.get("/en/audit-log/").content.decode()

    def test_the_number_of_queries_does_not_grow_with_the_events(self, client, admin, django_assert_max_num_queries):
        for _ in range(40):
            client.get("/en/audit-log/")
        with django_assert_max_num_queries(24):
            client.get("/en/audit-log/")


class TestExport:
    def test_a_person_takes_out_everything_about_themselves_and_nothing_of_others(self, client):
        company = make.supplier(name="Fall AB")
        anna, other = make.member(company, name="Anna Canary"), make.member(company, name="Other Person")
        client.force_login(anna)
        answer = client.get("/en/profile/export/")
        assert "attachment" in answer["Content-Disposition"]
        data = json.loads(answer.content)
        assert data["account"]["email"] == anna.email
        assert data["account"]["memberships"][0]["organisation_name"] == "Fall AB"
        assert other.email not in answer.content.decode()
        assert anna.password not in answer.content.decode()

    def test_an_app_adds_its_part(self, client):
        from accounts import exporting

        exporting.register("test", lambda user: [user.pk])
        try:
            anna = make.user()
            assert exporting.everything_about(anna, at=make.NOW)["test"] == [anna.pk]
            with pytest.raises(ValueError):
                exporting.register("test", lambda user: [])
        finally:
            del exporting._parts["test"]
