"""`python -m bench.chaos [--seed 1..5] [--small] [--only F1,F2] [--report FILE]`: the fault tests of quality 3.4."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from bench.chaos.ground import Ground
from bench.database import machine


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", default="1", help="1, or 1..5")
    arguments.add_argument("--small", action="store_true", help="the size that stands in ./test")
    arguments.add_argument("--only", default="F1,F2,F4,F5,F8,F13")
    arguments.add_argument("--report", type=Path, help="writes what each fault broke, as JSON")
    arguments.add_argument("--like", default="", help="the address of a migrated database, to save the migrations")
    given = arguments.parse_args()
    first, _dots, last = given.seed.partition("..")
    seeds = range(int(first), int(last or first) + 1)
    verdicts: dict[str, list[str]] = {}
    name = f"{os.environ.get('ARENA_TEST_SERVICES', 'bench')}-chaos"
    with Ground(name, like=given.like) as ground:
        from bench.chaos import faults

        print(machine(), flush=True)
        for name in given.only.split(","):
            began = time.monotonic()
            verdict = faults.FAULTS[name](ground, small=given.small, seeds=seeds)
            print(f"\n## {name} ({time.monotonic() - began:.0f} s)\n\n{verdict.table}\n", flush=True)
            for sentence in verdict.failures:
                print(f"FAILED: {sentence}", flush=True)
            verdicts[name] = verdict.failures
    if given.report:
        given.report.write_text(json.dumps(verdicts))
    return int(any(verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
