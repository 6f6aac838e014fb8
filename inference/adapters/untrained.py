"""A model of the catalogue that has no weights: nobody made any, or what was made was no better
than its baseline, and was not kept. It never answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from inference.adapters.base import Folders
from inference.adapters.weights import NotBetter, Untrained, WeightsMissing
from inference.cards import read
from inference.spec import ModelSpec


class NoNetwork:
    memory = 0

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        if spec.trained and (card := read(spec.key)) and not card.beats:
            raise NotBetter("it does no better than its baseline")
        raise (Untrained if spec.trained else WeightsMissing)("there are no weights for it yet")

    def prepare(self, items: Sequence[Any]) -> NoReturn:
        raise NotImplementedError

    run = finish = prepare
