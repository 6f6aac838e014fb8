# SPDX-License-Identifier: GPL-3.0-or-later
"""What AI World's calls cost the loop of a running map-server, beside the same minute without.

    1. append `python tick.py npcs` to a copy of tick.txt and load it as an NPC file
    2. python -m clients.rathena.tests.live.sidecar, and ai_sidecar_endpoint at its port
    3. RO_CLIENT=<folder of a headless client> python tick.py [seconds] [account] [password]

The account needs to be able to log in, nothing more. The client is a module `ro_client` with the
class ROClient (login, select_char, enter_map, whisper, ping, wait, events).
"""

from __future__ import annotations

import asyncio
import importlib
import os
import re
import sys
from typing import Any

RESET, LOAD, UNLOAD, BURST, BLOCK, ONE = "1", "2", "3", "4", "5", "6"
SAMPLES = re.compile(r"(loop|ours|begin|back) n (\d+) p50 (\d+) p95 (\d+) p99 (\d+) max (\d+)")


def copies(count: int = 100) -> str:
    """NPC file lines: that many NPCs that decide things."""
    lines = (f"prontera,1,1,0\tduplicate(AiTick)\tAiTick#{i}\t-1" for i in range(1, count))
    return "\n".join(lines)


async def control(player: Any, command: str) -> str:
    seen = len(player.events)
    player.whisper("NPC:AiTickControl", command)

    def is_last(event: dict[str, Any]) -> bool:
        return event["kind"] == "message" and event["text"].startswith("TICK  back")

    if not await player.wait(is_last, 60, since=seen):
        return "no answer"
    return " ".join(e["text"] for e in player.events[seen:] if e["kind"] == "message")


def told(name: str, answer: str, ping: dict[str, float]) -> None:
    figures = {m[0]: [int(x) for x in m[1:]] for m in SAMPLES.findall(answer)}
    loop, ours = figures.get("loop", [0] * 5), figures.get("ours", [0] * 5)
    begin, back = figures.get("begin", [0] * 5), figures.get("back", [0] * 5)
    done = re.search(r"done (\d+) failed (\d+)", answer)
    print(
        f"{name:28} answers {done.groups() if done else '?'}  "
        f"loop p50 {loop[1] / 1000:.1f} p99 {loop[3] / 1000:.1f} max {loop[4] / 1000:.1f} ms  "
        f"ours p99 {ours[3]} max {ours[4]} us  begin p50 {begin[1]} p99 {begin[3]} us  "
        f"whole call p50 {back[1] / 1000:.1f} p99 {back[3] / 1000:.1f} ms  ping {ping}",
        flush=True,
    )


async def phase(player: Any, name: str, seconds: float, act: str = "", every: float = 0) -> None:
    """`act` once, or every so many seconds; then what the loop was like."""
    await control(player, RESET)
    ping = asyncio.ensure_future(player.ping(int(seconds / 0.04)))
    if every:
        for _ in range(int(seconds / every)):
            await control(player, act)
            await asyncio.sleep(every)
    else:
        if act:
            await control(player, act)
        await asyncio.sleep(seconds)
    answer = await control(player, UNLOAD)
    ping.cancel()
    told(name, answer, summary(player.rtts))
    await asyncio.sleep(1)


def summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    if not ordered:
        return {}
    ranks = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    last = len(ordered) - 1
    return {name: round(ordered[min(last, int(q * len(ordered)))], 2) for name, q in ranks.items()}


async def measure(seconds: float, account: str, password: str) -> None:
    sys.path.insert(0, os.environ["RO_CLIENT"])
    player = importlib.import_module("ro_client").ROClient()
    await player.login(account, password)
    await player.select_char()
    await player.enter_map()
    await asyncio.sleep(2)
    for turn in range(1, 3):
        print(f"-- minute {turn}")
        await phase(player, "idle", seconds)
        await phase(player, "one in flight", seconds, ONE)
        await phase(player, "100 in flight", seconds, LOAD)
        await phase(player, "idle", seconds)
        await phase(player, "100 begun in one tick", seconds, BURST, every=0.5)
        await phase(player, "idle", seconds)
        await phase(player, "one blocking call of 150 ms", seconds, BLOCK, every=0.5)
    await player.quit()


if __name__ == "__main__":
    if sys.argv[1:2] == ["npcs"]:
        print(copies())
    else:
        given = sys.argv[1:]
        duration, name, word = given + ["10", "aitest", "aitest"][len(given) :]
        asyncio.run(measure(float(duration), name, word))
