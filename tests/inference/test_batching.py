from __future__ import annotations

import threading
import time

import pytest

from aiworld.errors import DeadlineExceeded, Unavailable
from inference.batching import Batcher, Overloaded


class Model:
    """Doubles numbers; holds a batch back until `gate` opens, and keeps a record of batches."""

    def __init__(self):
        self.batches = []
        self.gate = threading.Event()
        self.started = threading.Event()
        self.gate.set()

    def __call__(self, items):
        self.batches.append(list(items))
        self.started.set()
        assert self.gate.wait(5)
        if "bad" in items:
            raise ValueError("bad item")
        if "short" in items:
            return [0] * (len(items) - 1)
        return [item * 2 for item in items]


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def batcher(model):
    batcher = Batcher(model, max_batch=4, max_background_batch=2, max_queue=8)
    yield batcher
    model.gate.set()
    batcher.close()


@pytest.fixture
def busy(model, batcher):
    """A batch is running, so whatever comes now is queued."""
    model.gate.clear()
    first = batcher.submit(0)
    assert model.started.wait(5)
    model.batches.clear()
    return first


def test_a_lone_request_does_not_wait_for_company(batcher):
    assert batcher.submit(21).result(5) == 42


def test_what_queued_up_meanwhile_runs_together_in_order(model, batcher, busy):
    futures = [batcher.submit(n) for n in (1, 2, 3, 4, 5)]
    model.gate.set()
    assert [future.result(5) for future in futures] == [2, 4, 6, 8, 10]
    assert model.batches == [[1, 2, 3, 4], [5]]


def test_a_full_queue_refuses_at_once(model, batcher, busy):
    for n in range(8):
        batcher.submit(n)
    with pytest.raises(Overloaded) as caught:
        batcher.submit(8)
    assert isinstance(caught.value, Unavailable)
    assert caught.value.retry_after
    assert batcher.statistics.refused == 1


def test_background_work_never_shuts_out_interactive_work(model, batcher, busy):
    for n in range(4):
        batcher.submit(n, priority="background")
    with pytest.raises(Overloaded):
        batcher.submit(9, priority="background")
    batcher.submit(9)


def test_interactive_comes_first_and_background_in_small_batches(model, batcher, busy):
    futures = [batcher.submit(n, priority="background") for n in (10, 11, 12)]
    futures += [batcher.submit(n) for n in (1, 2, 3)]
    model.gate.set()
    for future in futures:
        future.result(5)
    assert model.batches == [[1, 2, 3], [10, 11], [12]]


def test_a_failed_batch_fails_its_own_callers_only(model, batcher, busy):
    failing = [batcher.submit(item) for item in ("bad", 2, 3, 4)]
    fine = batcher.submit(5)
    model.gate.set()
    for future in failing:
        with pytest.raises(ValueError, match="bad item"):
            future.result(5)
    assert fine.result(5) == 10
    assert busy.result(5) == 0
    assert batcher.statistics.failed == 4


def test_a_short_batch_is_a_failed_one(model, batcher, busy):
    futures = [batcher.submit(item) for item in ("short", 1)]
    model.gate.set()
    for future in futures:
        with pytest.raises(Unavailable, match="1 results for 2 items"):
            future.result(5)
    assert batcher.submit(3).result(5) == 6


def test_cancelled_requests_are_not_run(model, batcher, busy):
    unwanted, wanted = batcher.submit(1), batcher.submit(2)
    assert unwanted.cancel()
    model.gate.set()
    assert wanted.result(5) == 4
    assert model.batches == [[2]]


def test_requests_too_late_are_dropped_before_they_run(model, batcher, busy):
    late = batcher.submit(1, deadline=time.monotonic() + 0.01)
    early = batcher.submit(2, deadline=time.monotonic() + 5)
    time.sleep(0.02)
    model.gate.set()
    with pytest.raises(DeadlineExceeded):
        late.result(5)
    assert early.result(5) == 4
    assert model.batches == [[2]]
    assert batcher.statistics.expired == 1


def test_closing_finishes_what_is_queued(model):
    batcher = Batcher(model, max_batch=4, max_background_batch=2, max_queue=8)
    futures = [batcher.submit(n) for n in range(3)]
    batcher.close()
    assert [future.result(0) for future in futures] == [0, 2, 4]
    with pytest.raises(Unavailable):
        batcher.submit(1)


def test_closing_in_a_hurry_fails_what_is_queued(model, batcher, busy):
    future = batcher.submit(1)
    threading.Timer(0.05, model.gate.set).start()
    batcher.close(drain=False)
    with pytest.raises(Unavailable):
        future.result(0)
    assert busy.result(0) == 0


def test_many_threads_each_get_their_own_answer(model):
    batcher = Batcher(model, max_batch=16, max_background_batch=8, max_queue=1000)
    answers = {}

    def ask(start):
        for n in range(start, start + 50):
            answers[n] = batcher.submit(n).result(5)

    threads = [threading.Thread(target=ask, args=(100 * k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batcher.close()
    assert answers == {n: 2 * n for n in answers}
    assert len(answers) == 400
    assert batcher.statistics.calls == 400


class Hall:
    """A model that several threads may run: notes who is inside, and lets them out together."""

    def __init__(self):
        self.inside, self.most, self.lock = [], 0, threading.Lock()
        self.gate = threading.Event()

    def __call__(self, items):
        with self.lock:
            self.inside.append(list(items))
            self.most = max(self.most, len(self.inside))
        assert self.gate.wait(5)
        with self.lock:
            self.inside.remove(list(items))
        return list(items)

    def until(self, number):
        for _ in range(500):
            if len(self.inside) == number:
                return sorted(self.inside)
            time.sleep(0.01)
        raise AssertionError(f"{self.inside} never became {number}")


@pytest.fixture
def hall():
    model = Hall()
    batcher = Batcher(model, max_batch=8, max_background_batch=2, max_queue=64, workers=3)
    yield model, batcher
    model.gate.set()
    batcher.close()


def test_workers_run_batches_side_by_side_and_share_what_is_queued(hall):
    model, batcher = hall
    blockers = []
    for n in range(3):
        blockers.append(batcher.submit(n))
        model.until(n + 1)
    futures = [batcher.submit(n) for n in range(10, 22)]
    model.gate.set()
    assert [future.result(5) for future in blockers + futures] == [0, 1, 2, *range(10, 22)]
    assert model.most == 3
    assert batcher.statistics.largest_batch == 4


def test_background_work_leaves_a_worker_to_the_urgent(hall):
    model, batcher = hall
    futures = [batcher.submit(n, priority="background") for n in range(6)]
    assert model.until(2) == [[0, 1], [2, 3]]
    futures.append(batcher.submit(9))
    assert model.until(3) == [[0, 1], [2, 3], [9, 4]]
    model.gate.set()
    assert [future.result(5) for future in futures] == [0, 1, 2, 3, 4, 5, 9]


def test_closing_ends_every_worker(hall):
    model, batcher = hall
    futures = [batcher.submit(n, priority="background") for n in range(10)]
    model.gate.set()
    batcher.close()
    assert [future.result(0) for future in futures] == list(range(10))
