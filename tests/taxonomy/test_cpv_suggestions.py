import pytest
from django.urls import reverse
from django.utils.translation import override


@pytest.fixture
def ask(codes, client):
    def ask(language: str = "en", **query: object) -> str:
        with override(language):
            response = client.get(reverse("taxonomy:cpv_suggestions"), query)
        assert response.status_code == 200
        return response.content.decode()

    return ask


def test_anyone_gets_suggestions_without_an_account(ask):
    page = ask(field="cpv", **{"cpv-words": "fallarm"})
    assert 'value="33196100"' in page
    assert "Devices for the elderly" in page
    assert 'role="status"' in page


def test_what_is_ticked_stays_and_is_not_suggested_again(ask):
    page = ask(field="cpv", cpv=["33196100"], q="fallarm")
    assert page.count('value="33196100"') == 1
    assert 'value="33196100" checked' in page


def test_suggestions_are_in_the_language_of_the_path(ask):
    assert "Larmsystem" in ask("sv", q="trygghetslarm")


def test_words_are_shown_as_text(ask):
    assert "<script>" not in ask(q="<script>alert(1)</script>")


def test_words_are_cut_at_a_hundred_characters(ask):
    assert "y" * 100 in ask(q="y" * 5000)
    assert "y" * 101 not in ask(q="y" * 5000)


@pytest.mark.parametrize("field", ['"><script>', "", "1", "x" * 51])
def test_a_field_that_no_form_has_is_refused(codes, client, field):
    assert client.get(reverse("taxonomy:cpv_suggestions"), {"field": field, "q": "larm"}).status_code == 400


def test_only_get_is_answered(db, client):
    assert client.post(reverse("taxonomy:cpv_suggestions")).status_code == 405
