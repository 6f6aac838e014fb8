"""What can go wrong between a client and the inference process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from aiworld.breaker import Breaker
from aiworld.errors import DeadlineExceeded, Unavailable
from inference import client, predictions
from inference.backends.remote import RemoteBackend
from inference.batching import Overloaded
from inference.catalogue import MODELS
from inference.engine import Engine
from inference.spec import ModelSpec, Weights
from tests.inference.serving import serving


def embed(backend, deadline=5.0, texts=("hello",)):
    return backend.embed(texts, deadline=deadline, priority="interactive")


@contextmanager
def silent(path):
    """Accepts connections and never answers, as a frozen process does."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(16)
        yield str(path)


def test_an_inference_process_that_is_away_costs_next_to_nothing(tmp_path):
    async def trial():
        backend = RemoteBackend(str(tmp_path / "nobody.sock"))
        for _ in range(3):
            with pytest.raises(Unavailable, match="away"):
                await embed(backend)
        started = time.perf_counter()
        for _ in range(1000):
            with pytest.raises(Unavailable, match="does not answer") as caught:
                await embed(backend)
        assert 0 < caught.value.retry_after <= 1.0
        return (time.perf_counter() - started) / 1000

    assert asyncio.run(trial()) < 0.001


def test_a_frozen_process_is_found_out_and_then_costs_nothing(tmp_path):
    async def trial(address):
        backend = RemoteBackend(address)
        started = time.perf_counter()
        with pytest.raises(DeadlineExceeded):
            await embed(backend, deadline=0.1)
        assert time.perf_counter() - started >= 0.1
        await asyncio.sleep(0.6)
        with pytest.raises(Unavailable, match="does not answer"):
            await embed(backend, deadline=0.1)

    with silent(tmp_path / "frozen.sock") as address:
        asyncio.run(trial(address))


def test_a_restarted_process_is_found_again(engine, tmp_path):
    path = tmp_path / "i.sock"

    async def trial():
        breaker = Breaker("the inference process", failures=3, seconds=0.1)
        backend = RemoteBackend(str(path), breaker)
        for _ in range(2):
            with serving(engine, path):
                # The server runs in another thread; only its stop blocks this loop.
                await asyncio.sleep(0.15)
                assert len(await embed(backend)) == 1
                assert len(await embed(backend)) == 1
            for _ in range(4):
                with pytest.raises(Unavailable):
                    await embed(backend)

    asyncio.run(trial())


def test_the_process_dying_fails_the_calls_in_flight_at_once(tmp_path):
    async def trial():
        async def die(reader, writer):
            await reader.readexactly(10)
            writer.transport.abort()

        path = str(tmp_path / "dying.sock")
        async with await asyncio.start_unix_server(die, path):
            started = time.perf_counter()
            calls = [embed(RemoteBackend(path), deadline=10.0) for _ in range(5)]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
            assert time.perf_counter() - started < 8.0  # their deadline is 10 s

    asyncio.run(trial())


def test_an_answer_that_is_no_frame_is_a_lost_connection(tmp_path):
    async def trial():
        async def babble(reader, writer):
            await reader.readexactly(10)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
            writer.close()

        path = str(tmp_path / "babble.sock")
        async with await asyncio.start_unix_server(babble, path):
            with pytest.raises(Unavailable, match="away"):
                await embed(RemoteBackend(path))

    asyncio.run(trial())


def test_a_busy_process_is_not_taken_for_a_dead_one(address):
    async def trial():
        backend = RemoteBackend(address)
        long = ["word " * 300] * 64
        background = asyncio.create_task(backend.embed(long, deadline=60.0, priority="background"))
        await asyncio.sleep(0.2)
        late = [embed(backend, deadline=0.12, texts=["word " * 300] * 32) for _ in range(6)]
        outcomes = await asyncio.gather(*late, return_exceptions=True)
        assert all(isinstance(outcome, DeadlineExceeded) for outcome in outcomes)
        assert len(await embed(backend, deadline=10.0)) == 1
        background.cancel()

    asyncio.run(trial())


