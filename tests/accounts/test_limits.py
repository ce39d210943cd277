import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db


def test_too_many_tries_are_answered_with_a_page_that_says_so(client):
    cache.clear()
    for number in range(21):  # 20 a minute from one address
        response = client.post("/sv/account/password/reset/", {"email": f"nobody{number}@example.org"})
    assert response.status_code == 429
    assert (response["Retry-After"], response["Cache-Control"]) == ("300", "no-store")
    assert "För många försök" in response.content.decode()
    cache.clear()
