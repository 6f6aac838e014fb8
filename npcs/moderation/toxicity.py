"""What a model makes of a line beside the word lists: whether it is meant to hurt.

It is an opinion, and lists are facts: so it flags, and turns away where an owner wants that, and
nothing else follows from it. It counts in the languages in which it was measured to beat its
baseline, from a probability on at which nearly all of the lines it was trained on were toxic."""

from __future__ import annotations

from functools import cache

from aiworld.errors import AIWorldError
from inference import predictions
from inference.cards import Card, read
from inference.predictions import Read

MODEL, LABEL = "toxicity", "toxic"
PATIENCE = 0.3
"""Seconds a line may wait for the model; then the lists alone count."""


@cache
def _card() -> Card | None:
    card = read(MODEL)
    return card if card and card.beats else None


def covers(language: str) -> bool:
    """Whether the model is asked about lines in this language."""
    card = _card()
    return card is not None and language in card.languages


def toxic(said: Read) -> bool:
    """Of what the model said; False if it said nothing."""
    card = _card()
    share = said.labels.get(MODEL, {}).get(LABEL, 0.0)
    return card is not None and share >= float(card.details["threshold"])


async def finds(text: str, language: str, *, seconds: float) -> bool:
    """Asks the model; False where it is away, too slow, or does not know the language."""
    if not covers(language) or seconds <= 0:
        return False
    try:
        [said] = await predictions.classify([text], models=[MODEL], deadline=min(seconds, PATIENCE))
    except AIWorldError:
        return False
    return toxic(said)
