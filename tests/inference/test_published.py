"""Networks of the published kinds, against what transformers makes of the same weights."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from inference.adapters import ADAPTERS
from inference.adapters.base import Folders
from inference.adapters.weights import WeightsDiffer
from inference.catalogue import MODELS
from inference.published import rival
from tests.inference import published

EXPECTED = json.loads((Path(__file__).parent / "expected.json").read_text())
SPECS = {spec.key: spec for spec in MODELS if spec.published}


def put(folder, key, changed=None):
    """As `models download` leaves it."""
    spec, files = SPECS[key], published.FILES[key]() | (changed or {})
    place = folder / "hub" / key
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    told = {"revision": spec.published.hub.revision, "sha256": digests}
    (place / "manifest.json").write_text(json.dumps(told))
    return place


def loaded(tmp_path, key, *, changed=None, half=False):
    put(tmp_path, key, changed)
    spec = rival(SPECS[key])
    return ADAPTERS[spec.adapter](spec, Folders(models=tmp_path, cache=tmp_path, half=half))


def logits(model, key, texts):
    """One row per text, in order, out of chunks with padding."""
    if key == "topic":
        names = ("input_ids", "attention_mask")
        chunks = model._weights.chunks([tuple(text) for text in texts], names)
        inputs = [model._inputs(chunk) for chunk in chunks]
    else:
        chunks = model.prepare(texts)
        inputs = [chunk.inputs for chunk in chunks]
    found = {}
    for chunk, each in zip(chunks, inputs, strict=True):
        for row, encoded, out in zip(
            chunk.rows, chunk.encoded, model._session.run(["logits"], each)[0], strict=True
        ):
            found[row] = out[: len(encoded.ids)] if out.ndim == 2 else out
    return [found[row] for row in range(len(texts))]


@pytest.mark.parametrize(("half", "near"), [(False, 2e-4), (True, 0.1)])
@pytest.mark.parametrize("key", sorted(published.FILES))
def test_a_network_answers_as_transformers_does(tmp_path, key, half, near):
    model = loaded(tmp_path, key, half=half)
    wanted = EXPECTED[key]
    for got, each in zip(logits(model, key, wanted["texts"]), wanted["logits"], strict=True):
        np.testing.assert_allclose(got, each, atol=near)
    assert model.memory > 0


def test_each_label_that_is_yes_or_no_by_itself_has_a_chance_of_its_own(tmp_path):
    model = loaded(tmp_path, "toxicity")
    texts = EXPECTED["toxicity"]["texts"]
    said = model.finish(model.run(model.prepare(texts)))
    for shares, wanted in zip(said, EXPECTED["toxicity"]["logits"], strict=True):
        toxic = 1 / (1 + np.exp(-wanted[0]))
        assert shares == pytest.approx({"toxic": toxic, "ok": 1 - toxic}, abs=1e-3)


def test_one_of_the_languages_it_is(tmp_path):
    model = loaded(tmp_path, "language")
    [shares] = model.finish(model.run(model.prepare(["where is the inn ?"])))
    powers = np.exp(np.array(EXPECTED["language"]["logits"][0]))
    wanted = dict(zip(published.LANGUAGES, powers / powers.sum(), strict=True))
    assert shares == pytest.approx(wanted, abs=1e-3)


def test_a_topic_is_what_the_text_implies_most(tmp_path):
    model = loaded(tmp_path, "topic")
    texts = ["where is the inn ?", "poring drops apples", "the"]
    said = model.finish(model.run(model.prepare(texts)))
    assert [set(shares) for shares in said] == 3 * [set(model._names)]
    asked = [f"This example is about {about}." for about, _ in SPECS["topic"].published.labels]
    for text, shares in zip(texts, said, strict=True):
        rows = logits(model, "topic", [(text, each) for each in asked])
        powers = np.exp(np.array([row[2] for row in rows]))
        assert list(shares.values()) == pytest.approx(list(powers / powers.sum()), abs=1e-4)


def spans(model, text, labels):
    """What the tagger makes of these labels, one per token with the ends."""
    encoded = model._weights.tokenizer.encode(text)
    best = np.array([published.NER.index(label) for label in labels])
    assert len(best) == len(encoded.ids)
    return [(text[start:end], kind) for start, end, kind in model._names(encoded, best)]


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        # [CLS] hark left for pron ##tera . [SEP]
        ("O B-PER O O B-LOC I-LOC O O", [("hark", "PERSON"), ("prontera", "PLACE")]),
        ("O O O O B-LOC O O O", [("prontera", "PLACE")]),  # the first piece counts
        ("O B-PER I-PER O O B-LOC O O", [("hark left", "PERSON")]),
        ("O B-PER B-PER O O O O O", [("hark", "PERSON"), ("left", "PERSON")]),
        ("O I-ORG I-ORG O O O O O", [("hark left", "GROUP")]),
        ("O B-PER I-ORG O O O O O", [("hark", "PERSON"), ("left", "GROUP")]),
        ("O B-MISC I-MISC O O O O O", []),
        ("O O O O O O O O", []),
        ("O O O O O O B-LOC O", [(".", "PLACE")]),
    ],
)
def test_labels_of_tokens_become_names(tmp_path, labels, wanted):
    model = loaded(tmp_path, "entities")
    assert spans(model, "hark left for prontera .", labels.split()) == wanted


def test_what_is_another_network_than_the_catalogue_means_is_refused(tmp_path):
    config = json.loads(published.FILES["toxicity"]()["config.json"])

    def refused(match, **changed):
        with pytest.raises(WeightsDiffer, match=match):
            loaded(tmp_path, "toxicity",
                   changed={"config.json": json.dumps(config | changed).encode()})  # fmt: skip

    refused("it is no BertForSequenceClassification or", architectures=["GPT2LMHeadModel"])
    refused("no label toxic", id2label={"0": "nice"})
    refused("labels have no names", id2label={"7": "toxic"})
    refused("another kind of network", hidden_act="relu")
    refused("does not say what it is", num_hidden_layers=None)


def test_words_that_are_not_berts_are_refused(tmp_path):
    with pytest.raises(WeightsDiffer, match=r"vocab\.txt is not one of BERT's"):
        loaded(tmp_path, "toxicity", changed={"vocab.txt": b"a\nb\n[UNK]"})
