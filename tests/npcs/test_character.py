"""An answer that falls out of the character is not said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aiworld.loops import wait_for
from inference.adapters.base import Folders
from inference.adapters.head import Head
from inference.cards import read
from inference.catalogue import MODELS
from inference.character import broken
from inference.predictions import Read
from inference.training import corpus
from inference.training.figures import precision_recall
from inference.training.heads import embedded
from npcs import guarding, mind
from npcs.lexicon import LANGUAGES
from npcs.moderation import opinions
from npcs.moderation.opinions import OUTSIDE

MACHINE = {
    "en": "As an AI, I do not drink.",
    "pt": "Sou apenas um modelo de linguagem.",
    "es": "Como modelo de lenguaje no puedo.",
    "id": "Saya hanyalah model bahasa.",
    "ko": "저는 언어 모델입니다.",
    "th": "ฉันเป็นโมเดลภาษา",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_machine_that_names_itself_is_known_in_every_language(language):
    assert broken(MACHINE[language])


def test_what_people_of_this_world_say_is_not_taken_for_a_machines():
    lines = [line for part in corpus.parts(corpus.CHARACTER) for line in part]
    inside = [line for line in lines if line.labels[corpus.CHARACTER] == "in_character"]
    assert len(inside) > 150 and not [line.text for line in inside if broken(line.text)]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the model says of each line that it was not made with."""
    lines = corpus.parts(corpus.CHARACTER)[1]
    spec = next(spec for spec in MODELS if spec.key == OUTSIDE.model)
    path = tmp_path_factory.mktemp("models")
    head = Head(spec, Folders(models=path, cache=path))
    vectors = embedded([line.text for line in lines])
    items = [(line.text, vector) for line, vector in zip(lines, vectors, strict=True)]
    shares = head.finish(head.run(head.prepare(items)))
    found = [
        OUTSIDE.covers(line.language) and OUTSIDE.holds(Read(None, {OUTSIDE.model: share}))
        for line, share in zip(lines, shares, strict=True)
    ]
    return lines, found


def test_the_model_finds_more_than_the_rule_and_hardly_ever_errs(said):
    lines, found = said
    wanted = [line.labels[corpus.CHARACTER] for line in lines]
    by_rule = precision_recall(wanted, _named(broken(line.text) for line in lines), OUTSIDE.label)
    by_both = precision_recall(
        wanted,
        _named(flag or broken(line.text) for flag, line in zip(found, lines, strict=True)),
        OUTSIDE.label,
    )
    assert by_both[1] > by_rule[1] + 0.05 and by_both[0] == 1.0


def _named(flags):
    return [OUTSIDE.label if flag else "in_character" for flag in flags]


def judged(one, text):
    return wait_for(one.judged(text))


def held(*asked, **more):
    return wait_for(opinions.held(*asked, **more))


def watch(text="Will you drink with me?", language="en"):
    return guarding.Watch(replace(mind._NOBODY, text=text, language=language), [])


def test_an_answer_out_of_character_is_not_said(inside, monkeypatch):
    one = watch()
    assert judged(one, "As an AI language model, I cannot drink.") == ""
    assert one.blocked == "character"
    said = "I would, but my shift lasts till dawn."
    assert judged(watch(), said) == said

    async def found(text, language, asked, *, seconds):
        return frozenset({OUTSIDE})

    monkeypatch.setattr(guarding, "held", found)
    other = watch()
    assert judged(other, "Please see the patch notes.") == "" and other.blocked == "character"


def test_a_model_is_asked_only_in_its_languages_and_its_absence_harms_nothing(
    settings, monkeypatch
):
    assert read(OUTSIDE.model).languages and not OUTSIDE.covers("xx")
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", "/nowhere/inference.sock"
    assert held("Hello.", "en", [OUTSIDE], seconds=0.2) == frozenset()
    assert held("Hello.", "xx", [OUTSIDE], seconds=0.2) == frozenset()
