"""Whatever is wrong with one request or one model is told its caller, and the rest of the fleet
goes on answering: one server, one client, everything that can be wrong."""

from __future__ import annotations

import asyncio
import resource
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from aiworld.errors import Invalid, NotFound, Unavailable
from inference.adapters import ADAPTERS
from inference.adapters.base import Folders
from inference.backends.remote import RemoteBackend
from inference.cards import read
from inference.catalogue import EMBEDDER, MODELS
from inference.engine import Engine
from inference.spec import ModelSpec, Weights
from tests.inference.serving import serving

NAMES = read("quest_difficulty").details["names"]
ROW = {"names": NAMES, "rows": [[0.0] * len(NAMES)]}
FAIR = next(spec for spec in MODELS if spec.key == "quest_difficulty")
ENCODER = next(spec for spec in MODELS if spec.key == EMBEDDER)


class Greedy:
    """Takes as much memory as a row says, in the middle of a batch."""

    memory = 1

    def __init__(self, spec, folders):
        pass

    def prepare(self, items):
        return items

    def run(self, prepared):
        return [float(np.ones(int(row[0])).sum()) for row in prepared]

    def finish(self, output):
        return output


GREEDY = ModelSpec(key="greedy", task="score", network="none", licence="none", adapter="greedy",
                   weights=Weights(folder="."), memory=1)  # fmt: skip


@pytest.fixture(scope="module")
def backend(folders, tmp_path_factory):
    """A client of a fleet of which one model has other weights than its card tells, and one takes
    what memory it likes."""
    wrong = (("quest_completion.safetensors", "0" * 64),)
    completion = next(spec for spec in MODELS if spec.key == "quest_completion")
    spoilt = replace(completion, weights=replace(completion.weights, sha256=wrong))
    rows = [*(spec for spec in MODELS if spec.key != "quest_completion"), spoilt, GREEDY]
    engine = Engine(rows, folders, adapters={**ADAPTERS, "greedy": Greedy})
    with serving(engine, tmp_path_factory.mktemp("run") / "i.sock") as address:
        yield RemoteBackend(address)
    engine.close()


def ask(backend, task, model, *items, query=""):
    return backend.ask(task, model, items, query=query, deadline=30.0, priority="interactive")


def embed(backend, *texts):
    return backend.embed(texts, deadline=30.0, priority="interactive")


def classify(backend, models, *texts):
    return backend.classify(models, texts, vectors=False, deadline=30.0, priority="interactive")


async def neighbours(backend):
    """Models that nothing is wrong with."""
    assert len(await embed(backend, "hello")) == 1
    [score] = await ask(backend, "score", "quest_difficulty", ROW)
    assert np.isfinite(score["values"]).all()


def shape(rows, names=NAMES):
    return {"names": list(names), "rows": rows}


WRONG = [
    (lambda b: ask(b, "score", "nobody", ROW), NotFound, "nobody"),
    (lambda b: classify(b, ["intent", "nobody"], "hi"), NotFound, "nobody"),
    (lambda b: ask(b, "score", "intent", ROW), Invalid, "does not score"),
    (lambda b: classify(b, [], "hi"), Invalid, "models"),
    (lambda b: embed(b, "x" * 100_001), Invalid, "100000"),
    (lambda b: embed(b, 5), Invalid, "string"),
    (lambda b: ask(b, "score", "quest_difficulty", shape([[float("nan")] * len(NAMES)])),
     Invalid, "NaN"),
    (lambda b: ask(b, "score", "quest_difficulty", shape([[0.0]])), Invalid, "per name"),
    (lambda b: ask(b, "score", "quest_difficulty", shape([[0.0]], ["luck"])), Invalid, "other"),
    (lambda b: ask(b, "score", "quest_difficulty", shape([])), Invalid, "rows"),
    (lambda b: ask(b, "score", "quest_difficulty", shape([["a"] * len(NAMES)])), Invalid, "number"),
    (lambda b: ask(b, "score", "quest_completion", ROW), Unavailable, "checksum"),
    (lambda b: ask(b, "rerank", "reranker", "text", query="q"), Unavailable, "manifest.json"),
    (lambda b: ask(b, "score", "greedy", [2.0**52]), Unavailable, "the model greedy failed"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "kind", "said"), WRONG)
def test_what_is_wrong_is_said_and_the_others_answer(backend, wrong, kind, said):
    async def trial():
        bad, *_ = await asyncio.gather(
            wrong(backend), *(neighbours(backend) for _ in range(3)), return_exceptions=True
        )
        with pytest.raises(kind, match=said):
            raise bad
        await neighbours(backend)

    asyncio.run(trial())


def test_an_empty_batch_is_answered_with_nothing(backend):
    async def trial():
        assert await embed(backend) == []
        assert await classify(backend, ["intent"]) == []
        assert await ask(backend, "score", "quest_difficulty") == []
        assert len(await embed(backend, "x" * 100_000)) == 1

    asyncio.run(trial())


def test_after_a_batch_that_took_all_memory_the_same_model_answers(backend):
    async def trial():
        with pytest.raises(Unavailable):
            await ask(backend, "score", "greedy", [2.0**52])
        assert await ask(backend, "score", "greedy", [3.0]) == [3.0]

    asyncio.run(trial())


@contextmanager
def nothing_left_on_the_disk():
    """No file may grow to the size of a graph: writing it fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40 * 2**20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_space_for_what_is_built_leaves_nothing_behind_and_the_others_answer(
    tmp_path,
):
    folders = Folders(models=tmp_path, cache=tmp_path / "graphs")
    engine = Engine([ENCODER, FAIR], folders)
    try:
        with nothing_left_on_the_disk(), pytest.raises(Unavailable, match="too large"):
            engine.submit(EMBEDDER, "hello").result(60)
        assert list(folders.cache.iterdir()) == []
        assert engine.submit("quest_difficulty", ROW).result(30)["values"]
        assert engine.status()[EMBEDDER]["state"] == "failed"
    finally:
        engine.close()
