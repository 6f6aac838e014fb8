"""One answer in the making: what it may use, what it has used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from npcs.brief import Brief, Fact, Recollection
from npcs.claims import Claim
from npcs.composer.phrasebook import Picker
from npcs.composer.tellings import Telling
from npcs.composer.voice import Voice
from npcs.context import Leaning
from npcs.folding import plain
from npcs.intents import Intent

_ABOUT_THE_PLAYER = frozenset({"clause", "quote", "echo", "when", "Given"})


@dataclass(kw_only=True)
class Draft:
    brief: Brief
    voice: Voice
    picker: Picker
    intent: Intent
    claim: Claim | None
    said: str
    """What the character said lately, as plain words."""
    keys: frozenset[str]
    """What the player's line is about."""
    slots: dict[str, str]
    told: Sequence[Telling] = ()
    """What the player told of themselves, the newest last."""
    leaning: Leaning = ""
    parts: list[str] = field(default_factory=list)
    used_facts: list[int] = field(default_factory=list)
    used_memories: list[int] = field(default_factory=list)
    personal: bool = False

    def say(self, key: str, **slots: str) -> bool:
        """Adds a phrasing of `key`; False if there is none that fits."""
        self.personal |= bool(slots.keys() & _ABOUT_THE_PLAYER)
        return self._add(self.picker.pick(key, self.slots | slots))

    def say_fresh(self, key: str) -> bool:
        """As `say`, but nothing rather than what was said lately."""
        return self._add(self.picker.pick(key, self.slots, fresh=True))

    def _add(self, text: str) -> bool:
        if text:
            self.parts.append(text)
        return bool(text)

    def uses(self, *, fact: Fact | None = None, memory: Recollection | None = None) -> None:
        if fact and fact.id not in self.used_facts:
            self.used_facts.append(fact.id)
        if memory and memory.id not in self.used_memories:
            self.used_memories.append(memory.id)
        self.personal |= memory is not None

    def has_said(self, text: str) -> int:
        """How often `text`, or the start of it, is in what was said lately."""
        words = plain(text)[:60]
        return self.said.count(words) if words else 0

    @property
    def text(self) -> str:
        return " ".join(self.parts)
