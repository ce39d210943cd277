"""The page that publishes, the desk and the line where an article was: what editors and readers meet in a browser."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Duty
from knowledge import asking, publishing, writing
from knowledge.models import Publication
from tests import make

pytestmark = pytest.mark.django_db
NEXT_YEAR = f"{timezone.now() + timedelta(days=365):%Y-%m-%d}"


def url(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"knowledge:{name}", args=args)


def said(answer):
    return [message.message for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def curator(client):
    person = make.user(duty=Duty.CURATOR, zone="Europe/Stockholm")
    client.force_login(person)
    return person


@pytest.fixture
def article():
    return make.article(title="Skriv ett behov", slug="behov")


@pytest.fixture
def draft():
    return make.article(published=False, slug="utkast")


def publish(client, article, **said):
    revision = article.texts.get().revision
    form = {"languages": ["sv"], "when": "now", "seen": f"sv:{revision}", **said}
    return client.post(url("article_publish", article.slug), form)


def test_the_genre_is_asked_first_and_then_the_title(client, curator):
    first = client.get(url("article_create"))
    assert "?genre=event" in first.content.decode()
    assert 'name="title"' not in first.content.decode()
    assert 'name="title"' in client.get(url("article_create") + "?genre=event").content.decode()
    sent = {"genre": "news", "language": "sv", "title": "Nytt", "review_by": NEXT_YEAR}
    assert client.post(url("article_create"), sent).url == url("article_edit", "nytt", "sv")


@pytest.mark.parametrize(
    ("field", "bad"),
    [("title", ""), ("title", "\u200b\u200b"), ("title", "a\0b"), ("title", "x" * 201), ("language", "de"),
     ("review_by", "2020-01-01"), ("review_by", "i morgon"), ("review_by", "9999-12-31"), ("phases", "måne")],
)  # fmt: skip
def test_bad_words_begin_nothing(client, curator, field, bad):
    sent = {"genre": "guide", "language": "sv", "title": "Nytt", "review_by": NEXT_YEAR, field: bad}
    page = client.post(url("article_create"), sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


def test_a_genre_that_there_is_not_leads_back_to_the_choice(client, curator):
    assert "?genre=guide" in client.post(url("article_create"), {"genre": "poem", "title": "x"}).content.decode()


def test_a_moment_is_by_the_editors_clock(client, curator, draft):
    today = timezone.localdate()
    summer = today.replace(year=today.year + (today.month > 6), month=7, day=1)  # two hours before UTC
    publish(client, draft, when="later", publish_at_day=summer.isoformat(), publish_at_clock="09:00")
    assert f"{Publication.objects.get().publish_at:%H:%M}" == "07:00"


@pytest.mark.parametrize(
    ("day", "clock"),
    [("2020-01-01", "09:00"), ("2027-03-28", "02:30"), ("2027-10-31", "02:30"), ("i morgon", "9"), ("", ""), ("1", "")],
)
def test_a_moment_that_is_none_publishes_nothing(client, curator, draft, day, clock):
    page = publish(client, draft, when="later", publish_at_day=day, publish_at_clock=clock)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["publish_at"])
    assert not Publication.objects.exists()


def test_what_somebody_did_meanwhile_takes_no_chosen_moment_away(client, curator, draft, at):
    later = {"when": "later", "publish_at_day": NEXT_YEAR, "publish_at_clock": "09:00"}
    writing.save(draft, "sv", title="Ny", summary="s", body="<p>Ny.</p>", revision=1, by=None, at=at)
    changed = publish(client, draft, **later, seen="sv:1")
    form = changed.context["form"]
    assert (changed.status_code, form.data["seen"], form.data["publish_at_clock"]) == (422, "sv:2", "09:00")
    waiting = asking.ask(draft, revisions={"sv": 2}, by=make.user(duty=Duty.ADMIN), at=at, publish_at=timezone.now())
    waits = publish(client, draft, **later)
    assert f'value="{NEXT_YEAR}"' in waits.content.decode()
    asking.withdraw(waiting, by=curator, at=at)
    assert publish(client, draft, **later, brings_back=form.data["brings_back"]).status_code == 302


@pytest.mark.parametrize("seen", ["", "sv:0", "sv:99999999999999999999", "måne", "sv:2\0"])
def test_who_did_not_say_what_was_read_publishes_nothing(client, curator, draft, seen):
    publish(client, draft, seen=seen)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("wrong", [{"languages": []}, {"languages": ["de"]}, {"languages": ["nb"]}, {"when": "never"}])
def test_a_language_without_a_whole_text_is_no_choice(client, curator, draft, wrong):
    assert publish(client, draft, **wrong).status_code == 422


def test_two_editors_one_asks_and_the_other_approves(client, curator, draft):
    draft.four_eyes = True
    draft.save()
    publish(client, draft)
    waiting = Publication.objects.get()
    page = client.get(url("article_publish", "utkast")).content.decode()
    assert "publication_approve" not in page
    assert f"/{waiting.pk}/approve/" not in page
    assert said(client.post(url("publication_approve", "utkast", waiting.pk)))  # refused, and said why
    client.force_login(make.user(duty=Duty.ADMIN))
    assert f"/{waiting.pk}/approve/" in client.get(url("article_publish", "utkast")).content.decode()
    assert client.post(url("publication_send_back", "utkast", waiting.pk), {"remark": ""}).status_code == 422
    assert not Publication.objects.get().ending
    assert client.post(url("publication_approve", "utkast", waiting.pk)).url == url("article_detail", "utkast")
    late = client.post(url("publication_send_back", "utkast", waiting.pk), {"remark": "Fel stycke."})
    assert (late.status_code, "Fel stycke.</textarea>" in late.content.decode()) == (409, True)
    assert said(late)[-1] == "It waits no more: Published."


def test_a_remark_stands_on_the_page_until_the_article_is_public(client, curator, draft, at):
    draft.four_eyes = True
    draft.save()
    publication = asking.ask(draft, revisions={"sv": 1}, by=make.user(duty=Duty.CURATOR), at=at)
    client.post(url("publication_send_back", "utkast", publication.pk), {"remark": "<b>Källan</b> saknas."})
    assert "&lt;b&gt;Källan&lt;/b&gt; saknas." in client.get(url("article_publish", "utkast")).content.decode()
    publish(client, draft)
    assert "Källan" in client.get(url("article_publish", "utkast")).content.decode()
    client.force_login(make.user(duty=Duty.ADMIN))
    client.post(url("publication_approve", "utkast", Publication.objects.waiting().get().pk))
    assert "Källan" not in client.get(url("article_publish", "utkast")).content.decode()


def test_saving_over_what_waits_says_that_it_waits_no_more(client, curator, draft, at):
    asking.ask(draft, revisions={"sv": 1}, by=curator, at=timezone.now(), publish_at=timezone.now() + timedelta(days=1))
    words = {"title": "Ny", "summary": "Kort.", "body": "<p>Ny.</p>", "revision": 1}
    answer = client.post(url("article_edit", "utkast", "sv"), words)
    assert any("waited is over" in message for message in said(answer))


def test_a_binding_that_somebody_changed_meanwhile_is_a_choice(client, curator, article, at):
    form = {"slug": "behov", "genre": "guide", "phases": ["need"], "role": "lawyer", "review_by": NEXT_YEAR}
    mine = {**form, "seen": writing.print_of(article)}
    client.post(url("article_bind", "behov"), {**form, "seen": writing.print_of(article)})
    page = client.post(url("article_bind", "behov"), {**mine, "role": "method"})
    assert page.status_code == 409
    assert "Procurement lawyer" in page.content.decode()
    assert (
        client.post(url("article_bind", "behov"), {**mine, "seen": page.context["form"].data["seen"]}).status_code
        == 302
    )


def test_the_address_of_an_archived_article_says_what_to_read_instead(client, curator, article, at):
    other = make.article(title="Det nya", slug="det-nya")
    bound = {"phases": ["need"], "themes": [], "role": "curator", "owner": None, "review_by": at.date()}
    writing.bind(article, slug="behovet", **bound, by=curator, at=at)
    writing.bind(article, slug="behoven", **bound, by=curator, at=at)
    client.logout()
    for former in ("behov", "behovet"):  # each of them at once, not by way of the other
        answer = client.get(url("article_detail", former))
        assert (answer.status_code, answer.url) == (301, url("article_detail", "behoven"))
        assert answer["Cache-Control"] == "no-cache"  # it may move back
    client.force_login(curator)
    client.post(url("article_archive", "behoven"), {"instead": "det-nya"})
    client.logout()
    for address in ("behov", "behovet", "behoven"):
        gone = client.get(url("article_detail", address))
        assert (gone.status_code, gone["X-Robots-Tag"]) == (410, "noindex")
        assert 'href="/en/guidance/det-nya/"' in gone.content.decode()
        assert "Skriv ett behov" not in gone.content.decode()
    third = make.article(title="Det tredje", slug="det-tredje")
    publishing.archive(other, instead=third, by=curator, at=at)
    assert 'href="/en/guidance/det-tredje/"' in client.get(url("article_detail", "behov")).content.decode()
    assert "behoven" not in client.get("/sitemap-articles-1.xml").content.decode()


def test_a_draft_that_is_put_aside_was_never_there(client, curator, draft, at):
    publishing.archive(draft, by=curator, at=at)
    assert client.get(url("article_detail", "utkast")).status_code == 404


@pytest.mark.parametrize("instead", ["finns-inte", "behov", "utkast", "a\0b"])
def test_what_is_read_instead_is_a_public_article(client, curator, article, draft, instead):
    client.post(url("article_archive", "behov"), {"instead": instead})
    article.refresh_from_db()
    assert article.archived_at is None


def test_an_archived_article_is_not_restored_from_but_published(client, curator, article, at):
    publishing.archive(article, by=curator, at=at)
    client.post(url("article_restore", "behov", article.versions.get().pk))
    assert client.get(url("article_detail", "behov")).status_code == 410
    publish(client, article, brings_back="True")
    assert client.get(url("article_detail", "behov")).status_code == 200


def test_history_shows_ten_at_a_time_and_reads_as_text(client, curator, article, at):
    for number in range(2, 13):
        body = f"<p>Version <strong>{number}</strong></p>"
        text = article.texts.get()
        writing.save(article, "sv", title="T", summary="s", body=body, revision=text.revision, by=curator, at=at)
        publishing.publish(article, languages=["sv"], by=curator, at=at)
    first = client.get(url("article_history", "behov", "sv"))
    assert [version.number for version, _lines in first.context["rows"]] == list(range(12, 2, -1))
    assert "<ins>+ Version 12</ins>" in first.content.decode()
    second = client.get(url("article_history", "behov", "sv"), {"page": 2})
    assert [version.number for version, _lines in second.context["rows"]] == [2, 1]


def test_the_desk_shows_what_waits_for_whose_eyes_and_what_is_due(client, curator, at):
    today = timezone.localdate()
    make.article(slug="sen", title="Sen", review_by=today - timedelta(days=1))
    make.article(slug="snart", title="Snart", review_by=today + timedelta(days=29))
    make.article(slug="obunden", title="Obunden", phases=[])
    mine, theirs = (make.article(slug=slug, published=False, four_eyes=True) for slug in ("mitt", "deras"))
    asking.ask(mine, revisions={"sv": 1}, by=curator, at=at)
    asking.ask(theirs, revisions={"sv": 1}, by=make.user(duty=Duty.ADMIN), at=at)
    page = client.get(url("article_review_list"))
    assert [(one.publication.article.slug, one.is_for_you) for one in page.context["waiting"]] == [
        ("deras", True),
        ("mitt", False),
    ]
    assert [one.slug for one in page.context["due"]] == ["sen", "snart"]
    counts = {state.value: number for state, number in page.context["counts"]}
    assert (counts["draft"], counts["waiting"], counts["late"], counts["soon"], counts["unbound"]) == (2, 2, 1, 1, 1)

    def listed(**asked):
        return {one.slug for one in client.get(url("article_review_list"), asked).context["page_obj"]}

    assert listed(state="late") == {"sen"}
    assert listed(state="waiting") == {"mitt", "deras"}
    assert listed(q="OBUND") == {"obunden"}
    assert listed(genre="event") == set()
    assert len(listed(state="nonsense", page="måne")) == 5
    client.post(url("article_review", "sen"), {"next_by": NEXT_YEAR})
    assert listed(state="late") == set()


def test_the_desk_costs_the_same_however_much_lies_on_it(client, curator, at, django_assert_num_queries):
    def more():
        asker = make.user(duty=Duty.ADMIN)
        make.article(review_by=timezone.localdate())
        asking.ask(make.article(published=False, four_eyes=True), revisions={"sv": 1}, by=asker, at=at)

    more()
    client.get(url("article_review_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("article_review_list"))
    for _one in range(3):
        more()
    with django_assert_num_queries(len(few)):
        client.get(url("article_review_list"))


@pytest.mark.parametrize("name", ["publication_approve", "publication_send_back", "publication_withdraw"])
def test_a_publication_is_found_at_its_own_article_alone(client, curator, article, draft, at, name):
    waiting = asking.ask(draft, revisions={"sv": 1}, by=curator, at=at, publish_at=at + timedelta(days=1))
    for slug, pk in (("behov", waiting.pk), ("utkast", waiting.pk + 1), ("utkast", 10**30)):
        assert client.post(url(name, slug, pk), {"remark": "Nej."}).status_code == 404
    assert client.get(url(name, "utkast", waiting.pk)).status_code == 405
