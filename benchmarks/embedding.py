"""Sentences per second of the sentence encoder: one at a time, in batches, and from 64 clients at
once through the engine's queue. The ways take turns, and ratios are to one at a time."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from inference.adapters.base import Folders
from inference.adapters.sentence_encoder import SentenceEncoder
from inference.catalogue import MODELS
from inference.embedding import embed
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


def main() -> None:
    with tempfile.TemporaryDirectory() as path:
        folders = Folders(models=Path(path), cache=Path(path))
        encoder, engine = SentenceEncoder(MODELS[0], folders), Engine(MODELS, folders)
        engine.warm_up()
        ways: dict[str, Callable[[], None]] = {
            "one_at_a_time": lambda: _batches(encoder, 1),
            "batch_8": lambda: _batches(encoder, 8),
            "batch_32": lambda: _batches(encoder, 32),
            "clients_64": lambda: asyncio.run(_clients(engine, 64)),
        }
        rates = measure(ways)
        engine.close()
    report(rates)


def measure(ways: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Sentences per second, the median of ROUNDS in which the ways take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return {name: SENTENCES / median(taken) for name, taken in seconds.items()}


def report(rates: dict[str, float]) -> None:
    base = rates["one_at_a_time"]
    for name, rate in rates.items():
        print(f"{name:>14}: {rate:7.1f} sentences/s  ratio {rate / base:.2f}")
    ratios = {f"{name}_ratio": round(rate / base, 2) for name, rate in rates.items()}
    rounded = {name: round(rate, 1) for name, rate in rates.items()}
    print(json.dumps({"benchmark": "embedding", "unit": "sentences/s", **rounded, **ratios}))


def _batches(encoder: SentenceEncoder, size: int) -> None:
    lines = cycle(LINES)
    for _ in range(SENTENCES // size):
        encoder.finish(encoder.run(encoder.prepare(list(islice(lines, size)))))


async def _clients(engine: Engine, number: int) -> None:
    async def talk(line: str) -> None:
        for _ in range(SENTENCES // number):
            await embed(engine, [line], deadline=60.0, priority="interactive")

    await asyncio.gather(*map(talk, islice(cycle(LINES), number)))


if __name__ == "__main__":
    main()
