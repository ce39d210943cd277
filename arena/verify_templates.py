"""Every template is formatted by djade; run with --write to format."""

import subprocess
import sys
from pathlib import Path

from arena.embedded import ROOT


def main() -> int:
    files = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    check = [] if "--write" in sys.argv else ["--check"]
    djade = Path(sys.executable).with_name("djade")
    return subprocess.call([djade, "--target-version", "5.2", *check, *files])


if __name__ == "__main__":
    sys.exit(main())
