"""Networks learn, are examined on later days, and come back from their files as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.learned import measures, storing, training
from inference.learned.examples import Examples
from inference.learned.features import Table
from inference.learned.lessons import BY_KEY
from inference.learned.network import Ensemble, Network, learn, sigmoid

CHANCE = np.random.default_rng(7)
QUESTS = BY_KEY["quest_completion"]


def made(number=1200, *, signal=2.0, seed=3):
    """Quests of which whether they are completed depends on two features at once."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(number, 4))
    truth = (chance.random(number) < sigmoid(signal * rows[:, 1] * rows[:, 2])).astype(float)
    day = np.sort(chance.integers(0, 60, number))
    names = ("difficulty", "one", "other", "noise")
    return Examples(Table(names, rows), truth, day, np.arange(number))


def test_a_network_learns_what_no_line_can():
    examples = made()
    said = learn(examples.table.values, examples.truth, "chance", hidden=(16,), seed=1)
    fresh = made(seed=4)
    assert measures.auc(fresh.truth, said.predict(fresh.table.values)) > 0.72
    line = learn(examples.table.values, examples.truth, "chance", hidden=(), seed=1, members=1)
    assert measures.auc(fresh.truth, line.predict(fresh.table.values)) < 0.6


def test_slopes_are_those_of_the_loss():
    network = Network.random((3, 4, 2), np.random.default_rng(1))
    rows, wanted = CHANCE.normal(size=(5, 3)), CHANCE.normal(size=(5, 2))

    def loss():
        return float(((network(rows) - wanted) ** 2).sum() / 2)

    weights, biases = network.slopes(rows, network(rows) - wanted)
    for parts, slopes in ((network.weights, weights), (network.biases, biases)):
        for part, slope in zip(parts, slopes, strict=True):
            at = np.unravel_index(part.size // 2, part.shape)
            before = part[at]
            part[at] = before + 1e-5
            up = loss()
            part[at] = before - 1e-5
            assert slope[at] == pytest.approx((up - loss()) / 2e-5, rel=1e-3, abs=1e-6)
            part[at] = before


def test_a_number_is_learned_and_wild_rows_do_not_rule():
    rows = CHANCE.normal(size=(900, 3))
    truth = 2 * rows[:, 0] + np.abs(rows[:, 1])
    truth[::100] += 1000
    said = learn(rows, truth, "number", hidden=(16,), seed=1).predict(rows)
    usual = np.ones(900, bool)
    usual[::100] = False
    assert measures.root_error(truth[usual], said[usual]) < 1.0


def test_what_is_unlike_all_it_saw_is_unusual():
    base = CHANCE.normal(size=(1500, 2))
    rows = np.c_[base, base[:, 0] + base[:, 1], base[:, 0] - base[:, 1]]
    odd = rows[:200].copy()
    odd[:, 2] = -odd[:, 2]  # each value is usual, together they are not
    said = learn(rows, np.zeros(1500), "likeness", hidden=(6, 2, 6), seed=1)
    truth = np.r_[np.zeros(200), np.ones(200)]
    both = said.predict(np.concatenate([rows[200:400], odd]))
    assert measures.auc(truth, both) > 0.8
    far = np.abs(np.concatenate([rows[200:400], odd])).max(axis=1)
    assert measures.auc(truth, far) < 0.6


def test_it_is_examined_on_days_after_all_it_learned_from():
    earlier, later = training.split(QUESTS, made())
    assert earlier.day.max() + QUESTS.horizon < later.day.min()
    assert len(earlier) > 600 and len(later) > 300


def test_too_little_is_refused_and_not_learned_from():
    with pytest.raises(training.TooLittle, match="299 examples"):
        training.split(QUESTS, made(299))
    always = made()
    with pytest.raises(training.TooLittle):
        training.split(QUESTS, replace(always, truth=np.ones(len(always))))


def test_a_network_that_is_worse_than_its_plain_rival_does_not_beat_it():
    chance = np.random.default_rng(5)
    rows = chance.normal(size=(1200, 4))
    truth = (chance.random(1200) < sigmoid(3 * rows[:, 0])).astype(float)
    day = np.sort(chance.integers(0, 60, 1200))
    examples = Examples(Table(("difficulty", "a", "b", "c"), rows), truth, day, np.arange(1200))
    trained = training.train(QUESTS, examples)
    blind = replace(trained, network=learn(rows[:, ::-1] * 0, truth, "chance", hidden=(4,), seed=1))
    assert training.examine(trained, examples).baseline > 0.85
    assert not training.examine(blind, examples).beats


def test_weights_come_back_from_their_file_and_say_the_same(tmp_path):
    earlier, later = training.split(QUESTS, made())
    trained = training.train(QUESTS, earlier)
    path = tmp_path / "quest_completion.safetensors"
    storing.save(trained, path)
    back = storing.load("quest_completion", path, storing.details(trained))
    rows = later.table.values
    assert back.network.predict(rows) == pytest.approx(trained.network.predict(rows), abs=1e-4)
    assert back.plain.predict(rows) == pytest.approx(trained.plain.predict(rows), abs=1e-4)
    assert path.stat().st_size < 40_000


def test_the_same_data_have_the_same_hash_and_other_data_another():
    examples = made()
    assert training.data_hash(examples) == training.data_hash(made())
    truth = examples.truth.copy()
    truth[0] = 1 - truth[0]
    assert training.data_hash(replace(examples, truth=truth)) != training.data_hash(examples)


def test_auc_counts_ties_half():
    truth = np.array([1.0, 0, 1, 0])
    assert measures.auc(truth, np.array([0.9, 0.1, 0.5, 0.5])) == pytest.approx(0.875)
    assert measures.auc(truth, np.zeros(4)) == 0.5 and measures.auc(np.ones(4), truth) == 0.5


def test_an_alert_is_raised_from_where_most_are_right():
    said = np.arange(100) / 100
    truth = (said >= 0.9).astype(float)
    at = measures.threshold(truth, said, 0.9)
    right, found = measures.caught(truth, said, at)
    assert right >= 0.9 and found == 1
    assert measures.threshold(np.zeros(100), said, 0.9) is None


def test_another_population_drifts_and_the_same_does_not():
    rows = np.c_[CHANCE.normal(size=4000), CHANCE.integers(0, 2, 4000)]
    edges = measures.deciles(rows[:2000])
    assert measures.drift(edges, rows[2000:]).max() < 0.1
    assert measures.drift(edges, rows[2000:] + [1.5, 0])[0] > 0.5


def test_an_ensemble_of_a_likeness_needs_no_truth():
    rows = CHANCE.normal(size=(300, 3))
    found = learn(rows, np.zeros(300), "likeness", hidden=(2,), seed=1)
    assert isinstance(found, Ensemble) and found.usual.shape == (3,)
