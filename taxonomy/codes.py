"""What a code says by its own digits: prefixes and ancestors.

No database; a code that is not well-formed is kept as it is.
"""

import re

CPV = re.compile(r"[0-9]{8}")
NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")


def cpv_prefix(code: str) -> str:
    """The digits that mean something: "33196000" is "33196"; a division keeps its two ("30000000" is "30")."""
    if not CPV.fullmatch(code):
        return code
    return code.rstrip("0").ljust(2, "0")


def cpv_ancestors(code: str) -> list[str]:
    """The prefixes from the division down to the code itself: ["33", "331", "3319", "33196"]."""
    prefix = cpv_prefix(code)
    if not CPV.fullmatch(code):
        return [prefix]
    return [prefix[:length] for length in range(2, len(prefix) + 1)]


def cpv_level(code: str) -> int:
    """1 for a division (33000000), 2 for a group (33100000), up to 7."""
    return len(cpv_prefix(code)) - 1


def nuts_ancestors(code: str) -> list[str]:
    """The codes from the country down to the region itself: ["SE", "SE2", "SE22", "SE224"]."""
    if not NUTS.fullmatch(code):
        return [code]
    return [code[:length] for length in range(2, len(code) + 1)]


def is_broad(code: str) -> bool:
    """Whether the code is a whole division, such as 33000000: alone it says too little to find suppliers by."""
    return bool(CPV.fullmatch(code)) and cpv_level(code) == 1
