"""The served encoder on lines of chat from 32 callers at once: against sentence-transformers asked
one line at a time (aim: 6 times), against the bare forward pass of the same runtime and batch (aim:
0.9 of it), against the machine's own multiplication; what 16 callers wait; and what the whole fleet
takes of memory in 16 bits (aim: 12 GB at most)."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

from tokenizers import Tokenizer

from benchmarks import machine, results, screen
from benchmarks.processes import Processes, Started, processes
from benchmarks.serving import callers, rivals
from inference.adapters.base import Folders
from inference.adapters.sentence_encoder import SentenceEncoder
from inference.adapters.weights import locate
from inference.catalogue import EMBEDDER, MODELS
from inference.training import corpus

CALLERS, FEWER, BATCH = 32, 16, 32
ROUNDS, REPEATS = 7, 4
ST, BARE, SERVED = "sentence-transformers, one at a time", "bare forward pass", "served"
SPEC = next(spec for spec in MODELS if spec.key == EMBEDDER)


@dataclass
class Gathered:
    seconds: dict[str, list[float]] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    def add(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)


def main(*, quick: bool = False, save: bool = False) -> None:
    lines = [line.text for line in corpus.held_out()]
    lines = lines[::4] if quick else lines * REPEATS
    rows: list[results.Row] = []
    others = []
    notes = [_about(lines)]
    for workers in sorted({1, os.cpu_count() or 1}):
        made, window, told = _measured(lines, workers, rounds=1 if quick else ROUNDS)
        rows += made
        others.append(window.others)
        notes += told
    memory = _memory()
    result = results.Result(
        name="inference",
        baseline="sentence-transformers, one line at a time, on as many threads",
        rows=rows,
        others=median(others),
        quick=quick,
        notes=[*notes, memory],
    )
    results.publish(result, screen.console, saved=save)


def _measured(
    lines: list[str], workers: int, *, rounds: int
) -> tuple[list[results.Row], machine.Window, list[str]]:
    """The ways take turns."""
    gathered = Gathered()
    with tempfile.TemporaryDirectory() as place, processes() as started:
        folders = Folders(models=Path(place), cache=Path(place))
        encoder, server = SentenceEncoder(SPEC, folders), _server(started, workers)
        with rivals.sentence_transformers(SPEC, workers) as rival:
            named = {"server": [server.pid], "rival": [rival.pid] if rival else []}
            with machine.Window(named) as window:
                _take_turns(gathered, lines, workers, encoder, server, rival, rounds)
    peak = max(rivals.peak(workers) for _ in range(3))
    return _rows(gathered, lines, workers, peak), window, _missing(gathered, workers)


def _take_turns(
    gathered: Gathered,
    lines: list[str],
    workers: int,
    encoder: SentenceEncoder,
    server: Started,
    rival: rivals.SentenceTransformers | None,
    rounds: int,
) -> None:
    batches = [lines[at : at + BATCH] for at in range(0, len(lines), BATCH)]
    asyncio.run(callers.ask(server.address, lines, CALLERS))
    ways: dict[str, Callable[[], float]] = {
        BARE: lambda: rivals.bare(encoder, batches, workers),
        SERVED: lambda: asyncio.run(callers.ask(server.address, lines, CALLERS)).seconds,
    }
    if rival is not None:
        asked = rival  # for the type checker: a name that is not None in the function
        ways[ST] = lambda: asked.seconds(lines)
    with screen.progress(f"inference, {workers} threads", steps=rounds * len(ways)) as step:
        for number in range(1, rounds + 1):
            for name, way in ways.items():
                step(f"round {number}, {name}")
                gathered.add(name, way())
            few = asyncio.run(callers.ask(server.address, lines, FEWER))
            gathered.latencies += few.latencies


def _server(started: Processes, workers: int, **env: str) -> Started:
    return started.inference_server(f"inference {workers}", ["--workers", str(workers)], env)


def _rows(gathered: Gathered, lines: list[str], workers: int, peak: float) -> list[results.Row]:
    rates = {name: len(lines) / median(taken) for name, taken in gathered.seconds.items()}
    each = mean(map(rivals.operations, _tokens(lines)))
    bare = rates[BARE]
    return [
        {
            "way": name,
            "threads": workers,
            "sentences/s": round(rate, 1),
            "ratio": round(rate / rates[ST], 2) if ST in rates else "",
            "to bare": round(rate / bare, 2),
            "of matmul peak": round(rate * each / peak, 2),
            "p50 ms, 16": round(1000 * median(gathered.latencies), 1) if name == SERVED else "",
            "p99 ms, 16": round(1000 * _p99(gathered.latencies), 1) if name == SERVED else "",
        }
        for name, rate in rates.items()
    ]


def _missing(gathered: Gathered, workers: int) -> list[str]:
    if ST in gathered.seconds:
        return []
    return [f"{workers} threads: sentence-transformers was not at hand ({rivals.ELSEWHERE})."]


def _about(lines: list[str]) -> str:
    tokens = _tokens(lines)
    return (
        f"{len(set(lines))} lines of chat in six languages, {mean(tokens):.1f} tokens each with "
        "the two that frame a line. The aims: 6 times sentence-transformers, 0.9 of the bare pass."
    )


def _memory() -> str:
    """The whole fleet in 16 bits, by the sum of what each model took when it was loaded."""
    with processes() as started:
        server = _server(started, 1, ML_FP16_INFERENCE="true")
        taken, away = asyncio.run(callers.load_all(server.address))
        resident = machine.resident(server.pid)
    mib = sum(taken.values()) / 2**20
    return (
        f"Memory in 16 bits: {len(taken)} models loaded take {mib:.0f} MiB by their sum, the "
        f"process {resident / 2**20:.0f} MiB; the aim is 12,288 at most. Not there: "
        f"{', '.join(away) or 'none'}."
    )


def _tokens(lines: list[str]) -> list[int]:
    tokenizer = Tokenizer.from_file(str(locate(SPEC.weights, Path()) / "tokenizer.json"))
    tokenizer.no_padding()
    return [len(encoding.ids) for encoding in tokenizer.encode_batch(lines)]


def _p99(latencies: list[float]) -> float:
    return sorted(latencies)[int(0.99 * (len(latencies) - 1))]
