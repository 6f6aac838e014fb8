"""ONNX graphs, written node by node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Tensors = Mapping[str, NDArray[np.float32]]


class Graph:
    """Nodes in order; every `add` returns the name of what comes out."""

    def __init__(self, *, half: bool) -> None:
        """`half`: weights and what runs on them in 16 bits."""
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._half = half
        self.kind = TensorProto.FLOAT16 if half else TensorProto.FLOAT

    def constant(self, value: NDArray[np.generic]) -> str:
        narrow = self._half and value.dtype == np.float32
        return self.exact(value.astype(np.float16) if narrow else value)

    def exact(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def whole(self, x: str, out: str = "") -> str:
        """In 32 bits."""
        return self.add("Cast", x, out=out, to=TensorProto.FLOAT)

    def shape(self, *sizes: int) -> str:
        return self.constant(np.array(sizes, dtype=np.int64))

    def add(self, op: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], **attributes))
        return out

    def linear(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`weight` is (out, in), as PyTorch stores it."""
        return self.add("Add", self.add("MatMul", x, self.constant(weight.T)), self.constant(bias))

    def layer_norm(self, x: str, tensors: Tensors, name: str, *, epsilon: float = 1e-12) -> str:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        scale = self.constant(weight), self.constant(bias)
        return self.add("LayerNormalization", x, *scale, axis=-1, epsilon=epsilon)

    def dense(self, x: str, tensors: Tensors, name: str) -> str:
        """`linear` by the layer's name."""
        return self.linear(x, tensors[f"{name}.weight"], tensors[f"{name}.bias"])
