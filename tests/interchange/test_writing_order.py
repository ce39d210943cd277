"""Elements stand in the order of the schemas, as far as the notices beside the project show it."""

from collections import defaultdict

import pytest
from lxml import etree

from interchange.eforms.document import NAMESPACES
from interchange.eforms.writing_order import SEQUENCES, arrange, name_of
from interchange.eforms.writing_xml import new
from tests.interchange.truth import CASES


@pytest.fixture(scope="module")
def seen():
    """{parent: {(earlier, later), ...}} in every notice."""
    files = sorted(CASES.glob("*/*.xml"))
    if not files:
        pytest.skip("The notices beside the project are not here: set ARENA_CASES_DIR.")
    found = defaultdict(set)
    for file in files:
        for node in etree.parse(file).getroot().iter(etree.Element):
            names = list(dict.fromkeys(name_of(child) for child in node.iterchildren(etree.Element)))
            found[name_of(node)] |= {(a, b) for place, a in enumerate(names) for b in names[place + 1 :]}
    return found


@pytest.mark.parametrize("parent", sorted(SEQUENCES))
def test_no_notice_has_two_elements_the_other_way_round(seen, parent):
    sequence = SEQUENCES[parent]
    ours = {(a, b) for place, a in enumerate(sequence) for b in sequence[place + 1 :]}
    assert not {(later, earlier) for earlier, later in ours} & seen[parent]


def test_every_name_stands_once():
    assert all(len(sequence) == len(set(sequence)) for sequence in SEQUENCES.values())


def test_what_is_written_in_any_order_leaves_in_that_of_the_schemas():
    root = etree.Element("ContractNotice", nsmap=NAMESPACES)
    for path in ("cbc:VersionID", "cbc:ID", "$X/efac:NoticeSubType/cbc:SubTypeCode", "cbc:IssueDate"):
        new(root, path, path)
    new(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID", "second")
    new(root, "cac:ContractingParty/cbc:BuyerProfileURI", "first")
    arrange(root)
    assert [name_of(child) for child in root] == [
        "ext:UBLExtensions",
        "cbc:ID",
        "cbc:IssueDate",
        "cbc:VersionID",
        "cac:ContractingParty",
    ]
    assert [name_of(child) for child in root[-1]] == ["cbc:BuyerProfileURI", "cac:Party"]
