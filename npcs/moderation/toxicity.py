"""What a model makes of a line beside the word lists: whether it is meant to hurt.

It flags, and turns away where an owner wants that; see `opinions`."""

from __future__ import annotations

from npcs.moderation.opinions import PATIENCE, TOXIC

__all__ = ["LABEL", "MODEL", "PATIENCE", "covers", "toxic"]
MODEL, LABEL = TOXIC.model, TOXIC.label
covers, toxic = TOXIC.covers, TOXIC.holds
