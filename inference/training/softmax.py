"""Softmax regression with classes weighted alike, by L-BFGS (Liu and Nocedal 1989)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.adapters.head import softmax

Matrix = NDArray[np.float32]
Vector = NDArray[np.float64]
STEPS, REMEMBERED, CLOSE = 60, 8, 1e-5


class Layer(NamedTuple):
    weight: Matrix
    """(classes, features)"""
    bias: Matrix

    def shares(self, features: Matrix) -> Matrix:
        """(rows, classes): probabilities."""
        return softmax(features @ self.weight.T + self.bias)


class Turned(NamedTuple):
    """Rows of many features, turned so that they need no more numbers than there are rows; what is
    fitted to them with an L2 penalty is the same, and a quarter of the work."""

    rows: Matrix
    back: Matrix
    """(few, many): takes a layer's weight back to the features."""

    def restored(self, layer: Layer) -> Layer:
        return Layer(layer.weight @ self.back, layer.bias)


def turned(features: Matrix) -> Turned:
    sizes, sides = np.linalg.eigh(features.astype(np.float64) @ features.T.astype(np.float64))
    kept = sizes > 1e-6 * sizes.max()
    lengths, sides = np.sqrt(sizes[kept]), sides[:, kept]
    back = (sides / lengths).T @ features
    return Turned((sides * lengths).astype(np.float32), back.astype(np.float32))


def fit(features: Matrix, labels: NDArray[np.int64], classes: int, *, decay: float) -> Layer:
    """`decay`: how much large weights cost (L2). Deterministic: there is nothing random in it."""
    wanted = np.eye(classes, dtype=np.float32)[labels]
    often = np.bincount(labels, minlength=classes)
    weights = (len(labels) / (np.maximum(often, 1) * classes)).astype(np.float32)[labels, None]
    width = features.shape[1]

    def cost(numbers: Vector) -> tuple[float, Vector]:
        layer = _layer(numbers, classes, width)
        shares = layer.shares(features)
        right = np.log(np.maximum((shares * wanted).sum(axis=1, keepdims=True), 1e-12))
        error = weights * (shares - wanted) / len(labels)
        slopes = np.concatenate(
            [(error.T @ features + decay * layer.weight).ravel(), error.sum(axis=0)]
        )
        penalty = decay / 2 * float((layer.weight**2).sum())
        return penalty - float((weights * right).mean()), slopes.astype(np.float64)

    return _layer(_minimised(cost, np.zeros(classes * (width + 1))), classes, width)


def _layer(numbers: Vector, classes: int, width: int) -> Layer:
    single = numbers.astype(np.float32)
    return Layer(single[: classes * width].reshape(classes, width), single[classes * width :])


def _minimised(cost: Callable[[Vector], tuple[float, Vector]], at: Vector) -> Vector:
    moves: deque[tuple[Vector, Vector]] = deque(maxlen=REMEMBERED)
    value, slope = cost(at)
    for _ in range(STEPS):
        way = -_scaled(slope, moves)
        size = 1.0 if moves else 1.0 / max(float(np.linalg.norm(slope)), 1.0)
        for _ in range(20):
            there, steeper = cost(at + size * way)
            if there <= value + 1e-4 * size * float(slope @ way):
                break
            size /= 2
        if np.linalg.norm(steeper) < CLOSE or value - there < 1e-9:
            return at + size * way
        moves.append((size * way, steeper - slope))
        at, value, slope = at + size * way, there, steeper
    return at


def _scaled(slope: Vector, moves: deque[tuple[Vector, Vector]]) -> Vector:
    """The slope by the inverse curvature that the last moves tell of (two loops)."""
    found, shares = slope.copy(), []
    for move, change in reversed(moves):
        share = float(move @ found) / float(change @ move)
        shares.append(share)
        found -= share * change
    if moves:
        move, change = moves[-1]
        found *= float(move @ change) / float(change @ change)
    for (move, change), share in zip(moves, reversed(shares), strict=True):
        found += (share - float(change @ found) / float(change @ move)) * move
    return found
