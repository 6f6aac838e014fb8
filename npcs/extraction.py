"""Durable facts a player told about themselves, from their own lines only: never from a
character's lines and never from recalled text, or junk would breed junk. Only what a
pattern is certain of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict

from npcs.brief import Language
from npcs.claims import claim
from npcs.folding import fold, plain
from npcs.intents import untold
from npcs.lexicon import Pattern, lexicon, read_yaml
from npcs.matching import kin, subjects

Kind = Literal[
    "name", "home", "profession", "family", "illness", "like", "dislike", "plan", "promise",
    "age", "favourite", "guild", "loss",
]  # fmt: skip
LABELS: dict[str, str] = {
    "name": "name", "home": "home", "profession": "work", "like": "love", "dislike": "hatred",
    "favourite": "favourite", "plan": "search", "promise": "promise", "loss": "lost", "age": "age",
    "guild": "guild", "count": "family",
}  # fmt: skip
"""What a fact of this kind, or a question for one, is filed under, in words of the concepts."""
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")
_SLOT = re.compile(r"\{(\w+)\}")
_NOT_THAT = re.compile(r",? (?:and |e |y )?(?:not|no|nao) [\w' -]+$")
_LATELY = re.compile(r",? (?:now|these days|agora|hoje em dia|ahora|hoy en día)$", re.IGNORECASE)
_NOT_WHOM = re.compile(r"[, ](?:not|no|nao) ([\w']+(?: [\w']+)?)$")
_SOON = 4
"""Lines within which 'her' is understood."""
_HER = frozenset({"her", "she", "dela", "ela", "ella"})
_HIS = frozenset({"his", "he", "dele", "ele", "el"})
_WOMEN = "sister mother daughter wife aunt niece grandmother"
_MEN = "brother father son husband uncle nephew grandfather"
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
    told: str
    """The same in the player's own words, understood without what was said before."""
    slots: tuple[tuple[str, str], ...] = ()
    """What there can be only one of, and what it is: ('name:kin.sister', 'Mira')."""

    def of(self, player_name: str) -> str:
        return self.summary.replace("{player}", player_name)

    @property
    def label(self) -> str:
        """What a memory of it is filed under."""
        about = self.subjects[0] if self.kind in ("family", "illness") and self.subjects else ""
        return about or LABELS.get(self.kind, "")


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    kind: Kind
    pattern: Pattern
    summary: str
    importance: float
    subjects: tuple[str, ...]
    own: str = ""
    """The fact in the player's words, where their sentence leans on an earlier one."""


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
    for facts in facts_by_line(lines, [language] * len(lines)):
        for fact in facts:
            found.setdefault(fold(fact.summary), fact)
    return list(found.values())


def facts_by_line(
    lines: Sequence[str], languages: Sequence[Language]
) -> list[tuple[ExtractedFact, ...]]:
    """The facts of each line; 'her name is Lia' is about whom the lines just before it spoke of,
    'her name is Lia, not Mira' about whoever was called Mira."""
    found: list[tuple[ExtractedFact, ...]] = []
    called: dict[str, str] = {}
    spoken_of, since = "", 0
    for line, language in zip(lines, languages, strict=True):
        wrong = _NOT_WHOM.search(fold(line.strip(" .!")))
        whom = called.get(wrong[1].strip(), "") if wrong else ""
        facts = _in_line(line, language, whom or spoken_of)
        found.append(facts)
        called |= {
            fold(fact.subjects[1]): fact.subjects[0]
            for fact in facts
            if fact.kind in ("family", "illness") and len(fact.subjects) > 1
        }
        named = _spoken_of(line, facts)
        since = 0 if named else since + 1
        spoken_of = named or (spoken_of if since < _SOON else "")
    return found


def _spoken_of(line: str, facts: tuple[ExtractedFact, ...]) -> str:
    """The relation as the player put it: 'sister', 'cachorro'."""
    relations = (fact.subjects[0] for fact in facts if fact.kind in ("family", "illness"))
    if named := next((each for each in relations if kin(subjects(each))), ""):
        return named
    return next((word for word in plain(line).split() if kin(subjects(word))), "")


