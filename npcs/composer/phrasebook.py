"""The phrasings of a language and the choice among them: seeded, in character, not lately said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from string import Formatter

from npcs.brief import Language
from npcs.composer.voice import Voice
from npcs.folding import plain
from npcs.korean import with_particles
from npcs.lexicon import read_yaml

_ADDRESS = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_TELLING_LENGTH = 6
Slots = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Phrase:
    template: str
    tag: str
    slots: frozenset[str]
    trace: str
    """Its longest run of fixed words, by which it is recognised in what was said before."""


@cache
def phrasebook(language: Language, formal_address: bool) -> dict[str, tuple[Phrase, ...]]:
    book: dict[str, dict[str, list[str]]] = read_yaml("npcs.composer.phrases", f"{language}.yaml")
    side = r"\2" if formal_address else r"\1"
    return {
        key: tuple(
            _phrase(_ADDRESS.sub(side, text), tag) for tag, texts in tags.items() for text in texts
        )
        for key, tags in book.items()
    }


def _phrase(template: str, tag: str) -> Phrase:
    parsed = list(Formatter().parse(template))
    fixed = [plain(literal) for literal, *_ in parsed]
    slots = frozenset(slot for _, slot, *_ in parsed if slot)
    return Phrase(template=template, tag=tag, slots=slots, trace=max(fixed, key=len, default=""))


class Picker:
    """Chooses for one answer; what it has chosen counts as said."""

    def __init__(self, language: Language, voice: Voice, seed: str, said: str) -> None:
        self._book = phrasebook(language, voice.formal_address)
        self._tags = {tag: len(voice.tags) - at for at, tag in enumerate(voice.tags)}
        self._random = Random(seed)
        self._said = said
        self.tags_used: set[str] = set()

    def pick(self, key: str, slots: Slots, *, fresh: bool = False) -> str:
        """A phrasing of `key` with its slots filled, or '' if none has all it needs (`fresh`: or if
        all have been said lately)."""
        fits = [p for p in self._book.get(key, ()) if self._fits(p, slots)]
        if not fits:
            return ""
        ranked = [
            (self._staleness(p, slots), self._random.random() - self._pull(p), p) for p in fits
        ]
        stale, _, chosen = min(ranked, key=lambda each: each[:2])
        if fresh and stale:
            return ""
        self.tags_used.add(chosen.tag)
        told = with_particles(chosen.template.format_map(slots))
        self._said += f" {plain(told)}"
        return told

    def raw(self, key: str, tag: str) -> str:
        """One of the phrasings of `key` under `tag`, its slots unfilled; '' if there is none."""
        options = [phrase.template for phrase in self._book.get(key, ()) if phrase.tag == tag]
        return self._random.choice(options) if options else ""

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _fits(self, phrase: Phrase, slots: Slots) -> bool:
        tagged = phrase.tag == "any" or phrase.tag in self._tags
        return tagged and all(slots.get(slot) for slot in phrase.slots)

    def _pull(self, phrase: Phrase) -> float:
        """What fits the character goes before what fits everybody; the role yields to traits."""
        return 0.0 if phrase.tag == "any" else 0.45 + 0.35 * (self._tags[phrase.tag] > 1)

    def _staleness(self, phrase: Phrase, slots: Slots) -> int:
        """0 if not lately said, else the higher the more recently."""
        trace = phrase.trace
        if len(trace) < _TELLING_LENGTH:
            trace = plain(phrase.template.format_map(slots))
        return self._said.rfind(trace) + 1 if trace else 0
