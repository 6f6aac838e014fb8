"""How good predictions are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auc(truth: Floats, said: Floats) -> float:
    """Share of pairs of a yes and a no in which the yes got the higher number; ties count half.
    0.5 where there is no such pair."""
    yes = truth > 0.5
    ups, downs = int(yes.sum()), int((~yes).sum())
    if not ups or not downs:
        return 0.5
    _, place, count = np.unique(said, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[yes].sum() - ups * (ups + 1) / 2) / (ups * downs))


def average_precision(truth: Floats, said: Floats) -> float:
    """Mean, over all that are yes, of the share of yes among those that got at least as much."""
    order = np.argsort(-said, kind="stable")
    hits = truth[order] > 0.5
    if not hits.any():
        return 0.0
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def brier(truth: Floats, said: Floats) -> float:
    return float(((said - truth) ** 2).mean())


def root_error(truth: Floats, said: Floats) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(((said - truth) ** 2).mean()))


def explained(truth: Floats, said: Floats) -> float:
    """R squared."""
    around = ((truth - truth.mean()) ** 2).sum()
    return float(1 - ((truth - said) ** 2).sum() / around) if around else 0.0


def deciles(rows: Floats) -> Floats:
    """(9, columns)"""
    found: Floats = np.quantile(rows, np.linspace(0.1, 0.9, 9), axis=0)
    return found


def drift(edges: Floats, rows: Floats) -> Floats:
    """Population stability index of each column against the deciles it was trained with: below 0.1
    alike, above 0.25 another population. Columns of few values share deciles, so that what was
    expected of each piece is counted and not assumed."""
    found = np.zeros(rows.shape[1])
    for column in range(rows.shape[1]):
        cuts, times = np.unique(edges[:, column], return_counts=True)
        # Deciles that fall together at the top leave nothing above them.
        top = len(cuts) - (times[-1] > 1)
        expected = np.bincount(np.minimum(np.arange(len(cuts) + 1), top), np.r_[times, 1]) / 10
        pieces = np.minimum(np.searchsorted(cuts, rows[:, column], "left"), top)
        seen = np.bincount(pieces, minlength=top + 1) / max(len(rows), 1)
        seen, expected = np.maximum(seen, 1e-3), np.maximum(expected, 1e-3)
        found[column] = ((seen - expected) * np.log(seen / expected)).sum()
    return found


def threshold(truth: Floats, said: Floats, precision: float) -> float | None:
    """The lowest number from which on at least `precision` of all rows are yes, and at least five
    of them; None where there is none."""
    order = np.argsort(-said, kind="stable")
    hits = np.cumsum(truth[order] > 0.5)
    share = hits / np.arange(1, len(order) + 1)
    good = np.flatnonzero((share >= precision) & (hits >= 5))
    return float(said[order][good[-1]]) if len(good) else None


def caught(truth: Floats, said: Floats, threshold: float) -> tuple[float, float]:
    """Precision and recall from there on; a precision of 0 where nothing is."""
    alarms = said >= threshold
    right = float((alarms & (truth > 0.5)).sum())
    return right / max(float(alarms.sum()), 1.0), right / max(float((truth > 0.5).sum()), 1.0)
