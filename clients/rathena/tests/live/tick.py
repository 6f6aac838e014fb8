# SPDX-License-Identifier: GPL-3.0-or-later
"""What AI World's calls cost the loop of a map-server, beside the same minute without them.

python -m clients.rathena.tests.live.tick RATHENA CLIENT [--seconds 20] [--rounds 2]

RATHENA is a folder with a map-server that was compiled with src/custom/ai_world, and the library;
its login-server, char-server and database are up. CLIENT is a folder with a headless client: a
module `ro_client` with the class ROClient (login, select_char, enter_map, whisper, ping, wait,
events). Nothing in RATHENA is changed; its map-server must not run.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clients.rathena.tests.live import game

THINKS = 150
"""Milliseconds of the stand-in for AI World."""
RESET, LOAD, UNLOAD, BURST, BLOCK, ONE = "1", "2", "3", "4", "5", "6"
IDLE = "idle"
PHASES = (
    (IDLE, "", 0.0),
    ("one call after the other", ONE, 0.0),
    (IDLE, "", 0.0),
    ("100 calls in flight", LOAD, 0.0),
    (IDLE, "", 0.0),
    ("100 begun in one tick", BURST, 0.5),
    (IDLE, "", 0.0),
    (f"one blocking call of {THINKS} ms", BLOCK, 0.5),
    (IDLE, "", 0.0),
)
"""Name, what the NPCs are told, and every how many seconds (0: once)."""
Player = Any
"""The headless client, which is not of this project."""
SAMPLES = re.compile(r"(loop|ours|begin|back) n (\d+) p50 (\d+) p95 (\d+) p99 (\d+) max (\d+)")


@dataclass(frozen=True)
class Row:
    """Milliseconds."""

    name: str
    answered: int
    failed: int
    loop_p50: float
    loop_p99: float
    loop_max: float
    ours_p99: float
    begin_p50: float
    call_p50: float
    ping_p50: float
    ping_p99: float


def npcs(count: int = 100) -> str:
    """An NPC file: that many NPCs that decide things."""
    lines = (f"prontera,1,1,0\tduplicate(AiTick)\tAiTick#{i}\t-1" for i in range(1, count))
    return (game.HERE / "tick.txt").read_text() + "\n".join(lines) + "\n"


async def control(player: Player, command: str) -> str:
    seen = len(player.events)
    player.whisper("NPC:AiTickControl", command)

    def is_last(event: dict[str, Any]) -> bool:
        return event["kind"] == "message" and event["text"].startswith("TICK  back")

    if not await player.wait(is_last, 60, since=seen):
        raise SystemExit("the NPC AiTickControl does not answer")
    return " ".join(e["text"] for e in player.events[seen:] if e["kind"] == "message")


def row(name: str, told: str, pings: Sequence[float]) -> Row:
    figures = {m[0]: [int(x) / 1000 for x in m[1:]] for m in SAMPLES.findall(told)}
    done = re.search(r"done (\d+) failed (\d+)", told)
    ordered = sorted(pings) or [0.0]
    loop = figures["loop"]
    return Row(
        name,
        *(map(int, done.groups()) if done else (0, 0)),
        loop_p50=loop[1],
        loop_p99=loop[3],
        loop_max=loop[4],
        ours_p99=figures["ours"][3],
        begin_p50=figures["begin"][1],
        call_p50=figures["back"][1],
        ping_p50=ordered[len(ordered) // 2],
        ping_p99=ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))],
    )


async def phase(player: Player, name: str, seconds: float, act: str, every: float) -> Row:
    await control(player, RESET)
    player.rtts = []
    ping = asyncio.ensure_future(player.ping(int(seconds / 0.04)))
    if every:
        for _ in range(int(seconds / every)):
            await control(player, act)
            await asyncio.sleep(every)
    else:
        if act:
            await control(player, act)
        await asyncio.sleep(seconds)
    told = await control(player, UNLOAD)
    ping.cancel()
    await asyncio.sleep(1)  # what is in flight comes back
    return row(name, told, player.rtts)


async def enter(given: argparse.Namespace) -> Player:
    """The player in the game."""
    sys.path.insert(0, given.client)
    player = importlib.import_module("ro_client").ROClient()
    await player.login(given.account, given.password)
    await player.select_char()
    await player.enter_map()
    await asyncio.sleep(2)
    return player


async def measure(given: argparse.Namespace) -> list[Row]:
    player = await enter(given)
    rows = [await phase(player, name, given.seconds, act, every) for name, act, every in PHASES]
    await player.quit()
    return rows


def added(rows: Sequence[Row], at: int) -> float:
    """p99 of the loop over that of the idle phases before and after."""
    return rows[at].loop_p99 - (rows[at - 1].loop_p99 + rows[at + 1].loop_p99) / 2


def table(rows: Sequence[Row], load: str) -> str:
    head = (
        f"load average {load}; milliseconds\n"
        "| phase | answered, failed | loop p50 | p99 | max | added p99 | ours p99 | begin p50"
        " | call p50 | ping p50, p99 |\n|---|---|---|---|---|---|---|---|---|---|\n"
    )
    lines = []
    for at, one in enumerate(rows):
        more = "" if one.name == IDLE else f"{added(rows, at):+.1f}"
        lines.append(
            f"| {one.name} | {one.answered}, {one.failed} | {one.loop_p50:.1f} | {one.loop_p99:.1f}"
            f" | {one.loop_max:.1f} | {more} | {one.ours_p99:.3f} | {one.begin_p50:.3f}"
            f" | {one.call_p50:.2f} | {one.ping_p50:.2f}, {one.ping_p99:.1f} |"
        )
    return head + "\n".join(lines) + "\n"


def verdict(rounds: Sequence[Sequence[Row]], thought: float) -> str:
    """The two bounds, over the rounds."""
    told = []
    for at, (name, *_) in enumerate(PHASES):
        if name.startswith("100"):
            worst = [added(rows, at) for rows in rounds]
            text = ", ".join(f"{one:+.1f}" for one in worst)
            told.append(f"added p99 with {name}: {text} ms (bound: 2)")
    calls = statistics.median(rows[1].call_p50 for rows in rounds)
    told.append(f"added latency p50: {calls - thought:.2f} ms (bound: 3), of {thought:.2f} ms")
    return "\n".join(told)


def load_average() -> str:
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


@contextmanager
def stage(rathena: Path, *, apart: bool = False) -> Iterator[subprocess.Popen[str]]:
    """The stand-in for AI World and a map-server that knows it; `apart`: the loop on core 0, the
    stand-in on core 1, the threads of the library where they find room."""
    command = [sys.executable, "-m", "clients.rathena.tests.live.sidecar", "0", str(THINKS)]
    kept = ["taskset", "-c", "1"] if apart else []
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen([*kept, *command], stdout=subprocess.PIPE, text=True) as sidecar,
    ):
        try:
            assert sidecar.stdout is not None
            port = int(sidecar.stdout.readline().split()[1])
            game.shadow(rathena.resolve(), Path(name), npcs(), port)
            with game.running(Path(name)) as server:
                if apart:
                    os.sched_setaffinity(server.pid, {0})  # its main thread alone
                yield sidecar
        finally:
            sidecar.terminate()


def arguments(told: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("rathena", type=Path)
    parser.add_argument("client")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--account", default="aitest")
    parser.add_argument("--password", default="aitest")
    return parser


def main() -> None:
    parser = arguments(__doc__)
    parser.set_defaults(seconds=20)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    rounds = []
    with stage(given.rathena) as sidecar:
        for _ in range(given.rounds):
            load = load_average()
            rounds.append(asyncio.run(measure(given)))
            print(table(rounds[-1], load), flush=True)
        sidecar.terminate()
        told = sidecar.stdout.read() if sidecar.stdout else ""
        found = re.search(r"p50 ([\d.]+)", told)
    print(verdict(rounds, float(found[1]) if found else THINKS))


if __name__ == "__main__":
    main()
