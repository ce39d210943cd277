from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Delivery:
    """What one step of a round brought: a file, or the news that there was none. `position` is how far the source is read then."""

    position: str
    file: Path | None = None  # in the folder that the step was given
    remark: str = ""  # what whoever runs the arena should know, and need not do anything about