def test_background_work_waits_for_its_turn_and_urgent_work_is_refused(folders, tmp_path, settings):
    engine = Engine(MODELS, folders, max_queue=64)
    settings.INFERENCE_BACKEND = "remote"
    with serving(engine, tmp_path / "small.sock") as settings.INFERENCE_SOCKET:

        async def trial():
            texts = ["word " * 20] * 16
            calls = [client.embed(texts, deadline=30.0, priority="background") for _ in range(4)]
            imports = [asyncio.create_task(call) for call in calls]
            with pytest.raises(Overloaded):
                await asyncio.gather(*(client.embed(["word"] * 60) for _ in range(3)))
            assert [len(vectors) for vectors in await asyncio.gather(*imports)] == [16] * 4

        asyncio.run(trial())
    engine.close()


def test_each_event_loop_has_its_own_connection(address):
    backend = RemoteBackend(address)
    for _ in range(3):
        assert len(asyncio.run(embed(backend))) == 1


class Slow:
    """Works on one row after the other, while it may."""

    memory = 1
    gate, seen = threading.Event(), []

    def __init__(self, spec, folders):
        pass

    def prepare(self, items):
        return items

    def run(self, prepared):
        self.seen.extend(prepared)
        assert self.gate.wait(10)
        return prepared

    def finish(self, output):
        return [len(row) for row in output]


ROW = ModelSpec(
    key="slow",
    task="score",
    network="none",
    licence="none",
    adapter="slow",
    weights=Weights(folder="."),
    memory=1,
    max_batch=1,
)


@pytest.fixture
def make(folders):
    """Engines with the slow model alone; they end with the test."""
    Slow.seen.clear()
    Slow.gate.clear()
    made = []

    def make():
        made.append(Engine([ROW], folders, adapters={"slow": Slow}))
        return made[-1]

    yield make
    Slow.gate.set()
    for engine in made:
        engine.close()


@pytest.fixture
def slow(make, tmp_path):
    with serving(make(), tmp_path / "slow.sock") as address:
        yield RemoteBackend(address)
        Slow.gate.set()


def score(backend, row, deadline=10.0):
    return backend.ask("score", "slow", [row], query="", deadline=deadline, priority="interactive")


async def until(holds):
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came about")


def test_what_nobody_waits_for_any_more_is_not_worked_on(slow):
    async def trial():
        first = asyncio.create_task(score(slow, [1.0]))
        await until(lambda: Slow.seen)
        second = asyncio.create_task(score(slow, [2.0]))
        third = asyncio.create_task(score(slow, [3.0, 3.0]))
        while (await slow.models(deadline=5))["slow"]["queued"] < 2:
            await asyncio.sleep(0.01)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        with pytest.raises(DeadlineExceeded):
            await score(slow, [4.0], deadline=0.2)
        assert (await slow.models(deadline=5))["slow"]["queued"] >= 1
        Slow.gate.set()
        return await first, await third

    assert asyncio.run(trial()) == ([1], [2])
    assert [1.0] in Slow.seen and [3.0, 3.0] in Slow.seen
    assert [2.0] not in Slow.seen and [4.0] not in Slow.seen


def test_accepted_background_work_outlives_a_restart_and_urgent_work_is_told_at_once(
    make, tmp_path, settings
):
    path = tmp_path / "i.sock"
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", str(path)

    async def trial():
        first = make()
        with serving(first, path, drain=0.1):
            night = predictions.score([[1.0]], model="slow", deadline=60.0, priority="background")
            night = asyncio.create_task(night)
            await until(lambda: Slow.seen)
            urgent = asyncio.create_task(predictions.score([[2.0]], model="slow", deadline=60.0))
            await until(lambda: first.status()["slow"]["queued"] == 1)
        with pytest.raises(Unavailable, match="away|shutting down"):
            await urgent
        assert not night.done()
        Slow.gate.set()
        with serving(make(), path):
            return await night

    assert asyncio.run(trial()) == [1]


def test_background_work_for_a_process_that_was_never_there_is_told_at_once(tmp_path, settings):
    settings.INFERENCE_BACKEND = "remote"
    settings.INFERENCE_SOCKET = str(tmp_path / "nobody.sock")
    with pytest.raises(Unavailable, match="away"):
        predictions.score_now([[1.0]], model="slow", deadline=600.0)
