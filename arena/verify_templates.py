"""Every template is formatted by djade; run with --write to format."""

import subprocess
import sys

from arena.embedded import ROOT


def main() -> int:
    files = sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))
    check = [] if "--write" in sys.argv else ["--check"]
    return subprocess.call([sys.executable, "-m", "djade", "--target-version", "5.2", *check, *files])


if __name__ == "__main__":
    sys.exit(main())
