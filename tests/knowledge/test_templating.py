"""Template files: numbered versions, counted downloads, and one word a version to those who asked for it (D5)."""

import re
from datetime import timedelta
from shutil import copy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.exporting import everything_about
from accounts.models import Duty
from accounts.rules import Refused
from files import inspecting
from files.models import StoredFile
from knowledge import loading, publishing, template_news, templating
from knowledge.models import Genre, TemplateFollower
from notifications import kinds, less
from notifications.models import Event, Notification
from notifications.unsubscribing import Wish
from procurements import bound
from tests import make

pytestmark = pytest.mark.django_db
SOURCES = sorted(loading.LIBRARY.glob(loading.TEMPLATES))


@pytest.fixture
def curator():
    return make.user(duty=Duty.CURATOR)


def template(at, *, published=True):
    return make.article(genre=Genre.TEMPLATE, title="Mall: behov", published=published, at=at)


def add(article, curator, at, content=b"%PDF-1.7 ett", news="", language="sv", state="ready"):
    file = make.stored_file(name="Mall.pdf", content=content, state=state)
    return templating.add(article, language=language, file=file, news=news, by=curator, at=at)


def told(user):
    return Notification.objects.filter(recipient=user, event__kind="template-renewed").count()


def test_versions_are_numbered_and_say_what_is_new(curator, at):
    article = template(at)
    first = add(article, curator, at)
    assert add(article, curator, at) == first  # the same file again
    with pytest.raises(templating.NoNews):
        add(article, curator, at, b"%PDF-1.7 tre")
    second = add(article, curator, at, b"%PDF-1.7 tre", news="Fler frågor.")
    other = add(article, curator, at, language="nb")
    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert (first.news, second.news) == ("", "Fler frågor.")


def test_only_an_editor_adds_and_only_to_a_template(curator, at):
    with pytest.raises(Refused):
        add(template(at), make.user(), at)
    with pytest.raises(Refused):
        add(make.article(), curator, at)


def test_the_version_before_a_withdrawn_one_stands_again(curator, at):
    article = template(at)
    first, second = add(article, curator, at), add(article, curator, at, b"%PDF-1.7 2", news="Nytt.")
    assert templating.standing().get() == second
    templating.withdraw(second, by=curator, at=at)
    assert templating.withdraw(second, by=curator, at=at + timedelta(days=1)).withdrawn_at == at
    assert templating.standing().get() == first
    third = add(article, curator, at, b"%PDF-1.7 2", news="Rättad.")
    assert third.number == 3  # a number is never given twice


def test_a_reader_is_offered_the_own_language_and_else_the_next_best(curator, at, django_assert_num_queries):
    article, none = template(at), template(at)
    swedish, english = add(article, curator, at), add(article, curator, at, language="en")
    with django_assert_num_queries(1):
        assert templating.templates_of([article, none], "en")[article.pk].row == english
    offered = templating.templates_of([article, make.article()], "nb")
    assert list(offered) == [article.pk]
    one = offered[article.pk]
    assert (one.row, one.kind, one.size, one.language, one.number) == (swedish, "PDF", 12, "sv", 1)


def test_what_waits_for_the_scanner_is_offered_to_nobody(curator, at):
    article = template(at)
    first = add(article, curator, at)
    add(article, curator, at, b"%PDF-1.7 2", news="Nytt.", state="held")
    assert templating.standing().get() == first
    assert templating.of_article(article, curator, "sv")["template_history"] == []


def test_who_asked_while_the_scanner_held_it_hears_too_and_who_asked_after_has_it(curator, at):
    article, fan, late = template(at), make.user(), make.user()
    add(article, curator, at)
    held = add(article, curator, at, b"%PDF-1.7 2", news="Nytt.", state="held")
    ready = at + timedelta(hours=1)
    templating.follow(article, "sv", by=fan, at=at + timedelta(minutes=1))
    StoredFile.objects.filter(pk=held.file_id).update(state="ready", scanned_at=ready)
    templating.follow(article, "sv", by=late, at=ready + timedelta(minutes=1))
    assert template_news.tell_due(ready + timedelta(minutes=2)) == 1
    assert (told(fan), told(late)) == (1, 0)


