from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from inference.adapters.base import Folders
from inference.adapters.sentence_encoder import CHUNK, PADDING, SentenceEncoder
from inference.adapters.weights import WeightsDiffer, WeightsMissing, locate
from inference.catalogue import EMBEDDER, MODELS
from tests.inference import bert

SPEC = next(spec for spec in MODELS if spec.key == EMBEDDER)
TEXTS = [
    "hi",
    "Where can I buy a red potion?",
    "",
    "The blacksmith of Prontera lost his hammer in the sewers, and he will pay 500 zeny for it.",
    "word " * 400,
    "¿Dónde está la posada? 宿屋はどこですか 🙂",
]


@pytest.fixture(scope="module")
def encoder(folders):
    return SentenceEncoder(SPEC, folders)


def embed(encoder, texts):
    return np.array(encoder.finish(encoder.run(encoder.prepare(texts))))


def test_the_graph_agrees_with_an_independent_forward_pass(encoder):
    folder = locate(SPEC.weights, None)
    tensors = load_file(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    expected = np.array([bert.embed(tensors, tokenizer.encode(text).ids) for text in TEXTS])
    got = embed(encoder, TEXTS)
    assert (got * expected).sum(axis=1).min() > 0.9999
    assert np.abs(got - expected).max() < 1e-4


def test_vectors_have_384_numbers_and_unit_length(encoder):
    vectors = embed(encoder, TEXTS)
    assert vectors.shape == (len(TEXTS), SPEC.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_gets_the_same_vector_alone_and_among_longer_ones(encoder):
    texts = [f"guard number {n} " * (1 + n % 7) for n in range(20)]
    together = embed(encoder, texts)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(embed(encoder, [text])[0], vector, atol=1e-5)


@pytest.mark.parametrize(
    "text, near, far",
    [
        ("Where can I buy potions?", "Who sells healing items here?", "The weather is dreadful."),
        ("I killed the dragon", "The dragon has been slain by me", "I would like some bread"),
        ("Goodbye, old friend", "Farewell, my friend", "How much is that sword?"),
    ],
)
def test_texts_of_like_meaning_are_closer(encoder, text, near, far):
    this, close, away = embed(encoder, [text, near, far])
    assert this @ close > this @ away + 0.2


def test_a_known_pair_has_the_similarity_of_the_published_model(encoder):
    # The example of the sentence-transformers documentation for this model.
    vectors = embed(
        encoder,
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."],
    )
    similarity = vectors @ vectors.T
    expected = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    np.testing.assert_allclose(similarity, expected, atol=5e-4)


def test_only_the_first_256_tokens_count(encoder):
    start = "the quick brown fox " * 70
    first, second = embed(encoder, [start + "dragon", start + "potion"])
    np.testing.assert_array_equal(first, second)


def test_other_weights_than_those_of_the_catalogue_are_refused(folders):
    wrong = (("model.safetensors", "0" * 64), SPEC.weights.sha256[1])
    spec = replace(SPEC, weights=replace(SPEC.weights, sha256=wrong))
    with pytest.raises(WeightsDiffer, match=r"model\.safetensors"):
        SentenceEncoder(spec, folders)


def test_missing_weights_are_named(folders):
    spec = replace(SPEC, weights=replace(SPEC.weights, package="no_such_weights"))
    with pytest.raises(WeightsMissing, match="no_such_weights"):
        SentenceEncoder(spec, folders)


def test_the_graph_is_stored_once_and_whole(folders, encoder, tmp_path):
    (stored,) = folders.cache.iterdir()
    before = stored.stat().st_mtime_ns
    SentenceEncoder(SPEC, folders)
    assert stored.stat().st_mtime_ns == before
    blocked = Folders(models=tmp_path, cache=tmp_path / "file" / "graphs")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError):
        SentenceEncoder(SPEC, blocked)


def test_texts_of_like_length_run_together_and_little_of_it_is_padding(encoder):
    chunks = encoder.prepare([f"guard number {n} " * (1 + n % 7) for n in range(40)])
    assert sorted(row for chunk in chunks for row in chunk.rows) == list(range(40))
    assert all(len(chunk.rows) <= CHUNK for chunk in chunks)
    assert all(chunk.mask.size <= PADDING * chunk.mask.sum() for chunk in chunks)
    assert len(chunks) <= 10
