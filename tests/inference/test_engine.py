from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from aiworld.errors import NotFound, Unavailable
from inference.adapters.base import Folders
from inference.adapters.weights import WeightsDiffer
from inference.engine import Engine
from inference.spec import ModelSpec, Weights

MIB = 2**20


class Toy:
    """An adapter of one mebibyte that adds one; a class attribute counts what was loaded."""

    loaded: list[str] = []
    gate = threading.Event()

    def __init__(self, spec, folders):
        if spec.key == "broken":
            raise WeightsDiffer("not those of the catalogue")
        self.loaded.append(spec.key)
        self.memory = MIB

    def prepare(self, items):
        return items

    def run(self, prepared):
        if "wait" in prepared:
            assert self.gate.wait(5)
            return [0]
        return [item + 1 for item in prepared]

    def finish(self, output):
        return output


def spec(key, **changes):
    made = ModelSpec(
        key=key,
        task="toy",
        network="none",
        licence="none",
        adapter="toy",
        weights=Weights(folder="."),
        dimensions=1,
        max_tokens=1,
        memory=MIB,
    )
    return replace(made, **changes)


@pytest.fixture
def make(tmp_path):
    engines = []

    def make(*specs, budget=2 * MIB):
        folders = Folders(models=tmp_path, cache=tmp_path)
        engines.append(Engine(specs, folders, memory_budget=budget, adapters={"toy": Toy}))
        return engines[-1]

    Toy.loaded = []
    Toy.gate.clear()
    yield make
    Toy.gate.set()
    for engine in engines:
        engine.close()


def states(engine):
    return {key: about["state"] for key, about in engine.status().items()}


def ask(engine, key, item=1):
    return engine.submit(key, item).result(5)


def test_a_model_is_loaded_when_it_is_first_asked(make):
    engine = make(spec("a"), spec("b"))
    assert states(engine) == {"a": "unloaded", "b": "unloaded"}
    assert ask(engine, "a", 41) == 42
    assert states(engine) == {"a": "ready", "b": "unloaded"}
    assert ask(engine, "a") == 2
    assert Toy.loaded == ["a"]


def test_the_least_recently_used_model_makes_room(make):
    engine = make(spec("a"), spec("b"), spec("c"))
    for key in "abac":
        ask(engine, key)
    assert states(engine) == {"a": "ready", "b": "unloaded", "c": "ready"}
    assert engine.residency.used == 2 * MIB
    ask(engine, "b")
    assert Toy.loaded == ["a", "b", "c", "b"]


def test_a_pinned_model_stays(make):
    engine = make(spec("a", warm=True), spec("b"), spec("c"))
    engine.warm_up()
    for key in "bc":
        ask(engine, key)
    assert states(engine) == {"a": "ready", "b": "unloaded", "c": "ready"}


def test_a_model_in_use_stays_and_one_that_does_not_fit_is_refused(make):
    engine = make(spec("a"), spec("b"), budget=MIB)
    busy = engine.submit("a", "wait")
    while not Toy.loaded:
        pass
    with pytest.raises(Unavailable, match="no memory left for b"):
        ask(engine, "b")
    Toy.gate.set()
    assert busy.result(5) == 0
    assert ask(engine, "b") == 2


def test_the_measured_size_replaces_the_declared_one(make):
    engine = make(spec("a", memory=2 * MIB))
    ask(engine, "a")
    assert engine.residency.used == MIB


def test_a_model_that_cannot_be_loaded_says_why_and_is_not_tried_at_every_call(make):
    engine = make(spec("broken"))
    for _ in range(2):
        with pytest.raises(Unavailable, match="not those of the catalogue") as caught:
            ask(engine, "broken")
        assert caught.value.retry_after
    assert engine.status()["broken"]["state"] == "failed"
    assert engine.status()["broken"]["reason"]
    assert engine.residency.used == 0


def test_missing_weights_show_before_anybody_asks(make):
    weights = Weights(package="no_such_weights", sha256=(("model", "0"),))
    assert states(make(spec("a", weights=weights))) == {"a": "missing"}


def test_a_model_that_fails_tells_no_internals(make):
    engine = make(spec("a"))
    with pytest.raises(Unavailable, match="^the model a failed$"):
        ask(engine, "a", item=None)
    assert ask(engine, "a") == 2


def test_a_model_nobody_knows(make):
    with pytest.raises(NotFound, match="'zzz'"):
        make().submit("zzz", 1)


def test_status_counts_calls_and_time(make):
    engine = make(spec("a"))
    for _ in range(3):
        ask(engine, "a")
    about = engine.status()["a"]
    assert about["calls"] == 3
    assert about["batches"] == 3
    assert about["run_seconds"] >= 0
    assert about["memory"] == MIB
