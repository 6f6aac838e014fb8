"""Small feed-forward networks, trained with numpy alone: a few thousand rows of a few dozen
features need no more, and a server can learn from its own events without another library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["chance", "number", "likeness"]
"""chance: a probability; number: a number; likeness: the features themselves, through a bottleneck,
of which the error says how unusual a row is."""
FURTHEST = 6.0
"""Standard deviations beyond which a feature counts no more."""
MEMBERS = 3


@dataclass(frozen=True)
class Scale:
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, rows: Floats) -> Self:
        spread = rows.std(axis=0)
        return cls(rows.mean(axis=0), np.where(spread > 1e-9, spread, 1.0))

    def __call__(self, rows: Floats) -> Floats:
        found: Floats = np.clip((rows - self.mean) / self.spread, -FURTHEST, FURTHEST)
        return found


@dataclass
class Network:
    """Layers of tanh, and a linear one."""

    weights: list[Floats]
    biases: list[Floats]

    @classmethod
    def random(cls, sizes: tuple[int, ...], chance: np.random.Generator) -> Self:
        """Glorot and Bengio 2010."""
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        weights = [chance.normal(0, np.sqrt(2 / (a + b)), (a, b)) for a, b in pairs]
        return cls(weights, [np.zeros(b) for _, b in pairs])

    def __call__(self, rows: Floats) -> Floats:
        return self.layers(rows)[-1]

    def layers(self, rows: Floats) -> list[Floats]:
        found = [rows]
        last = len(self.weights) - 1
        for at, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            out = found[-1] @ weight + bias
            found.append(out if at == last else np.tanh(out))
        return found

    def slopes(self, rows: Floats, error: Floats) -> tuple[list[Floats], list[Floats]]:
        """Of the loss, for `error` = slope of the loss by the output, summed over the rows."""
        layers = self.layers(rows)
        weights: list[Floats] = []
        biases: list[Floats] = []
        for at in range(len(self.weights) - 1, -1, -1):
            weights.insert(0, layers[at].T @ error)
            biases.insert(0, error.sum(axis=0))
            if at:
                error = (error @ self.weights[at].T) * (1 - layers[at] ** 2)
        return weights, biases

    def copy(self) -> Network:
        return Network(
            [each.copy() for each in self.weights], [each.copy() for each in self.biases]
        )


@dataclass(frozen=True)
class Ensemble:
    """Networks that differ by their beginnings, and their mean."""

    kind: Kind
    scale: Scale
    members: tuple[Network, ...]
    usual: Floats | None = None
    """Of a likeness: mean squared error of each feature, of the rows it was trained with."""

    def predict(self, rows: Floats) -> Floats:
        """One number per row: a probability, a number, or the largest error of a feature, in
        root mean squares of its usual error."""
        scaled = self.scale(rows)
        out = self._out(scaled)
        if self.kind == "likeness":
            found: Floats = np.sqrt(((out - scaled) ** 2 / self._usual).max(axis=1))
            return found
        one: Floats = out[:, 0]
        return sigmoid(one) if self.kind == "chance" else one

    def _out(self, scaled: Floats) -> Floats:
        found: Floats = np.mean([member(scaled) for member in self.members], axis=0)
        return found

    @property
    def _usual(self) -> Floats | float:
        return 1.0 if self.usual is None else self.usual

    def measured(self, rows: Floats) -> Ensemble:
        """With the usual error of these rows."""
        scaled = self.scale(rows)
        usual = np.maximum(((self._out(scaled) - scaled) ** 2).mean(axis=0), 1e-4)
        return replace(self, usual=usual)

    def tensors(self, prefix: str) -> dict[str, Floats]:
        found = {f"{prefix}.mean": self.scale.mean, f"{prefix}.spread": self.scale.spread}
        if self.usual is not None:
            found[f"{prefix}.usual"] = self.usual
        for number, member in enumerate(self.members):
            for at, (weight, bias) in enumerate(zip(member.weights, member.biases, strict=True)):
                found[f"{prefix}.{number}.{at}.weight"] = weight
                found[f"{prefix}.{number}.{at}.bias"] = bias
        return {name: value.astype(np.float32) for name, value in found.items()}

    @classmethod
    def read(cls, tensors: Mapping[str, NDArray[np.float32]], prefix: str, kind: Kind) -> Self:
        """Raises KeyError."""

        def of(name: str) -> Floats:
            return tensors[f"{prefix}.{name}"].astype(np.float64)

        members: list[Network] = []
        while f"{prefix}.{len(members)}.0.weight" in tensors:
            number = len(members)
            layers = 0
            while f"{prefix}.{number}.{layers}.weight" in tensors:
                layers += 1
            weights = [of(f"{number}.{at}.weight") for at in range(layers)]
            members.append(Network(weights, [of(f"{number}.{at}.bias") for at in range(layers)]))
        usual = of("usual") if f"{prefix}.usual" in tensors else None
        return cls(kind, Scale(of("mean"), of("spread")), tuple(members), usual)


def sigmoid(value: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return found


def learn(
    rows: Floats, truth: Floats, kind: Kind, *, hidden: tuple[int, ...], seed: int,
    members: int = MEMBERS,
) -> Ensemble:  # fmt: skip
    """`rows` are in the order of time: the last fifth says when to stop. Without hidden layers it
    is a linear or logistic regression."""
    scale = Scale.of(rows)
    scaled = scale(rows)
    wanted = scaled if kind == "likeness" else truth[:, None]
    sizes = (rows.shape[1], *hidden, wanted.shape[1])
    found = Ensemble(kind, scale, tuple(
        _learn(sizes, scaled, wanted, kind, np.random.default_rng(seed + member))
        for member in range(members)
    ))  # fmt: skip
    return found.measured(rows) if kind == "likeness" else found


EPOCHS, BATCH, PATIENCE = 120, 256, 12
RATE, DECAY = 2e-3, 1e-2
WILD = 3.0


def _learn(
    sizes: tuple[int, ...], rows: Floats, wanted: Floats, kind: Kind, chance: np.random.Generator
) -> Network:
    cut = max(int(0.8 * len(rows)), 1)
    network = Network.random(sizes, chance)
    network.biases[-1] += _start(wanted[:cut], kind)
    step = _Adam(network)
    best, lowest, waited = network.copy(), np.inf, 0
    for _ in range(EPOCHS):
        for batch in _batches(cut, chance):
            error = _error(network(rows[batch]), wanted[batch], kind)
            step(*network.slopes(rows[batch], error / len(batch)))
        loss = _loss(network(rows[cut:]), wanted[cut:], kind) if cut < len(rows) else 0.0
        if loss < lowest - 1e-5:
            best, lowest, waited = network.copy(), loss, 0
        elif (waited := waited + 1) >= PATIENCE:
            break
    return best


def _start(wanted: Floats, kind: Kind) -> Floats:
    mean: Floats = wanted.mean(axis=0)
    if kind != "chance":
        return mean
    share = np.clip(mean, 1e-4, 1 - 1e-4)
    found: Floats = np.log(share / (1 - share))
    return found


def _batches(number: int, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    order = chance.permutation(number)
    for at in range(0, number, BATCH):
        yield order[at : at + BATCH]


def _error(said: Floats, wanted: Floats, kind: Kind) -> Floats:
    """Slope of the loss: cross-entropy, or Huber's, which the wildest rows do not rule."""
    if kind == "chance":
        return sigmoid(said) - wanted
    found: Floats = np.clip(said - wanted, -WILD, WILD)
    return found


