"""Who trains what. By name, so that only a process that trains imports what that takes, and because
models of players are trained by apps that know players."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.module_loading import import_string

from inference.cards import Card
from inference.learned.lessons import BY_KEY

_EVENTS = "world.foresight.learning.train"
_SERVERS = "world.foresight.learning.servers"
_HEADS = "inference.training.heads.train"
_COHERENCE = "inference.training.coherence.train"
_PACKAGED = "inference.training.packaged.train"
"""Only measures: the weights are somebody else's."""
TRAINERS: Mapping[str, str] = {
    "intent": _HEADS,
    "sentiment": _HEADS,
    "emotion": _HEADS,
    "topic": _HEADS,
    "toxicity": _HEADS,
    "personality_validator": _HEADS,
    "dialogue_coherence": _COHERENCE,
    **dict.fromkeys(BY_KEY, _EVENTS),
    "language": _PACKAGED,
    "entities": _PACKAGED,
}


def train(name: str, *, server: str = "") -> Card:
    """Trains it, measures it, writes weights and card, whichever way the measurement went: a card
    that does not beat its baseline keeps the model from being served.

    `server`: the id of the server whose events count; "" for what is shipped for all."""
    card: Card = import_string(TRAINERS[name])(name, server=server)
    return card


def learns_from_servers(name: str) -> bool:
    """Whether each server's own events make its weights."""
    return TRAINERS.get(name) == _EVENTS


def servers() -> list[str]:
    """Ids of those that have something to learn from."""
    found: list[str] = import_string(_SERVERS)()
    return found
