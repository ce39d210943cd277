"""A person's webhooks and those of the organisations that it administers: made, tried, paused, changed, deleted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from interchange.models import Delivery, Webhook
from interchange.webhooks import keeping, signing
from notifications import kinds
from notifications.models import Notification
from records.models import AuditEvent
from tests import make
from tests.interchange.webhooks import kit

pytestmark = pytest.mark.django_db
FORM = {"name": "Vårt system", "url": kit.URL, "question": "cpv=33", "happenings": ["published", "closed"]}


def page(name, *arguments):
    return reverse(f"interchange:{name}", args=arguments)


def delivery(webhook, **fields):
    said = {"key": f"test:{Delivery.objects.count()}", "due_at": make.NOW, "created_at": make.NOW, **fields}
    return Delivery.objects.create(webhook=webhook, **said)


def test_the_list_of_notices_offers_to_tell_of_its_question(client):
    make.notice(title="Larm")
    answer = client.get(reverse("procurements:notice_list"), {"q": "larm"}).content.decode()
    assert f"{page('webhook_create')}?q=larm" in answer


def test_a_webhook_is_made_from_the_question_of_the_list(signed_in):
    anna = make.user()
    client = signed_in(anna)
    begun = client.get(page("webhook_create"), {"cpv": "33", "page": "4", "sort": "newest", "q": ""})
    assert begun.context["form"]["question"].value() == "cpv=33"
    answer = client.post(page("webhook_create"), FORM, follow=True)
    webhook = Webhook.objects.get()
    assert (webhook.owner, webhook.organisation, webhook.question, webhook.happenings) == (
        anna, None, "cpv=33", ["published", "closed"],
    )  # fmt: skip
    assert signing.secret(webhook) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert signing.secret(webhook) not in client.get(page("webhook_detail", webhook.pk)).content.decode()
    assert AuditEvent.objects.get(action="webhook.made").details["question"] == "cpv=33"
    assert kit.URL not in str(AuditEvent.objects.get(action="webhook.made").details)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://arena.example.org/sv/procurements/?cpv=33&page=2", "cpv=33"),
        ("?region=SE22&sort=deadline", "region=SE22"),
        ("/nb/procurements/?kind=need&kind=competition", "kind=competition&kind=need"),
        ("/sv/procurements/?page=2&sort=newest", ""),
        ("", ""),
    ],
)
def test_the_address_of_the_list_can_be_pasted(said, kept, signed_in):
    signed_in(make.user()).post(page("webhook_create"), {**FORM, "question": said})
    assert Webhook.objects.get().question == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [("url", "http://example.org/"), ("url", "https://10.0.0.1/"), ("question", "https://example.org/?id=7"), ("question", "x=7"),
     ("happenings", []), ("happenings", ["everything"]), ("name", "")],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field(field, value, signed_in):
    answer = signed_in(make.user()).post(page("webhook_create"), {**FORM, field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Webhook.objects.exists()


def test_a_person_has_ten_at_most(signed_in):
    anna = make.user()
    for _ in range(keeping.MOST):
        kit.webhook(owner=anna)
    answer = signed_in(anna).post(page("webhook_create"), FORM)
    assert (answer.status_code, Webhook.objects.count()) == (422, keeping.MOST)
    assert "as many as there can be" in answer.content.decode()


def test_the_list_says_how_many_there_are_and_how_they_are(signed_in):
    anna = make.user()
    client = signed_in(anna)
    assert "No webhooks yet" in client.get(page("webhook_list")).content.decode()
    well, ill = kit.webhook(owner=anna, name="Frisk"), kit.webhook(owner=anna, name="Sjuk")
    kit.webhook(name="Någon annans")
    Webhook.objects.filter(pk=ill.pk).update(paused_at=make.NOW, paused_because="failures")
    delivery(well)
    shown = client.get(page("webhook_list")).content.decode()
    assert "2 webhooks" in shown
    assert "1 message waits" in shown
    assert "its receiver takes nothing" in shown
    assert "Någon annans" not in shown


def test_pages_cost_the_same_however_much_there_is(signed_in, django_assert_max_num_queries):
    anna = make.user()
    client = signed_in(anna)
    webhook = kit.webhook(owner=anna)
    for _ in range(9):
        kit.webhook(owner=anna)
    for _ in range(12):
        delivery(webhook, notice=make.notice(), happening="published")
    with django_assert_max_num_queries(20):
        client.get(page("webhook_list"))
    with django_assert_max_num_queries(20):
        client.get(page("webhook_detail", webhook.pk))


def test_an_administrator_sees_those_of_the_organisation_and_a_colleague_does_not(signed_in):
    company = make.supplier()
    anna, boss, reader = make.member(company), make.member(company, role="admin"), make.member(company, role="reader")
    webhook = kit.webhook(owner=anna, organisation=company)
    seen = [signed_in(who).get(page("webhook_detail", webhook.pk)).status_code for who in (anna, boss, reader)]
    assert seen == [200, 200, 404]
    Membership.objects.filter(user=anna).update(ended_at=timezone.now())  # who has left has left this, too
    assert signed_in(anna).get(page("webhook_detail", webhook.pk)).status_code == 404
    assert signed_in(boss).get(page("webhook_detail", webhook.pk)).status_code == 200


def test_only_an_administrator_makes_one_for_an_organisation(signed_in):
    company = make.supplier()
    boss, anna = make.member(company, role="admin"), make.member(company)
    signed_in(boss).post(page("webhook_create"), {**FORM, "organisation": company.pk})
    signed_in(anna).post(page("webhook_create"), {**FORM, "organisation": company.pk})
    assert Webhook.objects.get(owner=boss).organisation == company
    assert Webhook.objects.get(owner=anna).organisation is None


def test_a_secret_is_shown_when_it_is_asked_for_and_that_is_written_down(signed_in):
    webhook = kit.webhook()
    client = signed_in(webhook.owner)
    assert signing.secret(webhook) not in client.get(page("webhook_detail", webhook.pk)).content.decode()
    shown = client.post(page("webhook_reveal", webhook.pk), follow=True).content.decode()
    assert signing.secret(webhook) in shown
    assert AuditEvent.objects.filter(action="webhook.secret-shown").count() == 1
    changed = client.post(page("webhook_rotate", webhook.pk), follow=True).content.decode()
    webhook.refresh_from_db()
    assert webhook.generation == 2
    assert signing.secret(webhook) in changed
    assert "The old secret signs as well until" in changed


def test_a_test_message_and_one_that_is_sent_again_have_their_ids(receiver, signed_in):
    from interchange.webhooks import sending

    webhook = kit.webhook(url=receiver.url)
    client = signed_in(webhook.owner)
    client.post(page("webhook_test", webhook.pk))
    sending.drain(timezone.now)
    sent = Delivery.objects.get()
    assert (receiver.said[0]["type"], sent.state) == ("test", Delivery.State.SENT)
    client.post(page("delivery_again", webhook.pk, sent.pk))
    refused = client.post(page("delivery_again", webhook.pk, sent.pk), follow=True).content.decode()
    assert "on its way already" in refused
    sending.drain(timezone.now)
    assert [said["id"] for said in receiver.said] == [str(sent.pk)] * 2


def test_the_log_says_what_became_of_each_message_and_can_be_narrowed(signed_in):
    webhook = kit.webhook()
    client = signed_in(webhook.owner)
    assert "Nothing has been sent yet" in client.get(page("webhook_detail", webhook.pk)).content.decode()
    title = "Fallrisk i hemmet"
    delivery(webhook, notice=make.notice(title=title), happening="published", status=503, error="status", attempts=2)
    ended = {"state": "failed", "settled_at": make.NOW, "attempts": 8, "error": "tls: certificate has expired"}
    delivery(webhook, **ended)
    shown = client.get(page("webhook_detail", webhook.pk)).content.decode()
    assert title in shown
    assert "2 messages" in shown
    assert "answered 503" in shown
    assert "(certificate has expired)" in shown
    failed = client.get(page("webhook_detail", webhook.pk), {"state": "failed"}).content.decode()
    assert title not in failed
    assert "1 message<" in failed


def test_a_webhook_is_changed_paused_started_again_and_deleted(signed_in):
    webhook = kit.webhook()
    client = signed_in(webhook.owner)
    client.post(page("webhook_edit", webhook.pk), {**FORM, "name": "Nytt namn"})
    for name in ("webhook_pause", "webhook_pause", "webhook_resume", "webhook_resume"):
        assert client.post(page(name, webhook.pk)).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.name, webhook.question, webhook.paused_at) == ("Nytt namn", "cpv=33", None)
    assert client.get(page("webhook_delete", webhook.pk)).status_code == 200
    client.post(page("webhook_delete", webhook.pk))
    assert not Webhook.objects.exists()
    actions = list(
        AuditEvent.objects.filter(subject_id=str(webhook.pk)).order_by("pk").values_list("action", flat=True)
    )
    assert actions == [f"webhook.{what}" for what in ("made", "changed", "paused", "resumed", "deleted")]


def test_what_a_paused_webhook_says_to_its_people_ends_when_it_goes_on(receiver, signed_in):
    from interchange.webhooks import sending

    receiver.answer = (410, {})
    webhook = kit.webhook(url=receiver.url)
    delivery(webhook)
    sending.drain(lambda: make.NOW + timedelta(hours=1))

    def seen():
        [line] = kinds.with_subjects(Notification.objects.select_related("event", "recipient"))
        return kinds.line(line, "en").title if kinds.may_see(line) else ""

    assert seen() == "The webhook “Vårt system” is paused"
    assert "wants no more messages" in signed_in(webhook.owner).get(page("webhook_detail", webhook.pk)).content.decode()
    keeping.resume(webhook, by=webhook.owner, at=timezone.now())
    assert seen() == ""
