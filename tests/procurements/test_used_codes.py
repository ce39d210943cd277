from datetime import timedelta

from django.test import Client
from django.urls import reverse

from procurements.used_codes import used_codes
from taxonomy.finding import find_cpv
from tests import make


def test_codes_of_published_notices_with_the_words_are_counted(db):
    for _ in range(3):
        make.notice(title="Kvistkross till parken", cpv=["43411000", "77340000"])
    make.notice(title="Kvistkross", cpv=["43411000"])
    make.notice(title="Något annat", cpv=["33196000"])
    assert used_codes("kvistkross") == {"43411000": 4, "77340000": 3}


def test_a_draft_never_feeds_a_suggestion(db):
    make.notice(title="Kvistkross", cpv=["43411000"], published=False)
    assert used_codes("kvistkross") == {}


def test_what_is_rewritten_but_not_published_never_feeds_a_suggestion(db):
    by = make.member(buyer := make.buyer())
    notice = make.notice(title="Flis", cpv=["77340000"], buyer=buyer, by=by)
    type(notice).objects.filter(pk=notice.pk).update(title="Kvistkross", cpv=["43411000"])
    assert used_codes("kvistkross") == {}
    assert used_codes("flis") == {"77340000": 1}


def test_one_query_however_many_notices(db, django_assert_num_queries):
    for _ in range(3):
        make.notice(title="Kvistkross")
    with django_assert_num_queries(1):
        used_codes("kvistkross")
    with django_assert_num_queries(0):
        used_codes("35121700")


def test_odd_words_are_no_error(db):
    for words in ("", " ", "\0", "& | !", '"', "-", "x" * 5000, "or or"):
        assert used_codes(words) == {}


def test_a_code_in_use_is_suggested_with_how_many_use_it(lists):
    many, one = find_cpv("kvistkross", "en", used={"77340000": 12, "77300000": 1})
    assert (many.code, many.why) == ("77340000", "12 published notices with these words use this code.")
    assert (one.code, one.why) == ("77300000", "1 published notice with these words uses this code.")


def test_everyday_words_are_trusted_more_than_use(lists):
    found = find_cpv("trygghetslarm", "en", used={"77340000": 50})
    assert found[0].code == "35121700"
    assert "77340000" in {each.code for each in found}


def test_the_wizard_suggests_codes_in_use(lists):
    for _ in range(2):
        make.notice(title="Kvistkross", cpv=["77340000"], at=make.NOW - timedelta(days=1))
    person, client = make.member(make.buyer()), Client()
    client.force_login(person)
    page = client.get(reverse("procurements:cpv_suggestions"), {"field": "cpv", "cpv-words": "kvistkross"})
    assert page.status_code == 200
    assert 'value="77340000"' in page.content.decode()
    assert "2 published notices with these words use this code." in page.content.decode()
