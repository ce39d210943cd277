import pytest

pytestmark = pytest.mark.django_db


def test_the_home_page_answers(client):
    assert client.get("/sv/").status_code == 200