def test_those_who_asked_hear_of_a_version_once(curator, at):
    article, fan, other = template(at), make.user(), make.user()
    add(article, curator, at)
    templating.follow(article, "sv", by=fan, at=at)
    templating.follow(article, "sv", by=fan, at=at)
    templating.follow(article, "nb", by=other, at=at)
    assert template_news.tell_due(at) == 0  # the first version is no news
    later = at + timedelta(days=1)
    second = add(article, curator, later, b"%PDF-1.7 2", news="Fler frågor.")
    assert template_news.tell_due(later) == 1
    assert template_news.tell_due(later + timedelta(days=1)) == 0
    assert (told(fan), told(other), told(curator)) == (1, 0, 0)
    late = make.user()
    templating.follow(article, "sv", by=late, at=later + timedelta(days=2))
    template_news.tell_due(later + timedelta(days=2))
    assert told(late) == 0
    [line] = kinds.with_subjects(Notification.objects.filter(recipient=fan).select_related("event", "recipient"))
    assert kinds.may_see(line)
    said = kinds.line(line, "en")
    assert (said.text, said.url) == ("Fler frågor.", f"{article.get_absolute_url()}#files")
    templating.withdraw(second, by=curator, at=later)
    [line] = kinds.with_subjects(Notification.objects.filter(recipient=fan).select_related("event", "recipient"))
    assert not kinds.may_see(line)


@pytest.mark.parametrize("waits_for", ["article", "scanner"])
def test_a_version_that_waits_is_told_when_it_is_public(waits_for, curator, at):
    article, fan = template(at), make.user()
    add(article, curator, at)
    templating.follow(article, "sv", by=fan, at=at)
    if waits_for == "article":
        publishing.archive(article, by=curator, at=at)
    later = at + timedelta(hours=1)
    row = add(article, curator, later, b"%PDF-1.7 2", news="Nytt.", state="held" if waits_for == "scanner" else "ready")
    assert template_news.tell_due(later) == 0
    assert not Event.objects.filter(kind="template-renewed").exists()
    if waits_for == "article":
        publishing.publish(article, languages=["sv"], by=curator, at=later)
    StoredFile.objects.filter(pk=row.file_id).update(state="ready")
    assert template_news.tell_due(later) == 1
    assert told(fan) == 1


def test_a_link_in_the_mail_ends_the_following_and_can_be_taken_back(curator, at):
    article, fan = template(at), make.user()
    templating.follow(article, "sv", by=fan, at=at)
    name = f"template:{article.pk}-sv"
    less.unsubscribe(Wish(fan, (name,)), at=at)
    assert not TemplateFollower.objects.exists()
    [way] = less.ways(fan, [name])
    assert way.is_stopped
    way.undo(at, "followed")
    assert TemplateFollower.objects.get().user == fan
    assert less.ways(fan, ["template:x-sv", "template:999999-sv"]) == []


def test_a_person_s_export_says_what_it_follows(at):
    fan = make.user()
    templating.follow(template(at), "sv", by=fan, at=at)
    [followed] = everything_about(fan, at=at)["guidance"]["templates_followed"]
    assert (followed["template"], followed["language"]) == ("mall-behov", "sv")


def test_the_library_s_templates_come_with_a_file_in_every_language(at, tmp_path):
    (tmp_path / "templates").mkdir()
    for path in SOURCES[:3]:
        copy(path, tmp_path / "templates")
    [article] = loading.load_library(at, library=tmp_path)
    made = loading.load_template_files(at, library=tmp_path)
    assert article.genre == Genre.TEMPLATE
    assert {(row.article, row.language, row.number) for row in made} == {
        (article, one, 1) for one in ("sv", "nb", "en")
    }
    assert {row.file.state for row in made} == {"ready"}
    assert loading.load_template_files(at, library=tmp_path) == []


def test_every_template_of_the_library_has_three_languages_a_place_and_a_phase():
    assert len({path.name.partition(".")[0] for path in SOURCES}) * 3 == len(SOURCES) == 18
    for path in SOURCES:
        facts, body = loading._read(path)
        text = path.read_text(encoding="utf-8")
        assert facts["genre"] == Genre.TEMPLATE
        assert re.search(r"inte juridisk rådgivning|ikke juridisk rådgivning|not legal advice", text)
        assert "=== file" not in body
        if path.stem.endswith(".sv"):
            assert {*facts["places"].split(", ")} <= bound.places().keys()
            assert facts["phases"]


def looked_into(path):
    name = loading._read(path)[0]["file"]
    return inspecting.inspect(SimpleUploadedFile(name, loading.file_of(path))).content_type, name


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_file_of_the_library_stands_the_files_room_s_own_inspection(kind):
    path = next(path for path in SOURCES if loading._read(path)[0]["file"].endswith(kind))
    assert looked_into(path) == (loading.TYPES[kind], loading._read(path)[0]["file"])
    assert loading.file_of(path) == loading.file_of(path)  # the same source, the same bytes


@pytest.mark.slow
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_file_of_the_library_stands_the_inspection(path):
    content_type, name = looked_into(path)
    assert content_type == loading.TYPES[name.rpartition(".")[2]]
