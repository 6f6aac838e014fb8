"""Published weights answer only where they do better than what is shipped."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inference import cards, lineup
from inference.adapters.base import Folders
from inference.engine import Engine
from inference.published import better, card, rival
from inference.training import examining
from tests.inference import published
from tests.inference.hub import serving_hub
from tests.inference.test_published import SPECS, put


def models(*words):
    told = io.StringIO()
    call_command("models", *words, stdout=told, stderr=told)
    return told.getvalue()


@pytest.fixture(autouse=True)
def here(settings, tmp_path):
    settings.ML_MODEL_PATH = tmp_path
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", str(tmp_path / "none.sock")
    return tmp_path


def row(key):
    return {spec.key: spec for spec in lineup.models()}[key]


def examined(folder, key, **changed):
    """As if the weights had been found to be this good."""
    spec = SPECS[key]
    shipped = cards.read(key)
    found = examining.examine(spec, Folders(models=folder, cache=folder / "graphs"))
    told = replace(found, value=shipped.value + 0.01, **changed)
    cards.write(told, key, folder / "hub" / key)


def test_what_was_downloaded_is_examined_and_does_not_answer_where_it_is_worse(here):
    hub = SPECS["entities"].published.hub
    with serving_hub(hub.repository, hub.revision, published.FILES["entities"]()) as served:
        told = models("download", "entities", "--source", served.address)
    assert "F1 of names of the published weights 0." in told
    assert "of the shipped ones 0.568, on 30 English lines: what is shipped goes on" in told
    assert row("entities").adapter == "spacy"
    rows = {each["name"]: each for each in json.loads(models("list", "--json"))}
    assert rows["entities"]["network"].startswith("spaCy")


@pytest.mark.parametrize("key", ["language", "toxicity"])
def test_lines_are_read_and_counted(here, key):
    put(here, key)
    heard = []
    found = examining.examine(
        SPECS[key], Folders(models=here, cache=here / "graphs"), lambda *told: heard.append(told)
    )
    assert heard[-1] == (276, 276)
    assert found.baseline == cards.read(key).value
    assert 0 <= found.value < found.baseline
    assert card(rival(SPECS[key]), here) == found


def test_topics_are_examined_by_asking_about_each(here, monkeypatch):
    few = examining.corpus.held_out()[:8]
    monkeypatch.setattr(examining.corpus, "held_out", lambda: few)
    put(here, "topic")
    found = examining.examine(SPECS["topic"], Folders(models=here, cache=here / "graphs"))
    assert found.measured_on == "8 lines of chat in six languages"


def test_better_weights_answer_in_the_place_of_the_shipped(here):
    put(here, "toxicity")
    examined(here, "toxicity")
    spec = row("toxicity")
    assert (spec.adapter, spec.reads, spec.hub.repository) == (
        "classifier",
        "",
        "unitary/toxic-bert",
    )
    engine = Engine([spec], Folders(models=here, cache=here / "graphs"))
    try:
        said = engine.submit("toxicity", "where is the inn ?").result(timeout=60)
        assert set(said) == {"toxic", "ok"}
        facts = engine.status()["toxicity"]
    finally:
        engine.close()
    assert facts["baseline"] == cards.read("toxicity").value < facts["value"]
    assert (facts["weights"], facts["version"]) == ("real", spec.hub.revision)


def test_no_better_than_what_is_shipped_by_now_is_not_enough(here):
    put(here, "toxicity")
    examined(here, "toxicity", baseline=0.1)
    assert not better(SPECS["toxicity"], here)


def test_other_weights_than_those_that_were_examined_do_not_answer(here):
    put(here, "toxicity")
    examined(here, "toxicity")
    assert better(SPECS["toxicity"], here)
    changed = published.FILES["toxicity"]()["model.safetensors"]
    put(here, "toxicity", {"model.safetensors": changed[:-4] + b"\1\2\3\4"})
    assert not better(SPECS["toxicity"], here)
    assert row("toxicity").adapter == "head"


def test_a_card_that_cannot_be_read_counts_as_none(here):
    put(here, "toxicity")
    examined(here, "toxicity")
    (here / "hub" / "toxicity" / "toxicity.json").write_text("{")
    assert not better(SPECS["toxicity"], here)


def test_what_cannot_be_examined_says_why(here):
    with pytest.raises(CommandError, match="entities cannot be examined: .* is not in"):
        models("examine", "entities")
    with pytest.raises(CommandError, match="churn has no published weights"):
        models("examine", "churn")
    with pytest.raises(CommandError, match="There is no model 'zzz'"):
        models("examine", "zzz")
