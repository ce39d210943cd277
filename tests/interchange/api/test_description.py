"""The description says what is true, for programs and for people."""

import json

import pytest
import yaml

from interchange.api import describing
from tests.interchange.api.asking import ask


class TestDescription:
    def test_it_is_openapi_3_1_in_both_forms(self, client):
        said = client.get("/api/v1/openapi.json")
        assert said.json()["openapi"] == "3.1.0"
        assert yaml.safe_load(client.get("/api/v1/openapi.yaml").content) == json.loads(said.content)
        assert "Access-Control-Allow-Origin" in said

    def test_every_operation_says_what_it_is(self):
        for address, verbs in describing.description()["paths"].items():
            for operation in verbs.values():
                assert operation["summary"], address
                assert operation["description"], address
                for parameter in operation.get("parameters", []):
                    assert parameter.get("description") or parameter["in"] == "path"

    def test_nothing_in_it_names_another_host(self):
        text = json.dumps(describing.description())
        assert "jsdelivr" not in text
        assert "localhost:8000" in text

    @pytest.mark.django_db
    @pytest.mark.parametrize("language", ["sv", "en"])
    def test_people_read_the_same(self, language, client):
        page = client.get(f"/{language}/interchange/api/").content.decode()
        for address in describing.description()["paths"]:
            assert address in page
        assert page.count("<h1") == 1

    @pytest.mark.django_db
    def test_the_addresses_of_the_start_answer(self):
        for address in ask("").json()["addresses"].values():
            assert ask(address.partition("/api/v1/")[2]).status_code == 200
