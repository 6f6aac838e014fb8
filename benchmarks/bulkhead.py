"""Do slow answers of a language model slow down the answers that need none? Cached answers at a
steady rate: alone, while 200 calls wait for a model, and while 200 callers come and go with calls
that wait for it. Aim: while they wait, p99 at most 1.5 times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from statistics import median

from benchmarks import load, machine, results, screen, world
from benchmarks.dialogue import asked
from benchmarks.processes import NOBODY, Processes, Started, processes

SLOW, RATE = 200, 60.0
DELAYS = {"200 wait": 7.0, "200 come and go": 3.5}
"""Seconds that the model takes; the longer one, so that all have begun long before one ends."""
ALONE, WAITING, FLOWING = "alone", "200 wait", "200 come and go"
_players = count(8_000_000)
Both = tuple[load.Taken, load.Taken]


class Gathered:
    """Of all rounds of one way."""

    def __init__(self) -> None:
        self.hits, self.slow = load.Taken(), load.Taken()
        self.windows: list[machine.Window] = []

    def add(self, window: machine.Window, hits: load.Taken, slow: load.Taken) -> None:
        self.windows.append(window)
        for mine, taken in ((self.hits, hits), (self.slow, slow)):
            mine.latencies += taken.latencies
            mine.failures += taken.failures


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds = 1 if quick else 4
    with world.game_server() as made, processes() as started:
        world.people(made.server, embedded=False)
        servers = {name: _server(started, name, delay) for name, delay in DELAYS.items()}
        key = (("x-api-key", made.api_key),)
        targets = {
            name: load.Target(address=server.address, method=world.TALK, metadata=key)
            for name, server in servers.items()
        }
        _warm(targets[WAITING])
        named = machine.stores()
        gathered = _measure(targets, named, servers, rounds)
    result = results.Result(
        name="bulkhead",
        baseline="the same cached answers at the same rate alone; a ratio is of p99 and is to be "
        "at most 1.5 while others wait",
        rows=[_row(name, one, gathered[ALONE]) for name, one in gathered.items()],
        others=median(window.others for one in gathered.values() for window in one.windows),
        quick=quick,
        notes=[
            f"{RATE:.0f} cached answers a second, begun on time whether or not earlier ones have "
            f"ended. A fake model on this machine answers after some seconds.",
            f"{WAITING}: {SLOW} calls begin within 3.5 s, the model takes 7 s, and hits are "
            "measured while all of them wait, before the first answer.",
            f"{FLOWING}: the model takes 3.5 s, and {SLOW} callers call again as soon as they are "
            "answered, up to 57 calls a second, whose reading, asking and writing takes its share "
            "of the one process.",
            *_failures(gathered),
        ],
    )
    results.publish(result, screen.console, saved=save)


def _server(started: Processes, name: str, delay: float) -> Started:
    llm = started.llm(f"llm {name}", delay=delay)
    env = {
        "DEEPSEEK_API_BASE": f"http://{llm.address}/v1",
        "DEEPSEEK_TIMEOUT": str(delay + 3),
        "REQUEST_TIMEOUT": str(delay + 4),
        "INFERENCE_SOCKET": NOBODY,
    }
    return started.grpc_server(f"grpc {name}", env)


def _measure(
    targets: dict[str, load.Target],
    named: dict[str, list[int]],
    servers: dict[str, Started],
    rounds: int,
) -> dict[str, Gathered]:
    def alone(window: machine.Window) -> Both:
        taken = load.paced(targets[WAITING], asked(), rate=RATE, seconds=3, window=window)
        return taken, load.Taken()

    def waiting(window: machine.Window) -> Both:
        return load.beside(
            targets[WAITING], asked(), slow(), callers=SLOW, rate=RATE, window=window,
            again=False, spread=3.5, settle=4.2, seconds=2,
        )  # fmt: skip

    def flowing(window: machine.Window) -> Both:
        return load.beside(
            targets[FLOWING], asked(), slow(), callers=SLOW, rate=RATE, window=window,
            again=True, spread=3.5, settle=4.5, seconds=3,
        )  # fmt: skip

    ways = {
        ALONE: (alone, WAITING),
        WAITING: (waiting, WAITING),
        FLOWING: (flowing, FLOWING),
    }
    gathered = {name: Gathered() for name in ways}
    with screen.progress("bulkhead", steps=rounds * len(ways)) as step:
        for number in range(1, rounds + 1):
            for name, (way, server) in ways.items():
                step(f"round {number}, {name}")
                window = machine.Window(named | {"server": [servers[server].pid]})
                hits, waited = way(window)
                gathered[name].add(window, hits, waited)
    return gathered


def slow() -> Iterator[bytes]:
    """Questions that nobody asked before."""
    for player in _players:
        yield world.line(f"What do you know of the {player} ravens of Geffen?", player)


def _warm(target: load.Target) -> None:
    """The first answer comes from the (slow) model and is kept."""
    for _ in range(2):
        taken = load.all_at_once(target, [next(asked()) for _ in range(8)])
        if taken.failures:
            raise SystemExit(taken.failures[0])


def _failures(gathered: dict[str, Gathered]) -> list[str]:
    counted = Counter(
        failure for one in gathered.values() for failure in one.hits.failures + one.slow.failures
    )
    return [f"Failed {number} times: {failure}" for failure, number in counted.most_common(3)]


def _row(name: str, one: Gathered, alone: Gathered) -> results.Row:
    seconds = sum(window.seconds for window in one.windows)
    return {
        "way": name,
        "hits": len(one.hits.latencies),
        "failed": len(one.hits.failures) + len(one.slow.failures),
        "p50 ms": round(one.hits.percentile(0.5), 2),
        "p99 ms": round(one.hits.percentile(0.99), 2),
        "ratio": round(one.hits.percentile(0.99) / alone.hits.percentile(0.99), 2),
        "slow p50 s": round(one.slow.percentile(0.5) / 1000, 2) if one.slow.latencies else "",
        "others": round(median(window.others for window in one.windows), 2),
        "server busy": round(sum(window.cpu["server"] for window in one.windows) / seconds, 2),
    }
