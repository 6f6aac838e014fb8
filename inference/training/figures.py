"""How good a classifier is."""

from __future__ import annotations

from collections.abc import Sequence


def macro_f1(wanted: Sequence[str], said: Sequence[str]) -> float:
    """The mean over the labels that were wanted of the harmonic mean of precision and recall."""
    labels = sorted(set(wanted))
    return sum(f1(wanted, said, label) for label in labels) / len(labels)


def f1(wanted: Sequence[str], said: Sequence[str], label: str) -> float:
    right = sum(w == s == label for w, s in zip(wanted, said, strict=True))
    return 2 * right / max(sum(w == label for w in wanted) + sum(s == label for s in said), 1)


def precision_recall(wanted: Sequence[str], said: Sequence[str], label: str) -> tuple[float, float]:
    right = sum(w == s == label for w, s in zip(wanted, said, strict=True))
    return (
        right / max(sum(s == label for s in said), 1),
        right / max(sum(w == label for w in wanted), 1),
    )
