from __future__ import annotations

import threading
import time
from dataclasses import replace
from errno import ENOSPC

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
    gate, working = threading.Event(), threading.Event()

    def __init__(self, spec, folders):
        if spec.key == "broken":
            raise WeightsDiffer("not those of the catalogue")
        if spec.key == "no room":
            raise OSError(ENOSPC, "No space left on device")
        self.loaded.append(spec.key)
        self.memory = MIB

    def prepare(self, items):
        return items

    def run(self, prepared):
        if "huge" in prepared:
            raise MemoryError
        if "wait" in prepared:
            self.working.set()
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
    Toy.working.clear()
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


def test_out_of_memory_in_the_middle_of_a_batch_fails_that_batch_only(make):
    engine = make(spec("a"), spec("b"))
    with pytest.raises(Unavailable, match="^the model a failed$"):
        ask(engine, "a", "huge")
    assert (ask(engine, "a"), ask(engine, "b")) == (2, 2)
    assert engine.status()["a"]["failed"] == 1


def test_no_space_left_while_loading_is_said_and_the_others_answer(make):
    engine = make(spec("no room"), spec("b"))
    with pytest.raises(Unavailable, match="No space left on device"):
        ask(engine, "no room")
    assert engine.status()["no room"]["state"] == "failed"
    assert ask(engine, "b") == 2


def test_a_model_can_be_unloaded_but_not_while_it_works(make):
    engine = make(spec("a", warm=True))
    engine.warm_up()
    busy = engine.submit("a", "wait")
    assert Toy.working.wait(5)
    with pytest.raises(Unavailable, match="is working"):
        engine.unload("a")
    Toy.gate.set()
    assert busy.result(5) == 0
    until(lambda: gone(engine, "a"))
    assert states(engine) == {"a": "unloaded"}
    assert engine.residency.used == 0
    assert ask(engine, "a") == 2


def until(holds):
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came about")


def gone(engine, key):
    try:
        engine.unload(key)
    except Unavailable:
        return False
    return True


def test_what_one_model_cannot_load_keeps_the_rest_from_nothing(make):
    engine = make(spec("broken", warm=True), spec("b", warm=True))
    engine.warm_up()
    assert states(engine) == {"broken": "failed", "b": "ready"}


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