def _loss(said: Floats, wanted: Floats, kind: Kind) -> float:
    if kind == "chance":
        share = np.clip(sigmoid(said), 1e-6, 1 - 1e-6)
        return float(-(wanted * np.log(share) + (1 - wanted) * np.log(1 - share)).mean())
    far = np.abs(said - wanted)
    return float(np.where(far < WILD, far**2 / 2, WILD * far - WILD**2 / 2).mean())


class _Adam:
    """Kingma and Ba 2015, with decoupled decay of weights (Loshchilov and Hutter 2019)."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._times = 0
        self._parts = [*network.weights, *network.biases]
        self._first = [np.zeros_like(part) for part in self._parts]
        self._second = [np.zeros_like(part) for part in self._parts]

    def __call__(self, weights: list[Floats], biases: list[Floats]) -> None:
        self._times += 1
        for weight in self._network.weights:
            weight *= 1 - RATE * DECAY
        for at, slope in enumerate([*weights, *biases]):
            self._first[at] += 0.1 * (slope - self._first[at])
            self._second[at] += 0.001 * (slope**2 - self._second[at])
            first = self._first[at] / (1 - 0.9**self._times)
            second = self._second[at] / (1 - 0.999**self._times)
            self._parts[at] -= RATE * first / (np.sqrt(second) + 1e-8)
