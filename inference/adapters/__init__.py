"""One adapter per kind of network; a row of the catalogue names its adapter by key."""

from __future__ import annotations

from collections.abc import Mapping

from inference.adapters.base import Adapter
from inference.adapters.sentence_encoder import SentenceEncoder

ADAPTERS: Mapping[str, type[Adapter]] = {"sentence_encoder": SentenceEncoder}
