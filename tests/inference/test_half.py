"""Networks in 16 bits: the same code as on a GPU, here on the CPU, which widens what it has no
units for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnx
import pytest

from inference.adapters import bert_graph
from inference.adapters.sentence_encoder import SentenceEncoder
from inference.catalogue import EMBEDDER, MODELS
from inference.training import corpus
from tests.inference import cross_encoder

SPEC = next(spec for spec in MODELS if spec.key == EMBEDDER)
LINES = [line.text for line in corpus.held_out()][::9] + ["", "word " * 300]


@pytest.fixture(scope="module")
def halved(folders, tmp_path_factory):
    return replace(folders, cache=tmp_path_factory.mktemp("half"), half=True)


def vectors(encoder):
    return np.array(encoder.finish(encoder.run(encoder.prepare(LINES))))


def test_vectors_in_16_bits_are_those_in_32_and_the_weights_half_as_large(folders, halved):
    whole, half = vectors(SentenceEncoder(SPEC, folders)), vectors(SentenceEncoder(SPEC, halved))
    assert half.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(half, axis=1), 1, atol=1e-4)
    assert (whole * half).sum(axis=1).min() > 0.999
    [stored] = halved.cache.iterdir()
    [other] = [path for path in folders.cache.iterdir() if "half" not in path.name]
    assert stored.stat().st_size < 0.55 * other.stat().st_size


def test_a_ranker_in_16_bits_has_its_weights_in_them_and_answers_in_32():
    tensors = {name.removeprefix("bert."): each for name, each in cross_encoder.tensors().items()}
    graph = bert_graph.build_scorer(tensors, bert_graph.Form(2, 4), half=True).graph
    kinds = {each.data_type for each in graph.initializer}
    assert kinds == {onnx.TensorProto.FLOAT16, onnx.TensorProto.INT64}
    assert graph.output[0].type.tensor_type.elem_type == onnx.TensorProto.FLOAT
