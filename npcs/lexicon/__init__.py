"""What each language's words mean to a listener: data in the YAML files beside this, read once."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Annotated, Any, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from npcs.brief import Language
from npcs.folding import fold, root
from npcs.thai import spaced

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""Those that are whole: words, ideas, facts and phrasings."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _compile(value: object) -> re.Pattern[str]:
    return re.compile(spaced("|".join(value) if isinstance(value, list) else str(value)))


def _split(value: object) -> frozenset[str]:
    return frozenset(root(word) for word in fold(str(value)).split())


Pattern = Annotated[re.Pattern[str], BeforeValidator(_compile)]
Words = Annotated[frozenset[str], BeforeValidator(_split)]


class Detection(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    words: Words
    marks: str
    endings: tuple[str, ...]


class IntentPatterns(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    remember: Pattern
    name: Pattern
    directions: Pattern
    trade: Pattern
    quest: Pattern
    lore: Pattern
    apology: Pattern
    thanks: Pattern
    farewell: Pattern
    greeting: Pattern


class ClaimPatterns(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    promise: Pattern
    instructions: Pattern
    inversion: Pattern
    demand: Pattern
    secret: Pattern


class Lexicon(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    stopwords: Words
    detect: Detection
    spelling: Words
    intents: IntentPatterns
    claims: ClaimPatterns
    question_start: Pattern
    first_person: Pattern
    insults: Words
    insult_phrases: Pattern
    threats: Pattern
    second_person: Words
    negations: Words
    reporting: Words
    kin: Words
    sorrow: Words
    joy: Words
    plans: Words
    promises: Pattern
    own_facts: Pattern
    tastes: Words
    polite: Words
    asking: str
    """How a question about something begins; what follows is the something."""
    asking_behind: Pattern = re.compile(r"(?!)(?P<what>)")
    """The same where the something goes before: 'gereja di mana?'"""
    contracted: dict[str, str]
    pointers: Words
    requests: Pattern
    """'please remember that': what follows is told, and nothing is asked."""
    corrections: Pattern
    more: Pattern
    reasons: Pattern
    sources: Pattern
    pointing: Pattern
    asked: dict[str, Pattern]
    """How a player asks for what they told of themselves, by the kind of it; see `extraction`."""


def read_yaml(package: str, name: str) -> Any:
    return yaml.load(resources.files(package).joinpath(name).read_bytes(), Loader=_LOADER)  # nosec B506: a safe one


@cache
def lexicon(language: Language) -> Lexicon:
    return Lexicon.model_validate(read_yaml("npcs.lexicon", f"{language}.yaml"))
