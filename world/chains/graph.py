"""What a chain may be: pure rules over its steps.

Steps lead to later ones only, so no way goes in a circle and every one ends; the fewest are three,
the most seven (world/happenings/tales.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from world.happenings.tales import FEWEST_STEPS, MOST_STEPS

Way = tuple[tuple[str, str], ...]
"""(step, outcome), from the first step to the end."""
LONGEST_HOURS = 14 * 24


class Node(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def hours(self) -> int: ...
    @property
    def done(self) -> str: ...
    @property
    def missed(self) -> str: ...


ENDINGS = ("triumph", "downfall")


def faults(steps: Sequence[Node]) -> list[str]:
    """Why these steps are no chain; empty if they are one."""
    keys = [step.key for step in steps]
    if not FEWEST_STEPS <= len(steps) <= MOST_STEPS:
        return [f"a chain has {FEWEST_STEPS} to {MOST_STEPS} steps, not {len(steps)}"]
    if keys != [f"s{number}" for number in range(1, len(steps) + 1)]:
        return [f"steps are called s1 to s{len(steps)}, in order"]
    found = [fault for at, step in enumerate(steps) for fault in _wrong(step, keys[at + 1 :])]
    if found:
        return found
    found = [f"nothing leads to {key}" for key in keys if key not in reached(steps)]
    if all(step.done == step.missed for step in steps):
        found.append("no step branches")
    if hours(steps) > LONGEST_HOURS:
        found.append(f"the longest way takes more than {LONGEST_HOURS} hours")
    return found


def _wrong(step: Node, later: Sequence[str]) -> Iterator[str]:
    for key in (step.done, step.missed):
        if key and key not in later:
            yield f"{step.key} leads to {key}, which is not later"
    ends = not step.done and not step.missed
    if step.part in ENDINGS and not ends:
        yield f"{step.key} is an ending and leads on"
    if step.part not in ENDINGS and ends:
        yield f"{step.key} is no ending and leads nowhere"


def reached(steps: Sequence[Node]) -> set[str]:
    return {key for way in ways(steps) for key, _outcome in way}


def ways(steps: Sequence[Node]) -> list[Way]:
    """Every way through, each to its end; at most 64, since steps lead to later ones only."""
    by_key = {step.key: step for step in steps}

    def go_on(key: str) -> Iterator[Way]:
        step = by_key[key]
        outcomes = [("done", step.done)]
        if step.missed != step.done:
            outcomes.append(("missed", step.missed))
        for outcome, following in outcomes:
            if not following:
                yield ((key, outcome),)
                continue
            for rest in go_on(following):
                yield ((key, outcome), *rest)

    return list(go_on(steps[0].key)) if steps else []


def hours(steps: Sequence[Node]) -> int:
    """Of the longest way, when every step takes all its time."""
    by_key = {step.key: step.hours for step in steps}
    return max((sum(by_key[key] for key, _ in way) for way in ways(steps)), default=0)
