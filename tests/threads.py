"""Several acts at once, each on a connection of its own."""

import threading
from typing import Any

from django.db import connections


def at_once(*acts: Any) -> list[Any]:
    """Runs the acts in threads that start together; returns their results, a refusal as the exception."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Any) -> None:
        barrier.wait()
        try:
            results[place] = act()
        except Exception as why:
            results[place] = why
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
