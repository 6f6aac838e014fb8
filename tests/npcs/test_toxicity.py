"""A model of what is meant to hurt, beside the word lists."""

from __future__ import annotations

import pytest

from inference.adapters.base import Folders
from inference.adapters.head import Head
from inference.catalogue import MODELS
from inference.predictions import Read
from inference.training import corpus
from inference.training.figures import f1, precision_recall
from inference.training.heads import embedded
from npcs.moderation import toxicity
from npcs.moderation.finding import found


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the model and the lists say of each labelled line that neither was made with."""
    lines = corpus.held_out()
    spec = next(spec for spec in MODELS if spec.key == toxicity.MODEL)
    path = tmp_path_factory.mktemp("models")
    head = Head(spec, Folders(models=path, cache=path))
    vectors = embedded([line.text for line in lines])
    shares = head.finish(
        head.run(head.prepare([(line.text, v) for line, v in zip(lines, vectors, strict=True)]))
    )
    model = [toxicity.toxic(Read(None, {toxicity.MODEL: share})) for share in shares]
    listed = [bool(found(line.text, line.language)) for line in lines]
    return [line.labels[toxicity.MODEL] for line in lines], model, listed


def named(flags):
    return ["toxic" if flag else "ok" for flag in flags]


def test_the_model_finds_more_than_the_lists_alone_and_is_seldom_wrong(said):
    wanted, model, listed = said
    both = named(a or b for a, b in zip(model, listed, strict=True))
    assert f1(wanted, both, "toxic") > f1(wanted, named(listed), "toxic") + 0.05
    precision, recall = precision_recall(wanted, named(model), "toxic")
    assert precision >= 0.9
    assert recall > 0.2


def test_it_is_asked_in_the_languages_in_which_it_beats_its_baseline():
    assert toxicity.covers("en")
    assert not toxicity.covers("xx")


def test_it_finds_nothing_where_it_was_not_asked():
    assert not toxicity.toxic(Read(None, {}))
