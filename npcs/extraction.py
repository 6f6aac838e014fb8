"""Durable facts a player told about themselves, from their own lines only: never from a
character's lines and never from recalled text, or junk would breed junk. Only what a
pattern is certain of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from npcs.brief import Language
from npcs.claims import claim
from npcs.folding import fold
from npcs.lexicon import Pattern, lexicon, read_yaml

Kind = Literal[
    "name", "home", "profession", "family", "illness", "like", "dislike", "plan", "promise"
]
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")
_SLOT = re.compile(r"\{(\w+)\}")
_MOST_WORDS = 8


@dataclass(frozen=True, kw_only=True)
class ExtractedFact:
    kind: Kind
    summary: str
    """Third person, with '{player}' where the player's name goes; see `of`."""
    importance: float
    """0.0-10.0."""
    subjects: tuple[str, ...]
    """What it is about: 'sister', 'Mira'."""
    line: str
    """The player's sentence it was taken from."""

    def of(self, player_name: str) -> str:
        return self.summary.replace("{player}", player_name)


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    kind: Kind
    pattern: Pattern
    summary: str
    importance: float
    subjects: tuple[str, ...]


class RuleBook(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    doubt: Pattern
    rules: tuple[Rule, ...]


@cache
def rule_book(language: Language) -> RuleBook:
    return RuleBook.model_validate(read_yaml("npcs.lexicon", f"facts.{language}.yaml"))


def facts_about_player(lines: Sequence[str], language: Language) -> list[ExtractedFact]:
    """In the order told, each once; `lines` are the player's own."""
    found: dict[str, ExtractedFact] = {}
    for line in lines:
        for fact in _in_line(line, language):
            found.setdefault(fold(fact.summary), fact)
    return list(found.values())


def _in_line(line: str, language: Language) -> Iterator[ExtractedFact]:
    if claim(line, language) or '"' in line:
        return
    book = rule_book(language)
    for sentence in _SENTENCE.findall(line):
        bare = sentence.strip(" ,.!;")
        if "?" not in sentence and not book.doubt.search(fold(bare)):
            yield from _in_sentence(bare, language, book)


def _in_sentence(sentence: str, language: Language, book: RuleBook) -> Iterator[ExtractedFact]:
    folded = fold(sentence)
    for rule in book.rules:
        match = rule.pattern.search(folded)
        if match:
            fact = _fact(rule, match, sentence, language)
            if fact:
                yield fact
                return


def _fact(
    rule: Rule, match: re.Match[str], sentence: str, language: Language
) -> ExtractedFact | None:
    parts = {
        name: sentence[slice(*match.span(name))].strip()
        for name in match.groupdict()
        if match[name]
    }
    if any(_vague(part, language) for part in parts.values()):
        return None
    if rule.kind == "name":
        parts["name"] = parts["name"].title() if parts["name"].islower() else parts["name"]
    told = rule.summary if "name" in parts else rule.summary.replace(", {name},", "")
    summary = _SLOT.sub(
        lambda slot: "{player}" if slot[1] == "player" else parts.get(slot[1], ""), told
    )
    return ExtractedFact(
        kind=rule.kind,
        summary=re.sub(r"\s+", " ", summary).strip(),
        importance=rule.importance,
        subjects=tuple(parts[name] for name in rule.subjects if name in parts),
        line=sentence,
    )


def _vague(part: str, language: Language) -> bool:
    """Too long to be one thing, an insult, or a word that only points ('it', 'you')."""
    words = fold(part).split()
    of = lexicon(language)
    pointing = len(words) == 1 and words[0] in of.stopwords
    return len(words) > _MOST_WORDS or pointing or bool(of.insults & set(words))
