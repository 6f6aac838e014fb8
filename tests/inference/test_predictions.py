"""Tasks beside embed, one suite for every backend."""

from __future__ import annotations

import asyncio

import pytest

from aiworld.errors import DeadlineExceeded, Invalid, NotFound, Unavailable
from inference import client, predictions
from inference.cards import read
from inference.catalogue import MODELS
from inference.names import Names, merged
from inference.predictions import Span

TEXTS = ["where is the inn?", "thank you so much, friend"]
HEADS = [spec.key for spec in MODELS if spec.reads]
SERVED = [key for key in HEADS if (card := read(key)) and card.beats]


@pytest.fixture(params=["remote", "local", "fake"])
def backend(request, settings, address, folders):
    settings.INFERENCE_BACKEND = request.param
    settings.INFERENCE_SOCKET = address
    settings.INFERENCE_TIMEOUT = 30.0
    settings.ML_MODEL_PATH = folders.models
    return request.param


def classify(texts, **options):
    return asyncio.run(predictions.classify(texts, **options))


def test_every_head_tells_the_probability_of_each_of_its_labels(backend):
    for said in classify(TEXTS, models=SERVED):
        assert said.vector is None
        for key in SERVED:
            assert set(said.labels[key]) == set(read(key).labels)
            assert sum(said.labels[key].values()) == pytest.approx(1, abs=1e-3)


def test_vectors_come_along_when_they_are_wanted_and_models_that_cannot_answer_are_left_out(
    backend,
):
    [said] = classify(TEXTS[:1], models=[SERVED[0]], vectors=True)
    assert len(said.vector) == 384
    assert set(said.labels) == {SERVED[0]}
    assert said.best(SERVED[0])[1] > 0
    assert said.best("nobody") == ("", 0.0)


def test_nothing_in_nothing_out(backend):
    assert classify([], models=SERVED) == []


def test_more_than_one_request_takes_come_back_in_order(backend):
    texts = [f"line {n}" for n in range(70)]
    together = classify(texts, models=SERVED[:1])
    [alone] = classify(texts[69:], models=SERVED[:1])
    assert len(together) == 70
    assert together[69].labels[SERVED[0]] == pytest.approx(alone.labels[SERVED[0]], abs=1e-3)


def test_the_synchronous_twin_says_the_same(backend):
    one = classify(TEXTS, models=SERVED[:1])
    two = predictions.classify_now(TEXTS, models=SERVED[:1])
    for a, b in zip(one, two, strict=True):
        assert a.labels[SERVED[0]] == pytest.approx(b.labels[SERVED[0]], abs=1e-3)


def test_a_model_nobody_knows_and_one_that_does_something_else(backend):
    with pytest.raises(NotFound, match="zzz"):
        classify(TEXTS, models=["zzz"])
    with pytest.raises(Invalid, match="embedding"):
        classify(TEXTS, models=["embedding"])
    with pytest.raises(Invalid):
        asyncio.run(predictions.score([{"a": 1}], model="intent"))


def test_a_text_that_is_too_long_and_what_is_no_text_are_refused(backend):
    for text in ("x" * 100_001, 7):
        with pytest.raises(Invalid):
            classify([text], models=SERVED)


@pytest.mark.parametrize(
    "row",
    [{"a": float("nan")}, [1.0, float("inf")], {}, [], 5, "row", {"a": object()}, [[[[[[1]]]]]],
     [0] * 50_001],
)  # fmt: skip
def test_rows_that_make_no_sense_are_refused(backend, row):
    with pytest.raises(Invalid):
        asyncio.run(predictions.score([row], model="churn"))


def test_no_time_left_is_an_error_and_not_a_wait(backend):
    with pytest.raises(DeadlineExceeded):
        classify(TEXTS, models=SERVED, deadline=0.0)


@pytest.mark.parametrize("backend", ["remote", "local"], indirect=True)
def test_a_model_without_weights_says_so_and_the_others_answer(backend):
    with pytest.raises(Unavailable, match="reranker cannot be loaded: manifest.json is not in"):
        asyncio.run(predictions.rerank("inn", TEXTS))
    assert classify(TEXTS, models=SERVED[:1])


@pytest.mark.parametrize("backend", ["remote", "local"], indirect=True)
def test_a_model_can_be_unloaded_and_comes_back_when_it_is_asked(backend):
    key = SERVED[0]
    predictions.load(key)
    predictions.unload(key)
    assert asyncio.run(client.models())[key]["state"] == "unloaded"
    assert classify(TEXTS, models=[key])
    assert asyncio.run(client.models())[key]["state"] == "ready"


def test_names_of_the_world_count_before_what_a_model_found():
    names = Names({"MONSTER": ["Poring", "Orc Lord"], "PLACE": ["Prontera"]})
    text = "The orc lord of Prontera fears Porings, not a poring"
    known = names.found(text)
    assert [(text[s.start : s.end], s.label) for s in known] == [
        ("orc lord", "MONSTER"), ("Prontera", "PLACE"), ("poring", "MONSTER"),
    ]  # fmt: skip
    found = [Span(0, 12, "PERSON"), Span(31, 38, "GROUP")]
    assert merged(found, known) == sorted([*known, Span(31, 38, "GROUP")])
