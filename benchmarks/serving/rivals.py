"""What the served encoder is compared with: sentence-transformers, the bare forward pass, and the
multiplications that the machine can do at most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from inference.adapters.sentence_encoder import SentenceEncoder
from inference.adapters.weights import locate
from inference.spec import ModelSpec

ELSEWHERE = "AIWORLD_SENTENCE_TRANSFORMERS"
"""Python of an environment that has sentence-transformers, which the product does not need."""
LAYERS, HIDDEN = 6, 384
SIZE, TIMES = 1024, 12
MULTIPLY = f"""
import time, numpy
a = numpy.random.default_rng(0).random(({SIZE}, {SIZE}), dtype=numpy.float32)
best = 0.0
for _ in range({TIMES}):
    started = time.perf_counter()
    a @ a
    best = max(best, 2 * {SIZE}**3 / (time.perf_counter() - started))
print(best)
"""


class SentenceTransformers:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def seconds(self, lines: Sequence[str]) -> float:
        """For the lines one after the other."""
        self._say(json.dumps(list(lines)))
        return float(self.hear())

    def _say(self, told: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(told + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError("sentence-transformers has ended")
        return said


@contextmanager
def sentence_transformers(spec: ModelSpec, threads: int) -> Iterator[SentenceTransformers | None]:
    """None where no environment has it."""
    python = os.environ.get(ELSEWHERE, "")
    if not python:
        yield None
        return
    folder = locate(spec.weights, Path())
    command = [python, str(Path(__file__).with_name("rival.py")), str(folder), str(threads)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            rival = SentenceTransformers(process)
            rival.hear()
            yield rival
        finally:
            process.kill()


def bare(encoder: SentenceEncoder, batches: Sequence[Sequence[str]], threads: int) -> float:
    """Seconds that the network alone takes for the batches, tokens made beforehand, on as many
    threads as the server has."""
    prepared = [encoder.prepare(batch) for batch in batches]
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(encoder.run, prepared))
        return time.perf_counter() - started


def peak(threads: int) -> float:
    """Operations a second of this machine's best multiplication of large matrices in 32 bits."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads)}
    command = [sys.executable, "-c", MULTIPLY]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(told.stdout)


def operations(tokens: int) -> int:
    """Of one sentence without padding: two per multiplication and addition; the layers' matrices
    and the attention, not what is a thousandth of them."""
    matrices = 12 * HIDDEN * HIDDEN * tokens
    attention = 2 * tokens * tokens * HIDDEN
    return 2 * LAYERS * (matrices + attention)
