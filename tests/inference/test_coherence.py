"""Whether an answer fits its question: what was tried is measured, and what lost is not served."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from aiworld.errors import Invalid, Unavailable
from inference import checks
from inference.adapters import untrained
from inference.cards import read
from inference.catalogue import MODELS
from inference.engine import Engine
from inference.slots import at_rest
from inference.training import coherence
from inference.training.coherence import KEY, Asked
from inference.training.corpus import LANGUAGES, hashed

SPEC = next(spec for spec in MODELS if spec.key == KEY)


def test_the_card_tells_what_was_measured(tmp_path):
    card, lines = read(KEY), coherence.pairs()
    known, unseen = (coherence._asked(lines[part, "en"]) for part in ("train", "test"))
    said = coherence._scores(known, unseen, card.details["way"], card.details["decay"])
    assert coherence._auc(said, unseen) == pytest.approx(card.value, abs=0.01)
    assert coherence._auc(unseen.cosines(), unseen) == pytest.approx(card.baseline, abs=0.01)
    assert card.data_sha256 == hashed(coherence._FILE.read_text(encoding="utf-8"))
    assert not card.beats
    with pytest.raises(Invalid):
        coherence.train(KEY, server="prontera", folder=tmp_path)


def test_pairs_for_measuring_are_not_in_the_training():
    lines = coherence.pairs()
    assert {language for _, language in lines} == set(LANGUAGES)
    for language in LANGUAGES:
        known = {text.casefold() for pair in lines["train", language] for text in pair}
        unseen = {text.casefold() for pair in lines["test", language] for text in pair}
        assert len(unseen) >= 24 and not known & unseen


def test_an_answer_that_goes_the_questions_way_in_another_space_is_found():
    """What the cosine cannot see and the crossed scorer can, from questions it has not seen."""
    drawn = np.random.default_rng(5)

    def asked(count):
        questions = drawn.normal(size=(count, 384)).astype(np.float32) * (np.arange(384) < 6)
        answers = np.roll(questions, 6, axis=1)
        return coherence._only(Asked(questions, answers, np.zeros((0, 2))), np.ones(count, bool))

    known, unseen = asked(60), asked(20)
    said = coherence._scores(known, unseen, "crossed", 3e-3)
    assert coherence._auc(unseen.cosines(), unseen) == 0.5
    assert coherence._auc(said, unseen) > 0.9


def test_a_scorer_that_lost_to_the_cosine_is_not_served(folders, monkeypatch):
    assert at_rest(SPEC, folders) == "baseline"
    engine = Engine([SPEC], folders)
    try:
        with pytest.raises(Unavailable, match="no better than its baseline"):
            engine.submit(KEY, {"question": "hello"}).result(5)
        assert engine.status()[KEY]["state"] == "baseline"
    finally:
        engine.close()
    monkeypatch.setattr(untrained, "read", lambda key: replace(read(KEY), value=1.0))
    with pytest.raises(untrained.Untrained):
        untrained.NoNetwork(SPEC, folders)


def test_a_switch_without_models_is_told(settings):
    settings.LOAD_VISUAL_MODELS = False
    assert checks.pictures_have_models() == []
    settings.LOAD_VISUAL_MODELS = True
    [found] = checks.pictures_have_models()
    assert found.id == "inference.W002" and "item_icon, outfit, screenshot" in found.msg
