"""One suite for every backend: what holds for one has to hold for all."""

from __future__ import annotations

import asyncio
import math
import threading

import pytest

from aiworld.errors import DeadlineExceeded, Invalid
from inference import client
from inference.catalogue import EMBEDDER, MODELS
from inference.fleet import row

LINES = ["Where is the inn?", "The inn is near the fountain.", "Poring drops apples."]


@pytest.fixture(params=["remote", "local", "fake"])
def backend(request, settings, address, folders):
    settings.INFERENCE_BACKEND = request.param
    settings.INFERENCE_SOCKET = address
    settings.INFERENCE_TIMEOUT = 20.0
    settings.ML_MODEL_PATH = folders.models
    return request.param


def embed(texts, **options):
    return asyncio.run(client.embed(texts, **options))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_a_vector_per_text_of_384_numbers_and_unit_length(backend):
    vectors = embed(LINES)
    assert [len(vector) for vector in vectors] == [384, 384, 384]
    for vector in vectors:
        assert isinstance(vector[0], float)
        assert math.isclose(dot(vector, vector), 1, abs_tol=1e-4)


def test_texts_that_share_words_are_closer(backend):
    inn, near, poring = embed(LINES)
    assert dot(inn, near) > dot(inn, poring) + 0.1


def test_vectors_come_in_the_order_of_the_texts_and_are_always_the_same(backend):
    forward, backward = embed(LINES), embed(LINES[::-1])
    for one, other in zip(forward, reversed(backward), strict=True):
        assert dot(one, other) > 0.9999


def test_nothing_in_nothing_out(backend):
    assert embed([]) == []


def test_an_empty_text_a_lone_surrogate_and_a_long_text_are_allowed(backend):
    vectors = embed(["", "broken \ud83d emoji", "x" * 100_000])
    assert all(math.isclose(dot(vector, vector), 1, abs_tol=1e-4) for vector in vectors)


@pytest.mark.parametrize("text", [None, 7, b"bytes", "x" * 100_001])
def test_what_is_no_text_or_too_long_is_refused(backend, text):
    with pytest.raises(Invalid) as caught:
        embed(["fine", text])
    assert caught.value.field == "texts"


def test_no_time_left_is_an_error_and_not_a_wait(backend):
    with pytest.raises(DeadlineExceeded):
        embed(LINES, deadline=0.0)


def test_the_synchronous_twin_takes_any_number_from_any_thread(backend):
    texts = [f"soldier {n}" for n in range(70)]
    answers = {}

    def ask(name):
        answers[name] = client.embed_now(texts)

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (alone,) = client.embed_now(texts[69:])
    for vectors in answers.values():
        assert len(vectors) == 70
        assert dot(vectors[69], alone) > 0.9999


def test_many_calls_at_once_each_get_their_own_answer(backend):
    async def ask():
        return await asyncio.gather(*(client.embed([f"line {n}"]) for n in range(40)))

    together = asyncio.run(ask())
    for n in (0, 17, 39):
        (alone,) = embed([f"line {n}"])
        assert dot(together[n][0], alone) > 0.9999


def test_health_names_the_backend_and_every_model(backend):
    embed(LINES)
    health = asyncio.run(client.health())
    assert (health["backend"], health["status"]) == (backend, "ready")
    assert health["models"].keys() == {spec.key for spec in MODELS}
    assert health["models"][EMBEDDER] == "ready"


def test_models_tell_their_state(backend):
    embed(LINES)
    told = asyncio.run(client.models())
    assert (told[EMBEDDER]["task"], told[EMBEDDER]["state"]) == ("embed", "ready")
    assert [row(name, about).name for name, about in told.items()] == list(told)
