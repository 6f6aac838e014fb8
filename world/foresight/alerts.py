"""Signs of cheating, for a game master to look at. Never a ban, nor what a player feels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from inference.learned import pairs
from inference.learned.days import Ints
from inference.learned.features import Table
from inference.learned.lessons import BY_KEY
from world.foresight.asking import Answer, ask
from world.models import CheatAlert

KINDS = frozenset(CheatAlert.Kind.values)
MOST = 20
"""Alerts of one kind a night: more than a person looks at helps nobody."""
QUIET = timedelta(days=28)
"""Who was dismissed is left alone for so long."""
Verdict = CheatAlert.Verdict


def raise_those(
    key: str, table: Table, subjects: Ints, answer: Answer, *, now: datetime
) -> NDArray[np.int64]:
    """Rows from the threshold on, the clearest first; an alert for each. None where the weights
    have no threshold: nobody could find one at which most alerts were right."""
    if answer.alert_at is None:
        return np.empty(0, np.int64)
    values = np.array(answer.values)
    dismissed = CheatAlert.objects.filter(
        kind=key, verdict=Verdict.DISMISSED, decided_at__gt=now - QUIET
    )
    quiet = set(dismissed.values_list("char_id", "other_char_id"))
    order = [int(at) for at in np.argsort(-values) if values[at] >= answer.alert_at]
    order = [at for at in order if _who(key, int(subjects[at])) not in quiet][:MOST]
    odd = np.array(order, np.int64)
    if not order:
        return odd
    because = ask(key, Table(table.names, table.values[odd]), explain=True).because
    with transaction.atomic():
        for at, reasons in zip(order, because, strict=True):
            who = _who(key, int(subjects[at]))
            _raise(key, who, float(values[at]), reasons, answer, now)
    return odd


def _who(key: str, subject: int) -> tuple[int, int]:
    """The character, and the other one of a pair or 0."""
    return pairs.parted(subject) if BY_KEY[key].about == "pair" else (subject, 0)


def _raise(
    key: str, who: tuple[int, int], score: float, reasons: list[list[Any]], answer: Answer,
    now: datetime,
) -> None:  # fmt: skip
    told = {
        "score": score, "threshold": answer.alert_at, "weights": answer.weights,
        "version": answer.version, "evidence": reasons, "found_at": now,
    }  # fmt: skip
    about = {"char_id": who[0], "other_char_id": who[1], "kind": key}
    row = CheatAlert.objects.select_for_update().filter(verdict=Verdict.OPEN, **about).first()
    if row is None:
        CheatAlert.objects.create(raised_at=now, **about, **told)
        return
    again = row.found_at.date() != now.date()
    for name, value in told.items():
        setattr(row, name, value)
    row.nights += int(again)
    row.save()


def found_out() -> Mapping[str, Mapping[int, bool]]:
    """What game masters said, by model and character or pair: the latest word counts."""
    found: dict[str, dict[int, bool]] = {kind: {} for kind in KINDS}
    rows = CheatAlert.objects.exclude(verdict=Verdict.OPEN).order_by("decided_at")
    for kind, one, other, verdict in rows.values_list(
        "kind", "char_id", "other_char_id", "verdict"
    ):
        subject = pairs.joined(one, other) if BY_KEY[kind].about == "pair" else one
        found[kind][subject] = verdict == Verdict.CONFIRMED
    return found
