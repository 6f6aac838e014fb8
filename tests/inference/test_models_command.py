from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inference import trainers
from inference.cards import read
from inference.catalogue import RERANKER, TEXTS
from tests.inference import cross_encoder
from tests.inference.hub import serving_hub

HUB = next(spec.hub for spec in TEXTS if spec.key == RERANKER)


def models(*words):
    told, wrong = io.StringIO(), io.StringIO()
    call_command("models", *words, stdout=told, stderr=wrong)
    return told.getvalue() + wrong.getvalue()


@pytest.fixture
def remote(settings, address, folders):
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", address
    settings.ML_MODEL_PATH = folders.models


def test_the_list_has_all_28_and_the_writer_and_what_each_is_worth(remote):
    rows = {row["name"]: row for row in json.loads(models("list", "--json"))}
    assert sorted(row["number"] for row in rows.values()) == list(range(1, 30))
    assert (rows["writer"]["number"], rows["writer"]["status"]) == (29, "missing")
    assert rows["toxicity"]["value"] > rows["toxicity"]["baseline"]
    assert rows["embedding"]["status"] == "ready"
    assert rows["reranker"] | {"status": "missing", "weights": "missing"} == rows["reranker"]
    assert rows["item_icon"]["weights"] == "missing"
    coherence = rows["dialogue_coherence"]
    assert (coherence["status"], coherence["weights"]) == ("baseline", "missing")
    assert coherence["metric"] == "AUC" and not coherence["beats_baseline"]
    fields = {"name", "task", "status", "device", "memory", "licence", "metric", "baseline",
              "weights"}  # fmt: skip
    assert all(fields <= row.keys() for row in rows.values())


def test_without_an_inference_process_the_list_tells_what_is_here(settings, tmp_path):
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", str(tmp_path / "none.sock")
    rows = {row["name"]: row for row in json.loads(models("list", "--json"))}
    assert rows["embedding"]["status"] == "unloaded"
    assert "toxicity" in models("list")


def test_what_was_loaded_is_unloaded(remote):
    models("load", "toxicity")
    models("unload", "toxicity")
    rows = {row["name"]: row for row in json.loads(models("list", "--json"))}
    assert rows["toxicity"]["status"] == "unloaded"
    with pytest.raises(CommandError, match="no model 'zzz'"):
        models("load", "zzz")


def test_a_download_by_name_and_what_has_no_download(settings, tmp_path):
    settings.ML_MODEL_PATH = tmp_path
    with serving_hub(HUB.repository, HUB.revision, cross_encoder.files()) as hub:
        assert "reranker" in models("download", "reranker", "--source", hub.address)
        assert (tmp_path / "hub" / "reranker" / "manifest.json").is_file()
        for name, why in {
            "churn": "churn is served with what comes with AI World. Name some of",
            "item_icon": "There are no weights of item_icon",
            "zzz": "There is no model 'zzz'",
        }.items():
            with pytest.raises(CommandError, match=why):
                models("download", name, "--source", hub.address)
    with pytest.raises(CommandError, match="Not downloaded: .*reranker"):
        settings.ML_MODEL_PATH = tmp_path / "other"
        models("download", "--all", "--source", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("name", "better", "verdict"),
    [
        ("toxicity", True, "it is served"),
        ("toxicity", False, "it is not served"),
        ("dialogue_coherence", False, "it is not served"),
        ("dialogue_coherence", True, "it is better, and nothing here serves it yet"),
    ],
)
def test_what_was_trained_is_told_with_its_verdict(monkeypatch, name, better, verdict):
    card = replace(read(name), value=0.91 if better else 0.5, baseline=0.7, baseline_name="chance")
    monkeypatch.setattr(trainers, "train", lambda key, *, server: card)
    told = models("train", name)
    assert told.startswith(f"{name}: {card.metric} {card.value:.3f}, chance 0.700: ")
    assert told.rstrip().endswith(verdict)
