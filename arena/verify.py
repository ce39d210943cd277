"""What ./test runs: everything that judges the code, then everything that runs it. Stops at the end, not at the first failure.

./test                 all of the first tier (docs/quality.md)
./test --only pytest   one step; the rest of the line goes to it
./test --full          the second tier as well: slow tests, all languages and roles
"""

import os
import subprocess
import sys
import time

PACKAGES = [
    "arena", "interchange", "matchmaking", "suppliers", "knowledge", "procurements", "networks", "notifications",
    "files", "taxonomy", "accounts", "records", "ui",
]  # fmt: skip


def steps(full: bool) -> dict[str, list[str]]:
    python = sys.executable
    # In the order of the folders: by the number of tests, long journeys would come last, and one worker would wait for the other.
    tests = [python, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return {
        "ruff": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "templates": [python, "-m", "arena.verify_templates"],
        "layers": [os.path.join(os.path.dirname(python), "lint-imports"), "--no-cache"],
        "types": [python, "-m", "mypy", *PACKAGES],
        "pytest": [*tests, *(["-m", "slow or not slow"] if full else [])],
    }


def main() -> int:
    arguments = sys.argv[1:]
    full = "--full" in arguments
    arguments = [argument for argument in arguments if argument != "--full"]
    chosen = steps(full)
    if arguments[:1] == ["--only"]:
        name = arguments[1]
        chosen = {name: [*chosen[name], *arguments[2:]]}
    elif arguments:
        chosen = {"pytest": [sys.executable, "-m", "pytest", *arguments]}
    failed = []
    for name, command in chosen.items():
        began = time.monotonic()
        print(f"--- {name}", flush=True)
        if subprocess.call(command):
            failed.append(name)
        print(f"--- {name}: {time.monotonic() - began:.1f} s", flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
