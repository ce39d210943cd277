from datetime import timedelta

from django.core import mail as outbox

from notifications import composing
from notifications.models import Mail, MailItem, Notification
from tests import make


def test_one_piece_of_news_makes_a_mail_of_its_own(tell, person, send):
    tell("n:1", person, title="Fallsensorer sökes", reasons=[{"text": "CPV 33196"}, {"text": "Region Skåne"}])
    send()
    [message] = outbox.outbox
    assert message.subject == "Fallsensorer sökes"
    assert message.to == [person.email]
    assert "CPV 33196 · Region Skåne" in message.body
    assert Mail.objects.get().kind == "immediate"


def test_all_that_is_due_to_a_person_goes_in_one_mail(tell, person, send):
    for number in range(60):
        tell(f"n:{number}", person)
    send()
    [message] = outbox.outbox
    assert message.body.count("* Nytt") == 40
    assert "20" in message.body
    assert MailItem.objects.count() == 60
    assert Mail.objects.get().kind == "digest"


def test_three_ways_to_hear_of_one_page_make_one_entry(tell, person, send):
    tell("match:1", person, title="Fallsensorer", url="/sv/n/1", reasons=[{"text": "CPV"}])
    tell("match:2", person, title="Fallsensorer", url="/sv/n/1", reasons=[{"text": "CPV"}, {"text": "ordet fall"}])
    tell("follow:1", person, title="Fallsensorer", url="/sv/n/1", text="Ny version")
    send()
    [message] = outbox.outbox
    assert message.body.count("/sv/n/1") == 1
    assert "CPV · ordet fall" in message.body
    assert "Ny version" in message.body


def test_different_news_of_one_page_are_all_told(tell, person, send):
    for number in range(1, 6):
        said = {"title": f"Kommun {number} deltar bindande.", "url": "/sv/networks/buyer-groups/1/"}
        tell(f"answer:{number}", person, subject=make.buyer(), **said)
    send()
    [message] = outbox.outbox
    assert [f"* Kommun {number} deltar bindande." in message.body for number in range(1, 6)] == [True] * 5


def test_what_presses_stands_first(tell, person, send):
    tell("n:1", person, title="Lugnt")
    tell("n:2", person, kind="test-alarm", title="Bråttom")
    send()
    assert outbox.outbox[0].body.index("Bråttom") < outbox.outbox[0].body.index("Lugnt")


def test_a_daily_kind_waits_for_the_morning_and_an_empty_digest_is_never_sent(tell, person, send):
    tell("n:1", person, kind="test-daily")
    send()
    assert outbox.outbox == []
    due = Notification.objects.get().mail_due_at
    send(due - timedelta(seconds=1))
    assert outbox.outbox == []
    send(due)
    assert len(outbox.outbox) == 1
    send(due + timedelta(days=1))
    assert len(outbox.outbox) == 1


def test_everyone_gets_a_mail_of_their_own(tell, person, send):
    others = [make.user() for _ in range(4)]
    tell("n:1", person, *others)
    send()
    assert sorted(message.to for message in outbox.outbox) == sorted([each.email] for each in [person, *others])


def test_composing_again_changes_nothing(tell, person):
    tell("n:1", person)
    assert composing.compose_due(make.NOW) == 1
    assert composing.compose_due(make.NOW) == 0


def test_the_mail_is_in_the_readers_language_of_now(tell, person, send):
    tell("n:1", person)
    person.language = "en"
    person.save()
    send()
    assert outbox.outbox[0].subject == "New n:1"
    html = outbox.outbox[0].alternatives[0][0]
    assert '<html lang="en">' in html


def test_what_was_read_in_the_inbox_is_not_mailed(tell, person, send):
    from notifications import reading

    tell("n:1", person)
    reading.mark_read(Notification.objects.get(), at=make.NOW)
    send()
    assert outbox.outbox == []
