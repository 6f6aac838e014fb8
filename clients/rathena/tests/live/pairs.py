# SPDX-License-Identifier: GPL-3.0-or-later
"""What a load adds to the loop's p99: many short idle and loaded phases in turn, compared by pairs.

python -m clients.rathena.tests.live.pairs RATHENA CLIENT [--seconds 10] [--pairs 12] [--apart]

RATHENA and CLIENT as for tick.py. With --apart the map-server's loop has the first core for itself
as far as the stand-in for AI World goes, which is kept on the second.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from clients.rathena.tests.live import tick

LOADS = (
    ("100 calls in flight", tick.LOAD, 0.0),
    ("100 begun in one tick", tick.BURST, 0.5),
    (f"one blocking call of {tick.THINKS} ms", tick.BLOCK, 0.5),
)
"""Name, what the NPCs are told, and every how many seconds (0: once)."""
SURE = 0.95


@dataclass(frozen=True)
class Spread:
    """Of the differences of pairs, in their unit. `low` and `high` hold their median with
    probability `sure`, whatever their distribution."""

    median: float
    low: float
    high: float
    sure: float


def spread(differences: Sequence[float]) -> Spread:
    """Median and the narrowest pair of order statistics that holds it with at least SURE (of the
    sign test); the extremes where there are too few differences for that."""
    ordered, count = sorted(differences), len(differences)
    outside, at = 0.0, 0
    for rank in range(max(1, count // 2)):
        tail = outside + math.comb(count, rank) / 2**count
        if rank and 1 - 2 * tail < SURE:
            break
        outside, at = tail, rank
    return Spread(statistics.median(ordered), ordered[at], ordered[-1 - at], 1 - 2 * outside)


def order(pairs: int) -> list[bool]:
    """True for a loaded phase: idle first in one pair and last in the next, so that what drifts
    counts for neither."""
    return [loaded for at in range(pairs) for loaded in ((False, True), (True, False))[at % 2]]


async def compare(player: tick.Player, given: argparse.Namespace) -> None:
    """Prints a line for each of LOADS."""
    for name, act, every in LOADS:
        rows: list[list[tick.Row]] = [[], []]
        for loaded in order(given.pairs if act != tick.BLOCK else max(1, given.pairs // 4)):
            told = (name, given.seconds, act, every) if loaded else ("", given.seconds, "", 0.0)
            rows[loaded].append(await tick.phase(player, *told))
        print(line(name, *rows), flush=True)


def line(name: str, idle: Sequence[tick.Row], loaded: Sequence[tick.Row]) -> str:
    """Milliseconds, of the phases of one load."""
    more = spread([b.loop_p99 - a.loop_p99 for a, b in zip(idle, loaded, strict=True)])
    rest = sorted(row.loop_p99 for row in idle)
    busy = sorted(row.loop_p99 for row in loaded)
    calls = statistics.median(row.call_p50 for row in loaded)
    return (
        f"| {name} | {len(idle)} | {statistics.median(rest):.1f} ({rest[0]:.1f}-{rest[-1]:.1f})"
        f" | {statistics.median(busy):.1f} ({busy[0]:.1f}-{busy[-1]:.1f})"
        f" | {more.median:+.1f} ({more.low:+.1f} to {more.high:+.1f}, {100 * more.sure:.0f} %)"
        f" | {statistics.median(row.ours_p99 for row in loaded):.3f}"
        f" | {sum(row.answered for row in loaded)}, {sum(row.failed for row in loaded)}"
        f" | {calls:.1f} |"
    )


def main() -> None:
    parser = tick.arguments(__doc__)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--apart", action="store_true")
    given = parser.parse_args()
    print(
        f"load average {tick.load_average()}; milliseconds; phases of {given.seconds:g} s\n"
        "| load | pairs | idle p99 (all) | loaded p99 (all) | added p99 | ours p99"
        " | answered, failed | call p50 |\n|---|---|---|---|---|---|---|---|"
    )

    async def measured() -> None:
        player = await tick.enter(given)
        await compare(player, given)
        await player.quit()

    with tick.stage(given.rathena, apart=given.apart):
        asyncio.run(measured())


if __name__ == "__main__":
    main()
