"""Random walks: a state machine whose rules are clicks and whose invariants are what nobody may ever see broken."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test


def walk(life, *, walks, steps):
    """The same walks each time: a fault that was found once is found again."""
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
