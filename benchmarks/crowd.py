"""More than one game server, and more calls than can be answered: the load that the product is made
for, everybody talking at once, three times too much, and a noisy server beside a quiet one.

Calls begin on time, whether or not earlier ones have ended (an open loop): who waits is not asked
less. Seven of ten questions have an answer in the cache, the others are composed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle

from benchmarks import load, machine, results, screen, world
from benchmarks.dialogue import asked, told
from benchmarks.processes import Processes, Started, processes
from tenants.provisioning import Provisioned

SERVERS = 10
EACH = 1000 / 60
"""Calls of a server a second: what its plan allows."""
CACHED, OF = 7, 10
PATIENCE = 5.0
"""Seconds that a map-server waits (`ai_sidecar_timeout_ms`). A later answer is of no use."""
QUIET = 10.0


@dataclass(frozen=True)
class Stage:
    server: Started
    games: list[Provisioned]
    named: dict[str, list[int]]

    def target(self, at: int) -> load.Target:
        key = (("x-api-key", self.games[at].api_key),)
        return load.Target(
            address=self.server.address, method=world.TALK, metadata=key, deadline=PATIENCE
        )

    def window(self) -> machine.Window:
        return machine.Window(self.named)


def main(*, quick: bool = False, save: bool = False) -> None:
    seconds = 6.0 if quick else 30.0
    with ExitStack() as stack:
        games = [stack.enter_context(world.game_server()) for _ in range(SERVERS)]
        started = stack.enter_context(processes())
        stage = _stage(started, games)
        rows, others = _measure(stage, seconds, long=seconds if quick else 300.0)
    result = results.Result(
        name="load",
        baseline="overload: what 64 callers get who wait for each answer; beside a noisy server: "
        "the quiet one's p99 alone",
        rows=rows,
        others=max(others),
        quick=quick,
        notes=[
            f"{SERVERS} game servers, a connection each; {CACHED} of {OF} calls have an answer in "
            f"the cache. `in time`: answered within {PATIENCE:.0f} s, a map-server's patience.",
            "`refused`: RESOURCE_EXHAUSTED, at once; the NPC runs its own script.",
            "The client is Python and works on the same cores: `client busy` of them are its own.",
            "Aims: design load all in time; goodput under overload at least 0.8; a quiet server's "
            "p99 at most 1.5 times that alone.",
        ],
    )
    results.publish(result, screen.console, saved=save)


def _stage(started: Processes, games: list[Provisioned]) -> Stage:
    inference = started.inference()
    for game in games:
        world.people(game.server, embedded=game is games[0])
    server = started.grpc_server("grpc", {})
    named = machine.stores() | {"server": [server.pid], "inference": [inference]}
    stage = Stage(server, games, named)
    for at in range(SERVERS):
        taken = load.all_at_once(stage.target(at), [next(asked()) for _ in range(4)])
        if taken.failures:
            raise SystemExit(taken.failures[0])
    return stage


def mixed() -> Iterator[bytes]:
    """Of ever new players."""
    known, new = asked(), told()
    for number in cycle(range(OF)):
        yield next(known if number < CACHED else new)


def _measure(stage: Stage, seconds: float, long: float) -> tuple[list[results.Row], list[float]]:
    rows: list[results.Row] = []
    windows: list[machine.Window] = []

    def note(what: str, taken: list[load.Taken], window: machine.Window) -> results.Row:
        windows.append(window)
        rows.append(_row(what, taken, window))
        return rows[-1]

    def flows(rate: float, servers: int = SERVERS) -> list[load.Flow]:
        return [
            load.Flow(target=stage.target(at), requests=mixed(), rate=rate) for at in range(servers)
        ]

    with screen.progress("load", steps=7) as step:
        step(f"design load, {SERVERS} servers, {long:.0f} s")
        window = stage.window()
        taken = load.together(flows(EACH), seconds=long, window=window)
        note(f"design: {SERVERS} x 1,000 calls a minute", taken, window)
        for crowd in (100, 1000):
            step(f"{crowd} players at once")
            window = stage.window()
            with window:
                crowded = load.all_at_once(stage.target(1), [next(mixed()) for _ in range(crowd)])
            note(f"{crowd:,} players of one server at once", [crowded], window)
        step("64 callers who wait for each answer")
        window = stage.window()
        one = load.closed(stage.target(0), mixed(), callers=64, seconds=seconds, window=window)
        most = note("64 callers, each waits for its answer", [one], window)["in time/s"]
        step("three times too much")
        window = stage.window()
        rate = 3 * float(most) / SERVERS
        row = note(
            "three times as many begin",
            load.together(flows(rate), seconds=seconds, window=window),
            window,
        )
        row["ratio"] = round(float(row["in time/s"]) / float(most), 2)
        step("a quiet server alone")
        quiet = load.Flow(target=stage.target(9), requests=asked(), rate=QUIET)
        window = stage.window()
        alone = note("quiet, alone", load.together([quiet], seconds=seconds, window=window), window)
        step("a quiet server beside a noisy one")
        noisy = load.Flow(target=stage.target(0), requests=mixed(), rate=2 * float(most))
        window = stage.window()
        both = load.together([quiet, noisy], seconds=seconds, window=window)
        row = note("quiet, beside one that asks for twice what there is", both[:1], window)
        row["ratio"] = round(float(row["p99 ms"]) / float(alone["p99 ms"]), 2)
    return rows, [window.others for window in windows]


def _row(what: str, taken: list[load.Taken], window: machine.Window) -> results.Row:
    both = load.Taken()
    for one in taken:
        both.latencies += one.latencies
        both.failures += one.failures
    in_time = sum(each <= PATIENCE for each in both.latencies)
    codes = Counter(failure.split(":")[0] for failure in both.failures)
    refused = codes.pop("RESOURCE_EXHAUSTED", 0)
    return {
        "what": what,
        "begun": len(both.latencies) + len(both.failures),
        "in time": in_time,
        "late": len(both.latencies) - in_time + codes.pop("DEADLINE_EXCEEDED", 0),
        "refused": refused,
        "failed": sum(codes.values()),
        "in time/s": round(in_time / window.seconds, 1),
        "ratio": "",
        "p50 ms": round(both.percentile(0.5), 1) if both.latencies else "",
        "p99 ms": round(both.percentile(0.99), 1) if both.latencies else "",
        "server busy": round(window.cpu["server"] / window.seconds, 2),
        "client busy": round(window.cpu["client"] / window.seconds, 2),
        "others": round(window.others, 2),
    }
