"""What models make of a line beside the word lists.

They are opinions, and lists are facts: nothing follows from one but that words are not said, or
flagged. Each counts in the languages in which it was measured to beat its baseline, from the
probability on that its card names as safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from aiworld.errors import AIWorldError
from inference import predictions
from inference.cards import Card, read
from inference.predictions import Read

PATIENCE = 0.3
"""Seconds a line may wait for the models; then the lists alone count."""


@dataclass(frozen=True)
class Opinion:
    model: str
    label: str
    """What it finds."""

    def covers(self, language: str) -> bool:
        """Whether the model is asked about lines in this language."""
        card = _card(self.model)
        return card is not None and language in card.languages

    def holds(self, said: Read) -> bool:
        """Of what the model said; False if it said nothing."""
        card = _card(self.model)
        share = said.labels.get(self.model, {}).get(self.label, 0.0)
        return card is not None and share >= float(card.details["threshold"])


TOXIC = Opinion("toxicity", "toxic")
"""Meant to hurt."""
OUTSIDE = Opinion("personality_validator", "out_of_character")
"""Not what somebody of this world would say."""


@cache
def _card(model: str) -> Card | None:
    card = read(model)
    return card if card and card.beats else None


async def held(
    text: str, language: str, asked: Sequence[Opinion], *, seconds: float
) -> frozenset[Opinion]:
    """Which of them hold of the text: one pass of the encoder for all. None where the models are
    away, too slow, or do not know the language."""
    able = [opinion for opinion in asked if opinion.covers(language)]
    if not able or seconds <= 0:
        return frozenset()
    models, deadline = [opinion.model for opinion in able], min(seconds, PATIENCE)
    try:
        [said] = await predictions.classify([text], models=models, deadline=deadline)
    except AIWorldError:
        return frozenset()
    return frozenset(opinion for opinion in able if opinion.holds(said))
