"""How an act spreads over 10,000 factions, beside the same over a graph held in memory."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from statistics import median

from benchmarks import machine, results, screen, world
from tenants.context import in_tenant
from world import factions
from world.models import FactionNode

NODES, EDGES = 10_000, 4
MEMORY, PRODUCT = "in memory, loaded beforehand", "world.factions.spread"
POINTS = 500.0
Edges = Mapping[str, list[tuple[str, str, float]]]


def main(*, quick: bool = False, save: bool = False) -> None:
    number, acts = (1_000, 20) if quick else (NODES, 200)
    dice = random.Random(7)  # nosec B311: the same graph at every run
    window = machine.Window(machine.stores())
    taken: dict[str, list[float]] = {MEMORY: [], PRODUCT: []}
    reached: list[int] = []
    with (
        screen.progress("factions", steps=2) as step,
        world.game_server() as made,
        in_tenant(made.server),
        window,
    ):
        step(f"{number} factions")
        edges = _planted(number, dice)
        step(f"{acts} acts")
        for _ in range(acts):
            key = f"f{dice.randrange(number)}"
            ways: dict[str, Callable[[], Mapping[str, float]]] = {
                PRODUCT: lambda key=key: _felt(key),  # type: ignore[misc]
                MEMORY: lambda key=key: _spread(edges, key),  # type: ignore[misc]
            }
            answers = []
            for name, way in ways.items():
                began = time.perf_counter()
                answers.append(way())
                taken[name].append(1000 * (time.perf_counter() - began))
            reached.append(len(answers[0]))
            if not _same(*answers):
                raise SystemExit(f"an act on {key} is felt otherwise than it should be")
    results.publish(_result(taken, reached, number, window.others, quick), screen.console,
                    saved=save)  # fmt: skip


def _planted(number: int, dice: random.Random) -> Edges:
    """Each knows a few others; a hundredth of them many."""
    edges: dict[str, list[tuple[str, str, float]]] = {}
    for at in range(number):
        many = 50 if dice.random() < 0.01 else EDGES
        others = dice.sample(range(number), many)
        edges[f"f{at}"] = [
            (f"f{other}", dice.choice(factions.RELATIONS), round(dice.random(), 3))
            for other in others
            if other != at
        ]
    FactionNode.objects.bulk_create(
        (
            FactionNode(
                key=key, name=key, kind="guild",
                relations={other: {"kind": kind, "strength": how} for other, kind, how in known},
            )
            for key, known in edges.items()
        ),
        batch_size=1_000,
    )  # fmt: skip
    return edges


def _felt(key: str) -> Mapping[str, float]:
    return {one.key: one.points for one in factions.spread(key, POINTS)}


def _spread(edges: Edges, key: str) -> Mapping[str, float]:
    """The rule written down a second time: level by level, damped and bounded."""
    felt, frontier = {key: POINTS}, {key: POINTS}
    for hops in range(1, factions.FURTHEST + 1):
        coming: dict[str, float] = {}
        for source, points in frontier.items():
            for target, kind, how in edges[source]:
                if target in felt:
                    continue
                near = factions.TOWARDS[kind]
                part = factions.ALLY * how if near > 0 else -factions.ENEMY * how
                part *= 1.0 if hops == 1 else factions.DAMPING
                coming[target] = coming.get(target, 0.0) + points * part
        bounded = {name: min(max(value, -POINTS), POINTS) for name, value in coming.items()}
        frontier = {name: one for name, one in bounded.items() if abs(one) >= factions.LEAST}
        felt |= frontier
    return felt


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """But for what rounding puts on this or that side of the smallest that is felt."""
    away = one.keys() ^ other.keys()
    near = all(abs(abs({**one, **other}[key]) - factions.LEAST) < 0.01 for key in away)
    return near and all(abs(one[key] - other[key]) < 0.01 for key in one.keys() & other.keys())


def _result(
    taken: dict[str, list[float]], reached: list[int], number: int, others: float, quick: bool
) -> results.Result:
    memory = taken[MEMORY]
    rows: list[results.Row] = [
        {
            "way": name,
            "p50 ms": round(median(times), 2),
            "p99 ms": round(sorted(times)[int(0.99 * (len(times) - 1))], 2),
            "ratio": round(median(a / b for a, b in zip(times, memory, strict=True)), 2),
        }
        for name, times in taken.items()
    ]
    return results.Result(
        name="factions",
        baseline="the same rule over a graph in this process's memory; both give the same answers",
        rows=rows,
        others=others,
        quick=quick,
        notes=[
            f"{number} factions of {EDGES} relations each, a hundredth of 50; an act reaches "
            f"{median(reached):.0f} of them (median), {max(reached)} at most."
        ],
    )
