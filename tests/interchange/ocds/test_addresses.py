"""Open data at lasting addresses: for everybody, the same until something changes, and nothing that is not public."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from interchange.ocds import views
from procurements import interest, publishing, writing
from tests import make
from tests.interchange.ocds import standard
from tests.interchange.ocds.test_releases import amend

pytestmark = pytest.mark.django_db


@pytest.fixture
def competition():
    return make.notice(kind="competition")


def address(notice):
    return reverse("interchange:notice_ocds", args=[notice.slug])


def of_procurement(what, notice):
    return reverse(f"ocds:procurement_{what}", args=[notice.procurement.ocid])


def checked(client, path, **query):
    """The package at an address, valid by the standard; links to further pages are the pagination that its guidance describes."""
    response = client.get(path, query)
    assert response.status_code == 200, response.content
    assert response["Access-Control-Allow-Origin"] == "*"
    package = response.json()
    if standard.FOLDER.exists():
        assert standard.problems(package) == []
    return package


def test_a_package_says_who_made_it_and_what_one_may_do(client, competition):
    package = checked(client, address(competition))
    assert package["uri"].endswith(f"/sv/interchange/competition-{competition.code}/ocds.json")
    assert client.get(package["uri"].removeprefix(settings.URL)).json() == package
    assert package["license"].startswith("https://creativecommons.org/publicdomain/zero")
    assert package["publicationPolicy"].endswith("/sv/open-data/")
    assert len(package["releases"]) == 1


def test_every_reader_gets_the_same_bytes(client, competition):
    other = client.get(f"/nb/interchange/{competition.slug}/ocds.json", headers={"Accept-Language": "nb"})
    assert other.content == client.get(address(competition)).content


def test_it_is_the_same_until_something_is_published(client, competition):
    first = client.get(address(competition))
    supplier = make.supplier()
    interest.register(
        competition.procurement, organisation=supplier, level="interested", message="Hej",
        by=make.member(supplier), at=make.NOW + timedelta(hours=1),
    )  # fmt: skip
    writer = competition.edited_by
    changed = {"title": "Ett nytt namn"}
    writing.save(competition, wording=changed, revision=competition.revision, by=writer, at=make.NOW)
    again = client.get(address(competition), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    publishing.publish(competition, by=writer, at=make.NOW + timedelta(days=1), reason="Tydligare.")
    changed = client.get(address(competition), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    [release] = changed.json()["releases"]
    assert (release["tag"], release["id"]) == (["tenderUpdate"], f"{competition.code}-02")


def test_a_draft_is_not_there(client):
    draft = make.notice(published=False)
    paths = [address(draft), of_procurement("releases", draft), of_procurement("record", draft)]
    assert [client.get(path).status_code for path in paths] == [404] * 3
    assert client.get("/ocds/ocds-abcdef-finns-inte/record.json").status_code == 404


def test_a_procurement_has_all_its_releases_and_what_they_say_together(client, competition):
    amend(competition, title="Ett nytt namn")
    draft = make.notice(published=False, title="Ännu hemligt")
    type(draft).objects.filter(pk=draft.pk).update(procurement=competition.procurement)
    package = checked(client, of_procurement("releases", competition))
    assert [release["tag"] for release in package["releases"]] == [["tender"], ["tenderUpdate"]]
    [record] = checked(client, of_procurement("record", competition))["records"]
    assert record["releases"] == package["releases"]
    assert record["compiledRelease"]["tender"]["title"] == "Ett nytt namn"
    assert "hemligt" not in str(record)


def test_an_ocid_of_another_system_is_an_address_too(client, competition):
    type(competition.procurement).objects.filter(pk=competition.procurement_id).update(ocid="ocds-abcdef-2022/S 84")
    competition.procurement.refresh_from_db()
    assert checked(client, of_procurement("record", competition))["records"][0]["ocid"] == "ocds-abcdef-2022/S 84"


def test_a_question_is_answered_page_by_page(client, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    wanted = [make.notice(kind="competition") for _ in range(5)]
    make.notice(kind="need")
    path, found = f"{reverse('ocds:release_list')}?state=all&kind=competition", []
    for _page in range(3):
        response = client.get(path)
        package = response.json()
        found += [release["id"] for release in package["releases"]]
        path = package.get("links", {}).get("next", "").removeprefix(settings.URL)
        assert bool(path) == ("Link" in response)
    assert found == [f"{notice.code}-01" for notice in wanted]
    assert not path


def test_a_question_has_the_filters_of_the_list(client, competition):
    make.notice(kind="need", regions=["NO091"])
    path = reverse("ocds:release_list")
    [release] = checked(client, path, region="NO091")["releases"]
    assert release["tag"] == ["planning"]
    assert client.get(path, {"kind": "award"}).json()["releases"] == []


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "1-2-3", "٣-١", "9" * 30 + "-1"])
def test_a_position_that_nobody_gave_is_refused(client, after):
    response = client.get(reverse("ocds:release_list"), {"after": after})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_a_page_takes_as_many_queries_as_one_notice(client, competition, django_assert_max_num_queries):
    for _ in range(4):
        make.notice(kind="competition")
    with django_assert_max_num_queries(25):
        assert len(client.get(reverse("ocds:release_list")).json()["releases"]) == 5


@override_settings(LIMITED=True, LIMITS={"data": {"ip": (1, 60)}})
def test_who_asks_too_often_waits(client, competition):
    cache.clear()
    assert client.get(of_procurement("record", competition)).status_code == 200
    again = client.get(of_procurement("record", competition))
    assert (again.status_code, again["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_open_data_is_read_and_nothing_else(client, competition, method):
    assert getattr(client, method)(of_procurement("record", competition)).status_code == 405
