"""Answers with no language model. `compose` is all that others need."""

from npcs.composer.answer import Composed, compose

__all__ = ["Composed", "compose"]
