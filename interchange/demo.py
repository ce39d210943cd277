"""The notices that the demo imports: made up, in Swedish and Norwegian, with dates near today."""

import re
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "demo_notices"
PLACEHOLDER = re.compile(rb"\{\{([+-]\d{1,4})d\}\}")


def demo_notices(today: date) -> list[tuple[str, bytes]]:
    """(file name, XML) of each, in the order of names. `{{+30d}}` stands for the date thirty days after `today`.

    The identifiers are fixed: importing them again on another day changes nothing.
    """

    def dated(match: re.Match[bytes]) -> bytes:
        return (today + timedelta(days=int(match[1]))).isoformat().encode()

    return [(path.name, PLACEHOLDER.sub(dated, path.read_bytes())) for path in sorted(FOLDER.glob("*.xml"))]
