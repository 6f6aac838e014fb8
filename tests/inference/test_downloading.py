"""Weights from a hub, on a real HTTP server, and what is answered with them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from aiworld.errors import Invalid, Unavailable
from inference import downloading
from inference.adapters.base import Folders
from inference.adapters.cross_encoder import CrossEncoder
from inference.adapters.weights import WeightsDiffer, WeightsMissing, find
from inference.catalogue import RERANKER, TEXTS
from tests.inference import cross_encoder
from tests.inference.hub import serving_hub

SPEC = next(spec for spec in TEXTS if spec.key == RERANKER)
PICKLE = {"pytorch_model.bin": b"\x80\x04pickle", "modeling.py": b"import os"}


@pytest.fixture
def hub():
    with serving_hub(SPEC.hub.repository, SPEC.hub.revision, cross_encoder.files() | PICKLE) as hub:
        yield hub


def test_what_is_safe_comes_from_the_pinned_commit_and_answers(hub, tmp_path):
    folder = downloading.download(SPEC, tmp_path, hub.address)
    assert {path.name for path in folder.iterdir()} == {*cross_encoder.files(), "manifest.json"}
    folders = Folders(models=tmp_path, cache=tmp_path / "graphs")
    ranker = CrossEncoder(SPEC, folders)
    pairs = [("where is the inn ?", "the inn is near the fountain"), ("inn", "apples")]
    got = ranker.finish(ranker.run(ranker.prepare(pairs)))
    tokenizer, weights = cross_encoder.tokenizer(), cross_encoder.tensors()
    for pair, score in zip(pairs, got, strict=True):
        read = tokenizer.encode(*pair)
        assert score == pytest.approx(
            cross_encoder.score(weights, read.ids, read.type_ids), abs=1e-4
        )


def test_a_second_time_nothing_is_fetched(hub, tmp_path):
    downloading.download(SPEC, tmp_path, hub.address)
    hub.asked.clear()
    downloading.download(SPEC, tmp_path, hub.address)
    assert hub.asked == []


def test_a_download_that_broke_off_goes_on_where_it_was(hub, tmp_path):
    hub.files["model.safetensors"] += bytes(300_000)
    hub.cut_after = 200_000
    with pytest.raises(Unavailable):
        downloading.download(SPEC, tmp_path, hub.address)
    with pytest.raises(WeightsMissing):
        find(SPEC, tmp_path)
    hub.cut_after, hub.gone = None, False
    hub.asked.clear()
    folder = downloading.download(SPEC, tmp_path, hub.address)
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    ranges = [asked for method, path, asked in hub.asked if asked and path.endswith(".safetensors")]
    assert int(ranges[0].removeprefix("bytes=").rstrip("-")) > 100_000


def test_bytes_with_another_checksum_are_refused_and_thrown_away(hub, tmp_path):
    hub.told_sha["model.safetensors"] = "0" * 64
    with pytest.raises(Unavailable, match="checksum"):
        downloading.download(SPEC, tmp_path, hub.address)
    with pytest.raises(WeightsMissing):
        find(SPEC, tmp_path)


def test_a_repository_of_pickles_only_is_refused(hub, tmp_path):
    del hub.files["model.safetensors"]
    with pytest.raises(Unavailable, match=r"no model\.safetensors at its pinned commit"):
        downloading.download(SPEC, tmp_path, hub.address)
    assert not any("pytorch_model" in path for _, path, _ in hub.asked)


def test_a_hub_without_the_pinned_commit_is_refused(hub, tmp_path):
    hub.revision = "f" * 40
    with pytest.raises(Unavailable):
        downloading.download(SPEC, tmp_path, hub.address)


def test_a_folder_that_another_machine_filled_is_a_source_too(hub, tmp_path):
    downloading.download(SPEC, tmp_path / "one", hub.address)
    folder = downloading.download(SPEC, tmp_path / "two", str(tmp_path / "one" / "hub"))
    assert find(SPEC, tmp_path / "two") == folder


def test_a_folder_that_was_tampered_with_is_refused(hub, tmp_path):
    folder = downloading.download(SPEC, tmp_path / "one", hub.address)
    (folder / "model.safetensors").write_bytes(b"other")
    with pytest.raises(Unavailable, match="not what its manifest says"):
        downloading.download(SPEC, tmp_path / "two", str(folder.parent))
    with pytest.raises(WeightsDiffer):
        CrossEncoder(SPEC, Folders(models=tmp_path / "one", cache=tmp_path))


def test_another_revision_than_the_catalogues_counts_as_missing(hub, tmp_path):
    folder = downloading.download(SPEC, tmp_path, hub.address)
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(told | {"revision": "e" * 40}))
    with pytest.raises(WeightsMissing, match="another revision"):
        find(SPEC, tmp_path)


def test_no_space_left_is_said_before_anything_is_fetched(hub, tmp_path, monkeypatch):
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(downloading.shutil, "disk_usage", lambda path: full)
    with pytest.raises(Unavailable, match="no space left"):
        downloading.download(SPEC, tmp_path, hub.address)
    assert not any("resolve" in path for _, path, _ in hub.asked)


def test_what_is_published_nowhere_cannot_be_downloaded(tmp_path):
    with pytest.raises(Invalid):
        downloading.download(replace(SPEC, hub=None), tmp_path, "http://127.0.0.1:1")
