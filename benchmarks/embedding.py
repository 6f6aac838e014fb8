"""Sentences per second of the sentence encoder: one at a time, in batches, and from 64 clients at
once through the engine's queue. The ways take turns, and ratios are to one at a time."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from benchmarks import machine, results, screen
from inference.adapters.base import Folders
from inference.adapters.sentence_encoder import SentenceEncoder
from inference.answering import embed
from inference.catalogue import EMBEDDER, MODELS
from inference.engine import Engine

LINES = (
    "hello",
    "Tell me about your sister",
    "Where can I find the blacksmith?",
    "Do you know why the guards closed the sewers last night?",
    "Thank you, friend.",
    "I killed twelve porings near the southern gate and brought you their jellopies.",
    "Can you keep a secret?",
    "That price is an outrage, old man! I can buy the same sword in Payon for half.",
)
ROUNDS, SENTENCES = 5, 192


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds = 2 if quick else ROUNDS
    with tempfile.TemporaryDirectory() as path:
        folders = Folders(models=Path(path), cache=Path(path))
        encoder, engine = (
            SentenceEncoder(next(spec for spec in MODELS if spec.key == EMBEDDER), folders),
            Engine(MODELS, folders),
        )
        engine.warm_up()
        ways: dict[str, Callable[[], None]] = {
            "one_at_a_time": lambda: _batches(encoder, 1),
            "batch_8": lambda: _batches(encoder, 8),
            "batch_32": lambda: _batches(encoder, 32),
            "clients_64": lambda: asyncio.run(_clients(engine, 64)),
        }
        window = machine.Window({})
        with window:
            rates, cpu = measure(ways, rounds)
        engine.close()
    base = rates["one_at_a_time"]
    result = results.Result(
        name="embedding",
        baseline="one sentence at a time",
        rows=[
            {
                "way": name.replace("_", " "),
                "sentences/s": round(rate, 1),
                "CPU ms": round(cpu[name], 2),
                "ratio": round(rate / base, 2),
            }
            for name, rate in rates.items()
        ],
        others=window.others,
        quick=quick,
        notes=["CPU ms is the processor time of one sentence, of all threads."],
    )
    results.publish(result, screen.console, saved=save)


def measure(
    ways: dict[str, Callable[[], None]], rounds: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Sentences per second and milliseconds of processor time per sentence, the medians of rounds
    in which the ways take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    with screen.progress("embedding", steps=rounds * len(ways)) as step:
        for number in range(1, rounds + 1):
            for name, way in ways.items():
                step(f"round {number}, {name}")
                started, spent = time.perf_counter(), time.process_time()
                way()
                seconds[name].append(time.perf_counter() - started)
                cpu[name].append(time.process_time() - spent)
    rates = {name: SENTENCES / median(taken) for name, taken in seconds.items()}
    return rates, {name: 1000 * median(taken) / SENTENCES for name, taken in cpu.items()}


def _batches(encoder: SentenceEncoder, size: int) -> None:
    lines = cycle(LINES)
    for _ in range(SENTENCES // size):
        encoder.finish(encoder.run(encoder.prepare(list(islice(lines, size)))))


async def _clients(engine: Engine, number: int) -> None:
    async def talk(line: str) -> None:
        for _ in range(SENTENCES // number):
            await embed(engine, [line], deadline=60.0, priority="interactive")

    await asyncio.gather(*map(talk, islice(cycle(LINES), number)))
