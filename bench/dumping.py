"""How fast are the releases of the day written, and does memory grow with them? `python -m bench.dumping [--rows 2000]`

`bench/corpus.py` makes the notices, one release each: first `--rows`, then ten times as many. Each measurement is a process of its
own, which tells its highest resident memory (VmHWM: ru_maxrss begins at what the parent had). The peer, in the same run: a bare
`json.dumps` of the same releases, read from a file into a list beforehand, through the same gzip: no database, nothing to be put
together, all of it in memory.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from gzip import GzipFile
from pathlib import Path
from typing import NamedTuple

from bench import corpus as made_up
from bench.database import machine, prepared

TIMES = 10


class Measured(NamedTuple):
    releases: int
    seconds: float  # of this process's processor time, for writing; the peer's reading does not count
    megabytes: float  # the highest that was resident


def ours(target: Path) -> int:
    import django

    django.setup()
    from interchange import dumping
    from interchange.ocds import addresses

    addresses.whole("home")  # the addresses of the whole arena are read once
    return timed(target, dumping.write_releases)


def bare(target: Path) -> int:
    """From the lines that ours wrote."""
    with GzipFile(target) as file:
        releases = [json.loads(line) for line in file]

    def write(file: GzipFile) -> int:
        for release in releases:
            file.write(json.dumps(release, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        return len(releases)

    return timed(target.with_suffix(".bare"), write)


def idle(_target: Path) -> int:
    """What a process holds that has only woken up."""
    import django

    django.setup()
    from interchange.ocds import addresses

    addresses.whole("home")
    return timed(Path("/dev/null"), lambda _file: 0)


WAYS = {"ours": ours, "bare": bare, "idle": idle}


def timed(target: Path, write: Callable[[GzipFile], int]) -> int:
    begun = time.process_time()  # other work may run on the machine
    with GzipFile(target, "wb", compresslevel=6) as file:
        count = write(file)
    taken = time.process_time() - begun
    print(json.dumps([count, taken, highest()]))
    return count


def highest() -> float:
    """MB that were resident at most."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def measure(way: str, target: Path) -> Measured:
    command = [sys.executable, "-m", "bench.dumping", "--way", way, "--target", str(target)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measured(*json.loads(told.stdout.splitlines()[-1]))


def fill(rows: int) -> None:
    """These rows and no others."""
    from django.db import connection
    from django.utils import timezone

    from taxonomy.models import CpvCode

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procurements_procurement, accounts_organisation CASCADE")
    made_up.load(
        made_up.Corpus(list(CpvCode.objects.values_list("pk", flat=True))), rows, timezone.now(), lambda _said: None
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=2_000)
    asked.add_argument("--way", choices=sorted(WAYS), help="what the measured process does; for this program itself")
    asked.add_argument("--target", type=Path)
    said = asked.parse_args()
    if said.way:
        WAYS[said.way](said.target)
        return
    with tempfile.TemporaryDirectory() as folder, prepared("dumping"):
        from django.core.management import call_command

        call_command("load_codes", verbosity=0)
        print(machine(), "\n")
        print("| way | releases | processor s | releases/s | highest memory, MB |\n|---|---|---|---|---|")
        found: dict[tuple[str, int], Measured] = {}
        for rows in (said.rows, said.rows * TIMES):
            fill(rows)
            for way in ("ours", "bare"):
                one = found[way, rows] = measure(way, Path(folder) / f"{rows}.gz")
                rate = one.releases / one.seconds
                print(
                    f"| {way} | {one.releases:,} | {one.seconds:.1f} | {rate:,.0f} | {one.megabytes:.0f} |", flush=True
                )
        rest = measure("idle", Path(folder)).megabytes
        print(f"\nA process that has only woken up: {rest:.0f} MB.")
        for way in ("ours", "bare"):
            less, more = (found[way, rows].megabytes for rows in (said.rows, said.rows * TIMES))
            print(f"Memory at {TIMES} times as many releases, {way}: {more / less:.2f} times.")


if __name__ == "__main__":
    main()
