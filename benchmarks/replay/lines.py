"""Made-up players at made-up NPCs, with the repetition of real ones: few questions are asked very
often, many seldom (Zipf), in several wordings and six languages. The same every time.

Of 100 lines 14 greet, 9 part or thank, 4 ask the NPC's name, 58 ask one of the questions, 6 tell
something of the player, 4 come back to that, 5 ask what nobody asked before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from npcs.lexicon import read_yaml

NPCS, PLAYERS = 40, 900
KINDS = {
    "greeting": 14, "parting": 9, "name": 4, "question": 58, "tells": 6, "returns": 4, "new": 5,
}  # fmt: skip
RETURNS = {
    "en": "What did I tell you about {secret}?", "pt": "O que eu te contei sobre {secret}?",
    "es": "¿Qué te conté de {secret}?", "id": "Apa yang kuceritakan tentang {secret}?",
    "ko": "{secret} 기억해요?", "th": "จำ {secret} ได้ไหม",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    kind: str
    npc: int
    player: int
    language: str
    text: str


@cache
def book() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml("benchmarks.replay", "phrases.yaml")
    return found


def secret(player: int) -> str:
    """A name that nothing else has: whoever hears it has heard of this player."""
    return f"Zyxa{player:04d}q"


def replay(number: int, seed: int = 7) -> list[Line]:
    chance, told = Random(seed), set[tuple[int, int]]()
    return [_line(chance, told, at) for at in range(number)]


def _line(chance: Random, told: set[tuple[int, int]], at: int) -> Line:
    npc, player = _zipf(chance, NPCS), _zipf(chance, PLAYERS, flat=25)
    language = _language(player)
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    if kind == "returns" and (npc, player) not in told:
        kind = "question"
    said = book()[language]
    match kind:
        case "greeting" | "parting" | "name":
            text = chance.choice(said[f"{kind}s"])
        case "tells":
            told.add((npc, player))
            text = chance.choice(said["tells"]).format(secret=secret(player))
        case "returns":
            text = RETURNS[language].format(secret=secret(player))
        case "new":
            text = f"What do you know of the {at} wolves of Geffen?"
        case _:
            text = _question(chance, language, npc)
    return Line(kind, npc, player, language, text)


def _language(player: int) -> str:
    """A player speaks one."""
    shares = {name: said["share"] for name, said in book().items()}
    return Random(player).choices(list(shares), list(shares.values()))[0]


def _question(chance: Random, language: str, npc: int) -> str:
    asked = questions(language)
    # Each NPC has its own favourite questions.
    family = asked[(_zipf(chance, len(asked)) + 5 * npc) % len(asked)]
    return family[_zipf(chance, len(family))]


@cache
def questions(language: str) -> list[list[str]]:
    """Every question with its wordings."""
    said = book()[language]
    found = []
    for wordings in said["families"].values():
        slot = next(name for name in said["slots"] if f"{{{name}}}" in wordings[0])
        found += [[w.format(**{slot: word}) for w in wordings] for word in said["slots"][slot]]
    Random(1).shuffle(found)
    return found


def _zipf(chance: Random, number: int, flat: float = 1.0) -> int:
    """0 is the commonest; `flat` makes the first ones more alike."""
    weights = [1 / (rank + flat) for rank in range(number)]
    return chance.choices(range(number), weights)[0]


def same() -> Iterator[tuple[str, str, str]]:
    """Language and two wordings of one question."""
    for language in book():
        for wordings in questions(language):
            for one, other in combinations(wordings, 2):
                yield language, one, other


def different() -> Iterator[tuple[str, str, str]]:
    """Language and two questions that are not the same: one word differs, or a small word turns
    it, or another thing is asked of the same."""
    for language, said in book().items():
        for one, other in combinations(questions(language), 2):
            yield language, one[0], other[-1]
        for one, other in said["others"]:
            yield from _nearly(language, one, other, said["slots"])


def _nearly(
    language: str, one: str, other: str, slots: dict[str, list[str]]
) -> Iterator[tuple[str, str, str]]:
    for slot, listed in slots.items():
        if f"{{a:{slot}}}" in one:
            for a, b in product(listed, listed):
                if a != b:
                    marks = {f"{{a:{slot}}}": a, f"{{b:{slot}}}": b}
                    yield language, _put(one, marks), _put(other, marks)
        elif f"{{{slot}}}" in one:
            for word in listed:
                yield language, _put(one, {f"{{{slot}}}": word}), _put(other, {f"{{{slot}}}": word})


def _put(text: str, marks: dict[str, str]) -> str:
    for mark, word in marks.items():
        text = text.replace(mark, word)
    return text
