import socket
import threading
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import receiving
from tests import make
from tests.files import corpus


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A folder of the test's own, so that all that lies in it can be counted."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "files"


@pytest.fixture
def received(db):
    """`received(name="a.pdf")`: a file that a person uploaded."""

    def receive(name="Behovsbeskrivning – Åre (v2).pdf", content=None, *, by=None, organisation=None, at=make.NOW):
        upload = SimpleUploadedFile(name, corpus.pdf() if content is None else content)
        return receiving.receive(upload, by=by or make.user(), organisation=organisation, at=at)

    return receive


class FakeScanner:
    """A daemon that speaks clamd's INSTREAM on a real socket; `manner` says how it behaves."""

    def __init__(self, path: Path) -> None:
        self.path, self.manner = path, "honest"
        self.heard: list[bytes] = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def close(self) -> None:
        self.done.set()
        with socket.socket(socket.AF_UNIX) as last:  # wakes it up
            last.connect(str(self.path))
        self.thread.join()
        self.listener.close()

    def _serve(self) -> None:
        while True:
            caller, _address = self.listener.accept()
            if self.done.is_set():
                caller.close()
                return
            with caller, caller.makefile("rb") as stream:
                try:
                    if answer := self._answer(stream):
                        caller.sendall(answer + b"\0")
                except OSError:
                    continue

    def _answer(self, stream) -> bytes:
        if self.manner == "closes":
            return b""
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(stream.read(4), "big"):
            content += stream.read(length)
            if self.manner == "has a limit":
                return b"INSTREAM size limit exceeded. ERROR"
        self.heard.append(content)
        if self.manner == "chokes on the first" and content == b"first":
            return b""
        if self.manner == "is slow":
            self.done.wait(5)
            return b""
        if self.manner == "has an error":
            return b"stream: Can't allocate memory ERROR"
        if self.manner == "gives up on its limits":
            return b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND"
        return b"stream: Eicar-Test-Signature FOUND" if corpus.EICAR in content else b"stream: OK"


@pytest.fixture
def scanner(settings, tmp_path):
    fake = FakeScanner(tmp_path / "clamd.sock")
    settings.CLAMD = f"unix://{fake.path}"
    yield fake
    fake.close()
