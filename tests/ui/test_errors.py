import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ui import errors

PAGES = [
    (errors.bad_request, 400),
    (errors.permission_denied, 403),
    (errors.not_found, 404),
    (errors.server_error, 500),
    (errors.csrf_failure, 403),
    (errors.too_many, 429),
]


@pytest.mark.parametrize(("answer", "status"), PAGES)
def test_an_error_page_stands_without_database_or_session(rf, answer, status):
    """Without the django_db mark any query would raise."""
    for language in ("sv", "nb", "en"):
        with translation.override(language):
            response = answer(rf.get("/"))
        assert response.status_code == status
        page = response.content.decode()
        assert f'<html lang="{language}">' in page
        assert page.count("<h1>") == 1
        assert f'href="/{language}/"' in page


@pytest.mark.django_db
def test_an_address_that_does_not_exist_is_answered_in_the_language_of_its_path(client):
    response = client.get("/nb/finnes-ikke/")
    assert response.status_code == 404
    assert '<html lang="nb">' in response.content.decode()


@pytest.mark.django_db
def test_what_is_too_large_is_called_so(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for door in (client, Client(enforce_csrf_checks=True)):  # read by the page, and by the guard before it
        door.get("/en/account/login/")
        response = door.post("/en/account/login/", {"login": "x" * 2000})
        assert response.status_code == 413
        assert "What was sent is too large" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "nb", "en"])
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_the_doors_of_the_arena_look_like_the_arena(client, name, language):
    with translation.override(language):
        page = client.get(reverse(name)).content.decode()
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    assert 'class="entrance sheet"' in page
    assert 'class="button"' in page
    assert "placeholder=" not in page


@pytest.mark.django_db
def test_the_frame_links_to_the_same_page_in_the_other_languages(client):
    page = client.get("/sv/account/login/?next=/sv/start/").content.decode()
    assert 'href="/nb/account/login/?next=/sv/start/" lang="nb" hreflang="nb"' in page
    assert '<span aria-current="true" lang="sv">' in page
    assert 'class="skip" href="#main"' in page
