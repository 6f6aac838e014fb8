"""Lines of chat with labels: what heads are trained on, and, written apart from it, what they are
measured on. Ours, by hand; no player wrote them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

LANGUAGES = ("en", "pt", "es", "th", "id", "ko")
HEADS = ("intent", "sentiment", "emotion", "topic", "toxicity")
CHARACTER = "personality_validator"
"""A head on what NPCs say; its lines are apart from those of players."""
VARIANTS = 2
"""Of a line with a gap."""
FILLS: Mapping[str, Sequence[str]] = {
    "{item}": ("apple", "red potion", "jellopy", "sword", "iron ore", "white herb", "arrows"),
    "{place}": ("Prontera", "Geffen", "Payon", "Morroc", "Izlude", "Aldebaran"),
    "{mob}": ("poring", "skeleton", "orc lord", "wolf", "goblin", "Baphomet"),
    "{npc}": ("Lina", "Hark", "Old Tom", "Mira", "captain"),
}
_FILES = files("inference.training.lines")


class Line(NamedTuple):
    language: str
    text: str
    group: int
    """Lines made from one template have the same, and are never on both sides of a split."""
    labels: Mapping[str, str]


def training() -> list[Line]:
    """Every line with its gaps filled, always the same."""
    drawn = random.Random(7)
    found = chain.from_iterable(_read(language, drawn) for language in LANGUAGES)
    return [Line(language, text, group, labels) for language, text, group, labels in found]


def held_out() -> list[Line]:
    """Not seen in training."""
    rows = (_FILES / "held_out.tsv").read_text(encoding="utf-8").splitlines()
    split = (row.split("\t") for row in rows)
    return [
        Line(language, text, group, _labels(labels))
        for group, (language, labels, text) in enumerate(split)
    ]


def parts(head: str) -> tuple[list[Line], list[Line]]:
    """The lines that a head is trained on, and those it is measured on."""
    if head != CHARACTER:
        return training(), held_out()
    found: dict[str, list[Line]] = {"train": [], "test": []}
    for part, line in _spoken():
        found[part].append(line)
    return found["train"], found["test"]


def _spoken() -> Iterator[tuple[str, Line]]:
    """What NPCs say: `# language part in|out`, then a line each."""
    language = part = where = ""
    text = (_FILES / "character.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if line.startswith("# "):
            language, part, where = line[2:].split()
            continue
        label = "in_character" if where == "in" else "out_of_character"
        yield part, Line(language, line, number, {CHARACTER: label})


def digest(lines: Sequence[Line]) -> str:
    """SHA-256 of texts and labels, in order."""
    return hashed("\n".join(f"{line.text}\t{sorted(line.labels.items())}" for line in lines))


def hashed(told: str) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(told.encode()).hexdigest()


def _read(language: str, drawn: random.Random) -> Iterator[tuple[str, str, int, Mapping[str, str]]]:
    labels: Mapping[str, str] = {}
    text = (_FILES / f"{language}.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if line.startswith("= "):
            labels = _labels(line[2:])
            continue
        group = 1000 * LANGUAGES.index(language) + number
        for filled in _filled(line, drawn):
            yield language, filled, group, labels


def _filled(line: str, drawn: random.Random) -> list[str]:
    if "{" not in line:
        return [line]
    made: list[str] = []
    for _ in range(VARIANTS):
        filled = line
        for gap, words in FILLS.items():
            filled = filled.replace(gap, drawn.choice(words))
        made.append(filled)
    return list(dict.fromkeys(made))


def _labels(told: str) -> Mapping[str, str]:
    return dict(zip(HEADS, told.split(), strict=True))
