"""Files for the pages that take them, and a procurement that has some."""

from django.core.files.uploadedfile import SimpleUploadedFile

from files import receiving
from procurements import documenting
from tests import make
from tests.files import corpus

ODD = "Behovsbeskrivning – Åre (v2).pdf"


def upload(name=ODD, content=None):
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content)


def received(notice, name=ODD, content=None, *, by=None, at=make.NOW):
    buyer = notice.procurement.organisation
    return receiving.receive(upload(name, content), by=by or notice.edited_by, organisation=buyer, at=at)


def with_documents(notice, *names, at=make.NOW):
    """The notice with a document of each name; their contents differ."""
    files = [received(notice, name, corpus.pdf(b"% " + name.encode() + b"\n"), at=at) for name in names]
    return documenting.add(notice, files=files, by=notice.edited_by, at=at)