@lru_cache(maxsize=8192)
def _in_line(line: str, language: Language, spoken_of: str) -> tuple[ExtractedFact, ...]:
    line = untold(line, language)
    if claim(line, language) or '"' in line:
        return ()
    found = []
    for sentence in _SENTENCE.findall(line):
        bare, corrects = _bare(sentence.strip(" ,.!;"), language)
        bare = _LATELY.sub("", bare)
        if "?" not in sentence and (fact := _in_sentence(bare, language, spoken_of, corrects)):
            found.append(fact)
    return tuple(found)


def _bare(sentence: str, language: Language) -> tuple[str, bool]:
    """'actually her name is Lia, not Mira' -> 'her name is Lia', and that it puts right."""
    bare = sentence
    if match := lexicon(language).corrections.search(fold(sentence)):
        bare = sentence[match.end() :].lstrip(" ,")
    if match := _NOT_THAT.search(fold(bare)):
        bare = bare[: match.start()]
    return (bare, True) if len(bare.split()) > 2 else (sentence, False)


def _in_sentence(
    sentence: str, language: Language, spoken_of: str, corrects: bool
) -> ExtractedFact | None:
    folded, book = fold(sentence), rule_book(language)
    doubtful = bool(book.doubt.search(folded))
    for rule in book.rules:
        if doubtful and not (rule.kind == "promise" or (corrects and rule.own)):
            continue
        match = rule.pattern.search(folded)
        if match:
            return _fact(rule, match, sentence, language, spoken_of)
    return None


def _fact(
    rule: Rule, match: re.Match[str], sentence: str, language: Language, spoken_of: str
) -> ExtractedFact | None:
    parts = {
        name: sentence[slice(*match.span(name))].strip()
        for name in match.groupdict()
        if match[name]
    }
    if rule.own and "kin" not in parts:
        parts["kin"] = spoken_of if _suits(fold(match[0]), spoken_of) else ""
        parts["my"] = _my(spoken_of)
        if not parts["kin"]:
            return None
    if any(_vague(part, language) for name, part in parts.items() if name not in _POINTING):
        return None
    if "name" in parts and parts["name"].islower():
        parts["name"] = parts["name"].title()
    told = rule.summary if "name" in parts else rule.summary.replace(", {name},", "")
    return ExtractedFact(
        kind=rule.kind,
        summary=_filled(told, parts),
        importance=rule.importance,
        subjects=tuple(parts[name] for name in rule.subjects if name in parts),
        line=sentence,
        told=_filled(rule.own, parts) if rule.own else sentence,
        slots=_slots(rule.kind, parts),
    )


_POINTING = ("who", "whom", "my", "kin")


def _filled(template: str, parts: dict[str, str]) -> str:
    text = _SLOT.sub(
        lambda slot: "{player}" if slot[1] == "player" else parts.get(slot[1], ""), template
    )
    return re.sub(r"\s+", " ", text).strip()


def _suits(sentence: str, spoken_of: str) -> bool:
    """Whether 'her' may be this relation: a brother is not a she."""
    who = " ".join(kin(subjects(spoken_of))).removeprefix("kin.")
    said = set(sentence.split()[:4])
    if not who or (said & _HER and who in _MEN.split()):
        return False
    return not (said & _HIS and "el nombre" not in sentence and who in _WOMEN.split())


def _my(spoken_of: str) -> str:
    return "Minha" if spoken_of.endswith(("a", "ã", "mãe", "mae")) else "Meu"


def _slots(kind: Kind, parts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    who = " ".join(sorted(kin(subjects(parts.get("kin", "")))))
    if kind in ("family", "illness"):
        named = [(f"name:{who}", parts["name"])] if "name" in parts else []
        if kind == "family" and not named:
            return ((f"count:{who}", parts["kin"]),)
        health = [(f"health:{who}", parts.get("state", ""))] if kind == "illness" else []
        return tuple(named + health)
    if kind == "favourite":
        return ((f"favourite:{fold(parts['thing'])}", parts["value"]),)
    if kind == "profession" and "place" in parts:
        return (("profession", parts["work"]), ("home", parts["place"]))
    if kind in ("name", "home", "profession", "age", "guild"):
        return ((cast(str, kind), " ".join(parts.values())),)
    return ()


def _vague(part: str, language: Language) -> bool:
    """Too long to be one thing, an insult, or a word that only points ('it', 'you')."""
    words = fold(part).split()
    of = lexicon(language)
    pointing = len(words) == 1 and words[0] in of.stopwords
    return len(words) > _MOST_WORDS or pointing or bool(of.insults & set(words))
