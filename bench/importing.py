"""How fast are notices imported, and in how much memory? `python -m bench.importing [--notices 2000]`

One archive as TED's daily package is (tar.gz), read by the arena as it reads whatever is handed in: kept, found, stored, indexed,
reported. The peer, in the same run and on the same archive: tarfile and lxml, which open each file and read its identifier, and
store nothing. Each in a process of its own, whose peak of memory is measured.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from bench.database import machine, prepared
from bench.eforms_files import files

ID = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}ID"


def peak() -> float:
    """The most memory that this process ever held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1000


def bare(archive: Path) -> dict[str, float]:
    from lxml import etree

    before, began, read = peak(), time.perf_counter(), 0
    with tarfile.open(archive) as members:
        for member in members:
            file = members.extractfile(member)
            assert file
            root = etree.fromstring(file.read())
            read += root.findtext(ID) is not None
    return {"read": read, "seconds": time.perf_counter() - began, "before": before, "peak": peak()}


def arena(archive: Path) -> dict[str, float]:
    import django

    django.setup()
    from datetime import UTC, datetime, timedelta

    from django.core.files.base import File

    from interchange import uploading
    from interchange.models import ImportedFile

    def clock() -> datetime:
        return datetime.now(UTC)

    before, began = peak(), time.perf_counter()
    with archive.open("rb") as file:
        job = uploading.take_in(File(file), name=archive.name, source="bench", by=None, at=clock())
    uploading.import_due(clock, until=clock() + timedelta(hours=9))
    seconds = time.perf_counter() - began
    read = ImportedFile.objects.filter(job=job, outcome__in=["new", "changed", "unchanged"]).count()
    return {"read": read, "seconds": seconds, "before": before, "peak": peak()}


def measured(way: str, archive: Path) -> dict[str, float]:
    """One way in a child."""
    command = [sys.executable, "-m", "bench.importing", "--child", way, "--archive", str(archive)]
    said = subprocess.run(command, env=os.environ, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--notices", type=int, default=2000)
    arguments.add_argument("--child", choices=["bare", "arena"])
    arguments.add_argument("--archive", type=Path)
    asked = arguments.parse_args()
    if asked.child:
        print(json.dumps({"bare": bare, "arena": arena}[asked.child](asked.archive)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-importing-") as folder:
        os.environ["ARENA_MEDIA_DIR"] = str(Path(folder) / "media")
        archive, sizes = Path(folder) / "day.tar.gz", []
        with tarfile.open(archive, "w:gz") as packed:
            for name, content in files(asked.notices):
                info = tarfile.TarInfo(name)
                info.size = len(content)
                sizes.append(len(content))
                packed.addfile(info, io.BytesIO(content))
        with prepared(f"importing-{os.getpid()}"):
            rows = [("the arena, into an empty database", measured("arena", archive))]
            rows.append(("the arena, the same archive again", measured("arena", archive)))
            rows.append(("tarfile and lxml, nothing stored", measured("bare", archive)))
    print(
        f"{machine()}; {asked.notices} notices, {sum(sizes) / 1e6:.0f} MB of XML, {statistics.median(sizes) / 1000:.0f} KB each (median)\n"
    )
    print(
        "| way | notices read | seconds | notices/s | MB/s of XML | memory before, MB | peak, MB |\n|---|---|---|---|---|---|---|"
    )
    for way, row in rows:
        speed = f"{row['read'] / row['seconds']:,.0f} | {sum(sizes) / 1e6 / row['seconds']:,.1f}"
        print(
            f"| {way} | {row['read']:,.0f} | {row['seconds']:.1f} | {speed} | {row['before']:.0f} | {row['peak']:.0f} |"
        )


if __name__ == "__main__":
    main()
