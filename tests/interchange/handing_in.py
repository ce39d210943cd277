"""Deliveries of notices, handed in and worked at by a clock that the test holds."""

import io
import tarfile
import zipfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from interchange import uploading
from tests import make

AT = make.NOW
LATER = AT + timedelta(hours=1)


def zipped(*contents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.xml", content)
    return file.getvalue()


def tarred(*contents):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for number, content in enumerate(contents):
            info = tarfile.TarInfo(f"{number}.xml")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def hand_in(content, name="day.zip", by=None, source="upload", at=AT):
    return uploading.take_in(ContentFile(content, name), name=name, source=source, by=by, at=at)


def work(*, at=AT, until=LATER):
    """A worker whose clock stands still."""
    return uploading.import_due(lambda: at, until=until)


def ticking(at=AT, *, seconds=1):
    """A clock that goes on each time one looks."""
    moments = iter(at + timedelta(seconds=seconds * n) for n in range(100_000))
    return lambda: next(moments)


def on_disk():
    return [path for path in (Path(settings.MEDIA_ROOT) / "imports").glob("*") if path.is_file()]
