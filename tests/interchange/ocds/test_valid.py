"""Everything that leaves as open data is valid by the standard: its schema in every case, its own review tool for a few big packages."""

import json
import subprocess
import sys
from contextlib import suppress

import pytest

from interchange.eforms.reader import NotProcurement, read
from interchange.importing import NotImportable, import_notice
from interchange.ocds import packages
from interchange.ocds.releases import releases_of, whole
from procurements import closing, concluding
from procurements.models import Closing, Notice, Procurement
from tests import make
from tests.interchange.ocds import standard
from tests.interchange.ocds.test_releases import amend, end
from tests.interchange.truth import CASES, rows

pytestmark = [pytest.mark.django_db, standard.needed]
VALIDATOR = standard.FOLDER / "validate.py"
FILES = [CASES / folder / row["filename"] for folder, row in rows()]


def import_all(files):
    """Those that name a buyer and themselves; the others are refused by name."""
    for file in files:
        with suppress(NotImportable, NotProcurement):
            import_notice(read(file.read_bytes()), source="test", at=make.NOW)


def write_every_kind():
    """Home-made notices: each kind, joint ones, changed, cancelled, awarded."""
    made = [make.notice(kind=kind, value=1000, currency="NOK") for kind in ("need", "consultation", "prior")]
    joint = make.group(lead=make.buyer(registration_number="2120000142", website="https://kommun.example"))
    for country, state in (("NO", "committed"), ("DK", "option"), ("FI", "observer")):
        make.participant(joint, make.buyer(country=country), state=state)
    made.append(make.notice(group=joint))
    competitions = [make.notice(kind="competition") for _ in range(4)]
    amend(competitions[0], title="Ett nytt namn")
    closing.close(
        competitions[1], way=Closing.CANCELLED, reason="Behovet är löst.", code="no-rece", by=competitions[1].edited_by,
        at=make.NOW,
    )  # fmt: skip
    end(competitions[2], "awarded", tenders=2, winners=[concluding.Chosen("Varnaren AB", make.supplier())])
    end(competitions[3], "unsuitable", code="all-rej")
    return [*made, *competitions]


def all_releases():
    return [release for notice in whole(Notice.objects.order_by("pk")) for release in releases_of(notice)]


def test_what_is_written_here_is_valid():
    written = write_every_kind()
    found = all_releases()
    assert standard.problems({"releases": found}) == []
    assert len(found) == len(written) + 1 + 1 + 2 + 2
    joint = next(release for release in found if len(release["parties"]) > 1 and release["tag"] == ["planning"])
    assert [party["roles"] for party in joint["parties"]] == [["buyer", "leadBuyer"], ["buyer"], ["buyer"]]


@pytest.mark.slow
def test_every_notice_that_is_imported_is_valid():
    import_all(FILES)
    found = all_releases()
    assert len(found) > len(FILES) * 0.9
    assert standard.problems({"releases": found}) == []
    assert len({(release["ocid"], release["id"]) for release in found}) == len(found)


def test_imported_notices_of_every_sort_are_valid():
    import_all(FILES[::6])
    found = all_releases()
    assert standard.problems({"releases": found}) == []
    for procurement in Procurement.objects.all():
        releases = packages.releases_of_procurement(procurement)
        assert standard.problems(packages.record_package(releases, uri="https://arena.example/r.json")) == []


@pytest.mark.slow
def test_the_standards_own_review_calls_it_valid(tmp_path):
    write_every_kind()
    import_all(FILES)
    file = tmp_path / "package.json"
    file.write_text(json.dumps(packages.package(all_releases(), uri="https://arena.example/releases.json")))
    told = subprocess.run([sys.executable, VALIDATOR, file], capture_output=True, text=True, check=False)
    if "ModuleNotFoundError" in told.stderr:
        pytest.skip("The standard's checks need libcoveocds and ocdsextensionregistry, which are not installed.")
    assert told.stdout.splitlines()[-1:] == ["VALID"], told.stdout + told.stderr
    assert told.stdout.startswith("releases "), told.stdout  # no deprecated field, no empty one, nothing to be checked
