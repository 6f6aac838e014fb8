"""Models whose weights come in packages."""

from __future__ import annotations

import pytest

from inference.adapters.lingua import Lingua
from inference.adapters.spacy_tagger import SpacyTagger
from inference.cards import read
from inference.catalogue import MODELS
from inference.training import packaged

SPECS = {spec.key: spec for spec in MODELS}


def answers(adapter, texts):
    return adapter.finish(adapter.run(adapter.prepare(texts)))


@pytest.fixture(scope="module")
def tagger(folders):
    return SpacyTagger(SPECS["entities"], folders)


@pytest.fixture(scope="module")
def lingua(folders):
    return Lingua(SPECS["language"], folders)


def test_names_stand_where_the_spans_say(tagger):
    text = "Michael left for London yesterday."
    [spans, none] = answers(tagger, [text, "how much is it"])
    assert {(text[start:end], kind) for start, end, kind in spans} == {
        ("Michael", "PERSON"),
        ("London", "PLACE"),
    }
    assert none == []
    assert tagger.memory > 0


def test_languages_are_told_and_what_is_in_none_says_so(lingua):
    texts = [
        "onde fica a torre velha?",
        "오래된 탑은 어디예요?",
        "dónde está la torre vieja",
        "12345",
    ]
    said = [max(shares, key=shares.get) for shares in answers(lingua, texts)]
    assert said == ["pt", "ko", "es", "und"]
    assert lingua.memory > 0


@pytest.mark.parametrize("key", ["language", "entities"])
def test_a_packaged_model_is_as_good_as_its_card_says(key, tmp_path):
    card = packaged.train(key, folder=tmp_path)
    assert card.value == pytest.approx(read(key).value, abs=0.01)
    assert card.beats
    assert read(key, tmp_path) == card


def test_marks_become_spans():
    text, spans = packaged.marked("From [Lutie|PLACE] to [Old Tom|PERSON].")
    assert text == "From Lutie to Old Tom."
    assert {text[start:end] for start, end, _ in spans} == {"Lutie", "Old Tom"}
