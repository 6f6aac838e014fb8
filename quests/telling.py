"""The words of an offer without a language model: templates of this folder, in the player's
language, seeded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

from npcs.brief import Language
from npcs.composer.phrasebook import phrasebook
from npcs.korean import with_particles
from npcs.lexicon import read_yaml

ON_MAP: Mapping[Language, str] = {
    "en": " at {map}", "pt": " em {map}", "es": " en {map}", "id": " di {map}",
    "ko": " {map}에서", "th": "ที่ {map}",
}  # fmt: skip


@cache
def phrases(language: Language) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml("quests.phrases", f"{language}.yaml")
    return found


def told(kind: str, language: Language, slots: Mapping[str, str], *, seed: str) -> tuple[str, str]:
    """Title and text."""
    of, chance = phrases(language)[kind], Random(seed)
    where = ON_MAP[language].format(map=slots["map"]) if slots.get("at_map") else ""
    all_slots = {**slots, "at_map": where}
    title, text = chance.choice(of["title"]), chance.choice(of["text"])
    return filled(title, all_slots), filled(text, all_slots)


def later(language: Language, *, seed: str) -> str:
    return str(Random(seed).choice(phrases(language)["later"]))


def filled(text: str, slots: Mapping[str, str]) -> str:
    """Slots by name and nothing else: these words may be a model's or an owner's."""
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return " ".join(with_particles(text).split())


def saying(role: str, language: Language, *, seed: str) -> str:
    """What somebody of this role says of their work; '' if nothing is known of it."""
    said = phrasebook(language, False).get("role_work", ())
    lines = sorted(one.template for one in said if one.tag == role and not one.slots)
    return Random(seed).choice(lines) if lines else ""
