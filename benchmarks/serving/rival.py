"""sentence-transformers with the same weights, one line at a time, as a service without a server of
models would ask it. Runs in an environment of its own, on so many threads:

    .venv-st/bin/python benchmarks/serving/rival.py FOLDER THREADS

A list of lines comes in as JSON, the seconds that they took go out; one pair a line."""

from __future__ import annotations

import json
import sys
import time

import torch
from sentence_transformers import SentenceTransformer


def main() -> None:
    folder, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = SentenceTransformer(folder, device="cpu")
    model.encode("warm up")
    print("ready", flush=True)
    for asked in sys.stdin:
        lines = json.loads(asked)
        started = time.perf_counter()
        for line in lines:
            model.encode(line)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
