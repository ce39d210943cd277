"""The command that checks what leaves against the schemas of an SDK, where an operator has one."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import make

pytestmark = pytest.mark.django_db
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:ContractNotice-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
BASIC = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{CBC}" elementFormDefault="qualified">
<xs:element name="UBLVersionID" type="xs:string"/></xs:schema>"""
DOCUMENT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:cbc="{cbc}" targetNamespace="{root}">
<xs:import namespace="{cbc}" schemaLocation="../common/basic.xsd"/>
<xs:element name="ContractNotice"><xs:complexType><xs:sequence>{first}
<xs:any namespace="##other" processContents="skip" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
ANY = '<xs:any namespace="##other" processContents="skip"/>'


@pytest.fixture
def sdk(tmp_path):
    """A directory laid out like an SDK, with a small schema of its own for contract notices."""

    def make_sdk(first):
        for folder, name, words in (
            ("common", "basic.xsd", BASIC),
            ("maindoc", "UBL-ContractNotice-2.3.xsd", DOCUMENT.format(cbc=CBC, root=ROOT, first=first)),
        ):
            (tmp_path / "schemas" / folder).mkdir(parents=True, exist_ok=True)
            (tmp_path / "schemas" / folder / name).write_text(words, encoding="utf-8")
        return tmp_path

    return make_sdk


def told(*slugs, **options):
    out = StringIO()
    call_command("check_eforms", *slugs, stdout=out, **options)
    return out.getvalue()


def test_a_notice_that_follows_the_schema_is_counted(sdk):
    notice = make.notice(kind="competition")
    make.notice(kind="effect")
    directory = sdk(ANY + '<xs:element ref="cbc:UBLVersionID"/>')
    assert told(sdk=directory) == "1 notices were checked; 0 have problems.\n"
    assert told(notice.slug, sdk=directory) == "1 notices were checked; 0 have problems.\n"


def test_a_notice_that_does_not_is_named_with_what_is_wrong(sdk):
    notice = make.notice(kind="competition")
    out = StringIO()
    with pytest.raises(CommandError, match="Not every notice is valid"):
        call_command("check_eforms", sdk=sdk('<xs:element ref="cbc:UBLVersionID"/>'), stdout=out)
    assert f"{notice.slug}: line " in out.getvalue()
    assert "UBLVersionID" in out.getvalue()


def test_a_document_without_a_schema_is_named(sdk):
    make.notice(kind="need")
    with pytest.raises(CommandError):
        told(sdk=sdk(ANY))


def test_without_an_sdk_it_says_that_no_schema_is_at_hand():
    make.notice(kind="competition")
    assert "No schema is at hand" in told()


def test_what_is_no_sdk_and_what_is_no_notice_is_said(tmp_path, sdk):
    with pytest.raises(CommandError, match="no schema in"):
        told(sdk=tmp_path)
    (sdk(ANY) / "schemas" / "maindoc" / "broken.xsd").write_text("<xs:schema")
    with pytest.raises(CommandError, match="broken"):
        told(sdk=tmp_path)
    with pytest.raises(CommandError, match="no published notice"):
        told("ingenting-abcdefgh")
