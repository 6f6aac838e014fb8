"""Heads on the shared encoder: what is shipped is what its card says, nothing else is served."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from aiworld.errors import Unavailable
from inference import cards
from inference.adapters import head
from inference.adapters.head import Head, features
from inference.adapters.weights import NotBetter, Untrained, WeightsDiffer
from inference.cards import read
from inference.catalogue import MODELS
from inference.engine import Engine
from inference.overview import facts
from inference.pieces import BUCKETS, pieces
from inference.spec import Weights
from inference.training import corpus, softmax
from inference.training.figures import macro_f1
from inference.training.heads import embedded

HEADS = [spec for spec in MODELS if spec.adapter == "head"]
SPEC = next(spec for spec in HEADS if spec.key == "toxicity")


@pytest.fixture(scope="module")
def held_out():
    """Players' lines, and those of NPCs."""
    both = corpus.held_out(), corpus.parts(corpus.CHARACTER)[1]
    return [(lines, embedded([line.text for line in lines])) for lines in both]


@pytest.mark.parametrize("spec", HEADS, ids=lambda spec: spec.key)
def test_a_shipped_head_is_as_good_as_its_card_says(spec, held_out, folders):
    lines, vectors = held_out[spec.key == corpus.CHARACTER]
    made, card = Head(spec, folders), read(spec.key)
    items = [(line.text, vector) for line, vector in zip(lines, vectors, strict=True)]
    said = made.finish(made.run(made.prepare(items)))
    best = [max(shares, key=shares.get) for shares in said]
    wanted = [line.labels[spec.key] for line in lines]
    assert macro_f1(wanted, best) == pytest.approx(card.value, abs=0.01)
    assert card.data_sha256 == corpus.digest([*corpus.parts(spec.key)[0], *lines])
    assert card.beats


def test_lines_for_measuring_are_not_in_the_training():
    for key, least in (("intent", 200), (corpus.CHARACTER, 100)):
        training, measuring = corpus.parts(key)
        known = {line.text.casefold().strip(" .!?") for line in training}
        unseen = [line.text.casefold().strip(" .!?") for line in measuring]
        assert len(unseen) >= least
        assert not known & set(unseen)
        assert {line.language for line in measuring} == set(corpus.LANGUAGES)


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """A folder of trained weights that a test may spoil."""
    folder = tmp_path / "trained"
    shutil.copytree(cards.SHIPPED, folder)
    spec = replace(SPEC, weights=replace(SPEC.weights, package="", folder=str(folder)))

    def told(**changes):
        changed = replace(read("toxicity"), **changes)
        monkeypatch.setattr(head, "read", lambda key: changed)
        return spec

    return folder, told


def test_a_head_that_does_no_better_than_its_baseline_is_not_served(trained, folders):
    _, told = trained
    with pytest.raises(NotBetter):
        Head(told(value=0.5, baseline=0.5), folders)


def test_weights_with_another_checksum_are_refused(trained, folders):
    folder, told = trained
    with (folder / "toxicity.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(WeightsDiffer, match="checksum"):
        Head(told(), folders)


def test_weights_for_other_features_are_refused(trained, folders):
    _, told = trained
    with pytest.raises(WeightsDiffer, match="version"):
        Head(told(code="0"), folders)


def test_a_head_without_a_card_is_untrained_says_so_and_never_answers(folders):
    spec = replace(SPEC, key="nobody", weights=Weights())
    with pytest.raises(Untrained):
        Head(spec, folders)
    engine = Engine([spec], folders)
    try:
        assert engine.status()["nobody"]["state"] == "untrained"
        with pytest.raises(Unavailable, match="no weights"):
            engine.submit("nobody", ("hello", np.zeros(384, np.float32))).result(5)
    finally:
        engine.close()


def test_every_row_of_the_catalogue_tells_what_it_is(folders):
    numbers = [spec.number for spec in MODELS]
    assert sorted(numbers) == [*range(1, 26), 29]
    for spec in MODELS:
        about = facts(spec, folders)
        assert about["weights"] in ("real", "simulated", "missing")
        assert about["task"] and about["network"] and about["licence"]


def test_pieces_are_alike_for_words_that_share_letters():
    one, two, far = pieces(["idiota inútil", "IDIOTAS inutil", "where is the inn"])
    assert one @ two > 0.4 > 0.15 > one @ far
    assert features(["a"], np.ones((1, 384), np.float32), 2.0).shape == (1, 384 + BUCKETS)


def test_the_fit_is_where_its_cost_has_no_slope():
    drawn = np.random.default_rng(3)
    rows = drawn.normal(size=(60, 200)).astype(np.float32)
    labels = (rows[:, :3].argmax(axis=1)).astype(np.int64)
    turned = softmax.turned(rows)
    layer = turned.restored(softmax.fit(turned.rows, labels, 3, decay=0.01))
    often = np.bincount(labels, minlength=3)
    weights = len(labels) / (often * 3)
    error = weights[labels, None] * (layer.shares(rows) - np.eye(3)[labels]) / len(labels)
    assert np.abs(error.T @ rows + 0.01 * layer.weight).max() < 1e-3
    assert np.abs(error.sum(axis=0)).max() < 1e-3
    assert (layer.shares(rows).argmax(axis=1) == labels).mean() > 0.95
