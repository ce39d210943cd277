"""A service that did not answer is left alone for some seconds: one request waits for it then, and not every one."""

import time


class Circuit:
    """Each process has its own; what it closes again by is time alone."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._until = seconds, 0.0

    @property
    def is_open(self) -> bool:
        """Whether the service failed so lately that nobody should ask it."""
        return time.monotonic() < self._until

    def failed(self) -> None:
        self._until = time.monotonic() + self._seconds
