"""Names in a text, by spaCy's small English model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from inference.adapters.base import Folders
from inference.adapters.weights import find, verify
from inference.footprint import growth
from inference.spec import ModelSpec

KINDS: Mapping[str, str] = {
    "PERSON": "PERSON", "ORG": "GROUP", "NORP": "GROUP",
    "GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE",
}  # fmt: skip
"""What counts, and as what; numbers, dates and money are no names."""
UNUSED = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
LONGEST = 2000
"""Characters of a text that are looked at; memory grows with them."""
Found = tuple[int, int, str]


class SpacyTagger:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        folder = find(spec, folders.models)
        verify(spec.weights, folder)
        with growth() as taken:
            # Here, since it takes seconds and 100 MB: a process that does not ask has none of it.
            self._nlp = import_module("spacy").load(folder, exclude=UNUSED)
            self._nlp("Warm up in Prontera.")
        self.memory = taken.bytes

    def prepare(self, items: Sequence[str]) -> list[str]:
        return [text[:LONGEST] for text in items]

    def run(self, prepared: list[str]) -> list[list[Found]]:
        return [
            [
                (name.start_char, name.end_char, KINDS[name.label_])
                for name in read.ents
                if name.label_ in KINDS
            ]
            for read in self._nlp.pipe(prepared)
        ]

    def finish(self, output: list[list[Found]]) -> list[list[Found]]:
        return output
