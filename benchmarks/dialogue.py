"""What a call costs: Talk by the composer and Talk from the cache on a real server process, beside
a bare gRPC echo of the same kind.

Every player speaks for the first time, so each turn also begins a conversation and a relationship.
The composer's players ask what nobody asked before; every fifth tells something worth remembering,
which also stores a memory and an outbox row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from statistics import median

from benchmarks import load, machine, results, screen, world
from benchmarks.echo import METHOD
from benchmarks.processes import NOBODY, Processes, Started, processes

CALLERS = (1, 16, 100)
QUESTION = "Where do you buy your iron?"
ROUNDS = 3
SECONDS = 4.0
_players = count(1_000_000)
Requests = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Way:
    name: str
    target: load.Target
    server: Started
    requests: Requests


@dataclass(frozen=True)
class Sample:
    rate: float
    p50: float
    p99: float
    cpu: dict[str, float]
    """Milliseconds per call, by process."""
    others: float


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds, seconds = (1, 1.5) if quick else (ROUNDS, SECONDS)
    with world.game_server() as made, processes() as started:
        inference = started.inference()
        world.people(made.server, embedded=True)
        ways = _ways(started, made.api_key)
        _warm(ways)
        samples = _measure(ways, inference, rounds, seconds)
    results.publish(_result(samples, quick), screen.console, saved=save)


def _ways(started: Processes, api_key: str) -> list[Way]:
    full = started.grpc_server("grpc", {})
    alone = started.grpc_server("grpc-without-encoder", {"INFERENCE_SOCKET": NOBODY})
    echo = started.echo()
    key = (("x-api-key", api_key),)

    def way(
        name: str, server: Started, method: str, requests: Callable[[], Iterator[bytes]]
    ) -> Way:
        target = load.Target(address=server.address, method=method, metadata=key)
        return Way(name, target, server, requests)

    return [
        way("echo", echo, METHOD, asked),
        way("talk, cached", full, world.TALK, asked),
        way("talk, composed", full, world.TALK, told),
        way("talk, composed, no encoder", alone, world.TALK, told),
    ]


def asked() -> Iterator[bytes]:
    """The same question of ever new players."""
    for player in _players:
        yield world.line(QUESTION, player)


def told() -> Iterator[bytes]:
    for player in _players:
        if player % 5:
            yield world.line(f"Where did you hide the {player} swords of Sir Aldric?", player)
        else:
            yield world.line(f"My sister Mira owes {player} zeny to a merchant in Payon.", player)


def _warm(ways: list[Way]) -> None:
    for way in ways:
        taken = load.all_at_once(way.target, [next(way.requests()) for _ in range(20)])
        if taken.failures:
            raise SystemExit(f"{way.name}: {taken.failures[0]}")


def _measure(
    ways: list[Way], inference: int, rounds: int, seconds: float
) -> dict[tuple[str, int], list[Sample]]:
    samples: dict[tuple[str, int], list[Sample]] = {}
    with screen.progress("dialogue", steps=rounds * len(CALLERS) * len(ways)) as step:
        for number in range(1, rounds + 1):
            for callers in CALLERS:
                for way in ways:
                    step(f"round {number}, {way.name}, {callers} callers")
                    sample = _sample(way, inference, callers, seconds)
                    samples.setdefault((way.name, callers), []).append(sample)
    return samples


def _sample(way: Way, inference: int, callers: int, seconds: float) -> Sample:
    # What is sent is made before: more than twice the calls that an echo manages.
    ready = [next(requests) for requests in [way.requests()] for _ in range(int(seconds * 16_000))]
    named = machine.stores() | {"server": [way.server.pid], "inference": [inference]}
    window = machine.Window(named)
    taken = load.closed(way.target, iter(ready), callers=callers, seconds=seconds, window=window)
    if taken.failures:
        raise SystemExit(f"{way.name}: {len(taken.failures)} failed, e.g. {taken.failures[0]}")
    calls = len(taken.latencies)
    return Sample(
        rate=calls / window.seconds,
        p50=taken.percentile(0.5),
        p99=taken.percentile(0.99),
        cpu={name: 1000 * spent / calls for name, spent in window.cpu.items()},
        others=window.others,
    )


def _result(samples: dict[tuple[str, int], list[Sample]], quick: bool) -> results.Result:
    rows = [
        _row(name, callers, taken, samples["echo", callers])
        for (name, callers), taken in samples.items()
    ]
    return results.Result(
        name="dialogue",
        baseline="bare gRPC echo, grpc.aio and uvloop, as many callers",
        rows=rows,
        others=median(one.others for taken in samples.values() for one in taken),
        quick=quick,
        notes=[
            "Medians of the rounds; a ratio is of throughput, round by round. One connection.",
            "`client ms` is the load client's own time per call, on the same cores. Where "
            "`client busy` is near 1, the client is the limit and not the server.",
            "Echo gives the bytes back and reads no message; the client reads no reply.",
        ],
    )


def _row(name: str, callers: int, taken: list[Sample], echo: list[Sample]) -> results.Row:
    def middle(of: Callable[[Sample], float]) -> float:
        return round(median(map(of, taken)), 3)

    ratios = [one.rate / base.rate for one, base in zip(taken, echo, strict=True)]
    return {
        "what": name,
        "callers": callers,
        "calls/s": middle(lambda one: one.rate),
        "ratio": round(median(ratios), 3),
        "p50 ms": middle(lambda one: one.p50),
        "p99 ms": middle(lambda one: one.p99),
        "server ms": middle(lambda one: one.cpu["server"]),
        "postgres ms": middle(lambda one: one.cpu["postgres"]),
        "cache ms": middle(lambda one: one.cpu["cache"]),
        "encoder ms": middle(lambda one: one.cpu["inference"]),
        "client ms": middle(lambda one: one.cpu["client"]),
        "others": middle(lambda one: one.others),
        "client busy": middle(lambda one: one.cpu["client"] * one.rate / 1000),
    }
