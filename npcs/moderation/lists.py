"""The word lists: data in words/*.yaml, read once."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict

from npcs.lexicon import read_yaml

LANGUAGES = ("en", "pt", "es", "th", "id", "ko")
DEFAULT = "en"


class Kind(StrEnum):
    MILD = "mild"
    """Swearing."""
    SLUR = "slur"
    SELF_HARM = "self_harm"
    THREAT = "threat"
    """Against somebody in real life."""
    MINORS = "minors"
    """Sexual words and a child in one line."""


SEVERE = frozenset({Kind.SLUR, Kind.SELF_HARM, Kind.THREAT, Kind.MINORS})


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    words: str = ""
    patterns: tuple[str, ...] = ()

    def compiled(self) -> Rule:
        listed = self.words.split()
        phrases = [rf"\b{word.replace('-', ' ')}\b" for word in listed if "-" in word]
        singles = [word for word in listed if "-" not in word]
        return Rule(
            exact=frozenset(word for word in singles if not word.endswith("*")),
            stems=tuple(word[:-1] for word in singles if word.endswith("*")),
            pattern=_either([*phrases, *self.patterns]),
        )


class Rule(BaseModel):
    """How one kind is found in one language."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    exact: frozenset[str]
    stems: tuple[str, ...]
    pattern: re.Pattern[str] | None


class Sheet(BaseModel):
    """One language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    mild: Words
    slur: Words
    self_harm: Words
    threat: Words
    sexual: Words
    minor: Words
    granted: Words
    innocent: tuple[str, ...] = ()
    deflections: dict[str, tuple[str, ...]]
    stranger: str
    """What a player is called whose name cannot be said."""
    notice: str


class Lists(BaseModel):
    """One language's lists, ready to be used."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    rules: dict[Kind, Rule]
    sexual: Rule
    minor: Rule
    granted: Rule
    innocent: re.Pattern[str] | None
    deflections: dict[str, tuple[str, ...]]
    stranger: str
    notice: str


def _either(patterns: list[str]) -> re.Pattern[str] | None:
    # As the lines they are held against: NFKC takes the Thai ำ apart.
    whole = unicodedata.normalize("NFKC", "|".join(patterns))
    return re.compile(whole) if patterns else None


@cache
def lists(language: str) -> Lists:
    """Of a language, or English where there is no file."""
    name = language if language in LANGUAGES else DEFAULT
    sheet = Sheet.model_validate(read_yaml("npcs.moderation.words", f"{name}.yaml"))
    kinds = (Kind.MILD, Kind.SLUR, Kind.SELF_HARM, Kind.THREAT)
    return Lists(
        rules={kind: getattr(sheet, kind.value).compiled() for kind in kinds},
        sexual=sheet.sexual.compiled(),
        minor=sheet.minor.compiled(),
        granted=sheet.granted.compiled(),
        innocent=_either(list(sheet.innocent)),
        deflections=sheet.deflections,
        stranger=sheet.stranger,
        notice=sheet.notice,
    )
