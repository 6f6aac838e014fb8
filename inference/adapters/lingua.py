"""Which language a line is in, by lingua's n-grams of letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from inference.adapters.base import Folders
from inference.adapters.weights import find
from inference.footprint import growth
from inference.spec import ModelSpec

CODES = ("en", "pt", "es", "th", "id", "ko", "ja", "zh", "vi", "fr", "de", "ru", "tl", "it", "pl")
"""Of the players of Ragnarok servers. More languages would be more that a short line is mistaken
for, and more memory."""
UNKNOWN = "und"
LONGEST = 500
"""Characters that are looked at."""
WARMING = "hello where is the inn"


class Lingua:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        find(spec, folders.models)
        with growth() as taken:
            # Here, since it brings its models along: a process that does not ask has none of them.
            library = import_module("lingua")
            known = library.Language.all()
            wanted = [each for each in known if each.iso_code_639_1.name.lower() in CODES]
            self._detector = library.LanguageDetectorBuilder.from_languages(*wanted).build()
            self._detector.compute_language_confidence_values(WARMING)
        self.memory = taken.bytes

    def prepare(self, items: Sequence[str]) -> Sequence[str]:
        return [text[:LONGEST] for text in items]

    def run(self, prepared: Sequence[str]) -> list[Mapping[str, float]]:
        return [self._shares(text) for text in prepared]

    def finish(self, output: list[Mapping[str, float]]) -> list[Mapping[str, float]]:
        return output

    def _shares(self, text: str) -> Mapping[str, float]:
        found = self._detector.compute_language_confidence_values(text)
        shares = {each.language.iso_code_639_1.name.lower(): each.value for each in found}
        return shares if sum(shares.values()) > 0 else {UNKNOWN: 1.0}
