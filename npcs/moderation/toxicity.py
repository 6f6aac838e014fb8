"""What a model makes of a line beside the word lists: whether it is meant to hurt.

It flags, and turns away where an owner wants that; see `opinions`."""

from __future__ import annotations

from npcs.moderation.opinions import PATIENCE, TOXIC, held

__all__ = ["LABEL", "MODEL", "PATIENCE", "covers", "finds", "toxic"]
MODEL, LABEL = TOXIC.model, TOXIC.label
covers, toxic = TOXIC.covers, TOXIC.holds


async def finds(text: str, language: str, *, seconds: float) -> bool:
    """Asks the model; False where it is away, too slow, or does not know the language."""
    return TOXIC in await held(text, language, [TOXIC], seconds=seconds)
