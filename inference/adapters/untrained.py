"""A model of the catalogue that nobody has made weights for. It never answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from inference.adapters.base import Folders
from inference.adapters.weights import Untrained, WeightsMissing
from inference.spec import ModelSpec


class NoNetwork:
    memory = 0

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        raise (Untrained if spec.trained else WeightsMissing)("there are no weights for it yet")

    def prepare(self, items: Sequence[Any]) -> NoReturn:
        raise NotImplementedError

    run = finish = prepare
