"""While something is mended everybody reads, and administrators alone write (D17)."""

import pytest
from django.urls import reverse

from accounts.models import Duty
from procurements.models import Notice
from records.models import KeptPost
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mended(settings):
    settings.MAINTENANCE = True


def test_everybody_reads_and_is_told(client):
    page = client.get("/en/guidance/")
    assert page.status_code == 200
    assert "nothing can be saved just now" in page.content.decode()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_what_somebody_writes_is_kept_for_its_sender(signed_in):
    client = signed_in(make.member(make.buyer(), language="en"))
    answer = client.post("/en/procurements/new/", {"title": "Ett nytt behov"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    kept = KeptPost.objects.get()
    assert reverse("accounts:kept_post", args=[kept.pk]) in answer.content.decode()
    assert "Ett nytt behov" in client.get(reverse("accounts:kept_post", args=[kept.pk])).content.decode()
    assert not Notice.objects.exists()


def test_it_is_sent_again_when_all_is_well(signed_in, settings):
    client = signed_in(make.member(make.buyer(), language="en"))
    client.post("/en/procurements/new/", {"title": "Ett nytt behov"})
    settings.MAINTENANCE = False
    client.post(f"/en/procurements/new/?kept={KeptPost.objects.get().pk}", {"title": "Ett nytt behov"})
    assert Notice.objects.get().title == "Ett nytt behov"


def test_one_logs_in_and_out_but_changes_no_account(client):
    person = make.user()
    answer = client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    assert answer.status_code == 302
    assert client.post(reverse("account_change_password"), {}).status_code == 503
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.post(reverse("account_signup"), {}).status_code == 503


def test_an_administrator_writes(signed_in):
    client = signed_in(make.user(duty=Duty.ADMIN, language="en"))
    assert client.post(reverse("accounts:organisation_create"), {}).status_code not in (302, 503)
    assert signed_in(make.user(duty=Duty.CURATOR)).post("/en/guidance/editing/new/", {}).status_code == 503


def test_programs_are_told_when_to_come_back(client):
    answer = client.post(reverse("api:import_create"), b"<xml/>", content_type="application/xml")
    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    assert answer["Content-Type"] == "application/problem+json"
    assert client.get(reverse("api:notice_list")).status_code == 200
