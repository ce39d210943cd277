"""The faults by their names in quality 3.4, each with a table of what was seen and the sentences of what it broke."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bench.chaos import away, beats, builds, people, poison, slow, storm
from bench.chaos.ground import Ground

GROUPS, FEW_GROUPS = 40, 4


@dataclass
class Verdict:
    table: str
    failures: list[str] = field(default_factory=list)


def storms(ground: Ground, *, small: bool, seeds: Iterable[int]) -> Verdict:
    """F1."""
    results = [storm_of(ground, small=small, seed=seed) for seed in seeds]
    return Verdict(storm.table(results), [f"seed {one.seed}: {said}" for one in results for said in one.failures])


def storm_of(ground: Ground, *, small: bool, seed: int, build: str = "") -> storm.Result:
    plan = storm.SMALL if small else storm.FULL
    if build:  # it shows itself soon, or the run has no teeth
        plan = storm.TWO_HANDS if build == "unique" else storm.LIGHT
    options = {"lease": 3 if small or build else 15, "children": 1 if small or build else 2, "seed": seed}
    if build:
        options["imports"] = "bench.chaos.builds"
    with ground.world(f"storm_{build or seed}", **options) as world:
        world.environment["CHAOS_BUILD"] = build
        if build == "unique":
            with ground.as_owner(world.database) as owner:
                for table, constraint in builds.UNIQUE:
                    owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        cast = people.cast(FEW_GROUPS if small or build else GROUPS, ten=5 if small or build else people.TEN)
        return storm.run(world, cast, plan, seed)


def sabotaged(ground: Ground, *, small: bool, seeds: Iterable[int]) -> Verdict:
    """F2. Each build has to fail; that none does is the failure."""
    rows, failures = [], []
    for build in builds.SABOTAGES:
        result = storm_of(ground, small=small, seed=next(iter(seeds)), build=build)
        rows.append(f"| {build} | {'; '.join(result.failures) or 'nothing'} |")
        if not result.failures:
            failures.append(f"the build without its {build} passed")
    return Verdict("| build | what it broke |\n|---|---|\n" + "\n".join(rows), failures)


def poisoned(ground: Ground, *, small: bool, seeds: Iterable[int]) -> Verdict:
    """F13."""
    return Verdict(*poison.run(ground, poison.SMALL if small else poison.FULL))


def slow_server(ground: Ground, *, small: bool, seeds: Iterable[int]) -> Verdict:
    """F4."""
    seen = [slow.run(ground, plan) for plan in (slow.SMALL if small else slow.FULL)]
    return Verdict(slow.HEAD + "\n".join(row for row, _wrong in seen), [said for _row, wrong in seen for said in wrong])


def two_beats(ground: Ground, *, small: bool, seeds: Iterable[int]) -> Verdict:
    """F5."""
    rows, wrong = beats.run(ground, beats.SMALL if small else beats.FULL)
    return Verdict(beats.HEAD + rows, wrong)


def without_redis(ground: Ground, *, small: bool, seeds: Iterable[int]) -> Verdict:
    """F8."""
    seconds, rounds = (3, 3) if small else (60, 40)
    seen = away.run(ground, seconds=seconds, rounds=rounds)
    return Verdict(
        away.HEAD + "\n".join(away.row(name, seconds, each) for name, each in seen.items()),
        [f"Redis {name}: {said}" for name, each in seen.items() for said in each.wrong],
    )


FAULTS: dict[str, Callable[..., Verdict]] = {
    "F1": storms,
    "F2": sabotaged,
    "F4": slow_server,
    "F5": two_beats,
    "F8": without_redis,
    "F13": poisoned,
}
