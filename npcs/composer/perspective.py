"""A player's words turned round: 'My sister is ill' -> 'your sister is ill'. By rules, and only
where they are certain; whatever is not is quoted as it was said."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel

from npcs.brief import Language
from npcs.folding import fold, plain
from npcs.lexicon import Words, read_yaml
from npcs.thai import RUN, segment

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")
_LONGEST = 140
_JOINTS = frozenset(
    {"e", "mas", "porque", "y", "pero", "que", "and", "but", "because", "nao", "no", "ja", "ya"}
)
_AFTER_TO_ME = frozenset(
    [
        "the",
        "a",
        "an",
        "some",
        "my",
        "again",
        "back",
        "with",
        "for",
        "from",
        "in",
        "at",
        "to",
        "tomorrow",
        "soon",
        "and",
        "when",
        "if",
    ]
)
_REFLEXIVE = frozenset({"chamo", "sinto", "casei", "mudei", "perdi", "formei"})
_NOT_VERBS = frozenset({"café", "josé", "porqué", "bebé", "también", "rei", "lei"})
_NOT_MINE = frozenset(
    {"pelaku", "perilaku", "selaku", "berlaku", "penyiku", "terpaku", "membeku", "bangku", "suku"}
)
_GIVING = frozenset({"bring", "give", "show", "pay", "help", "tell", "send", "buy", "make", "get"})
_PREPOSITIONS = frozenset({"para", "pra", "por", "a", "de", "sem", "sobre"})
_ENDINGS = {
    "pt": ((re.compile(r"(.{2,}[aei]r)ei$"), r"\1á", ""), (re.compile(r"(.{3,})ei$"), r"\1ou", "")),
    "es": (
        (re.compile(r"(.{2,}[aei]r)é$"), r"\1ás", r"\1á"),
        (re.compile(r"(.{3,})é$"), r"\1aste", r"\1ó"),
    ),
}


class Turned(NamedTuple):
    clause: str
    """Second person, starting small, no full stop; '' when unsure."""
    quote: str
    """The player's own words, without greetings and full stop."""


class Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    swap: dict[str, str]
    verbs: dict[str, str]
    starts: Words
    predicates: Words
    unsure: Words
    fillers: Words


class _Languages(RootModel[dict[Language, Rules]]):
    pass


@cache
def _rules() -> dict[Language, Rules]:
    return _Languages.model_validate(read_yaml("npcs.lexicon", "perspective.yaml")).root


@cache
def _folded(language: Language, table: str, formal: bool) -> dict[str, str]:
    pairs: dict[str, str] = getattr(_rules()[language], table)
    return {fold(word): _address(value, formal) for word, value in pairs.items()}


def _address(value: str, formal: bool) -> str:
    familiar, _, polite = value.partition("|")
    return polite if formal and polite else familiar


@lru_cache(maxsize=2048)
def turned(text: str, language: Language, formal: bool = False) -> Turned:
    said = _own_statement(text, _rules()[language])
    if not said or len(said) > _LONGEST:
        return Turned("", _shortened(said or text.strip()))
    return Turned(_turn(said, language, formal), said)


def _own_statement(text: str, rules: Rules) -> str:
    """The sentences that state something, without 'hello', 'well' and the like in front."""
    kept = []
    for sentence in _SENTENCE.findall(text):
        if "?" in sentence:
            continue
        bare = _without_fillers(sentence.strip(" .!;,"), rules)
        if bare:
            kept.append(bare)
    return ", ".join(kept[:2])


def _without_fillers(sentence: str, rules: Rules) -> str:
    while (first := _TOKEN.match(sentence)) and fold(first[0]) in rules.fillers:
        sentence = sentence[first.end() :].lstrip(" ,.!-")
    return sentence


def _shortened(text: str) -> str:
    bare = re.sub(r"[\"\u201c\u201d]", "'", text.strip(" .!;"))
    return bare if len(bare) <= _LONGEST else bare[:_LONGEST].rsplit(" ", 1)[0] + "..."


def _turn(said: str, language: Language, formal: bool) -> str:
    rules = _rules()[language]
    if language == "th":
        return _thai(said, rules, formal)
    tokens = [fold(token) for token in _TOKEN.findall(said)]
    if not _certain(said, tokens, rules, language):
        return ""
    pieces, end = [], 0
    for at, match in enumerate(_TOKEN.finditer(said)):
        word = _word(match[0], tokens, at, language, formal)
        if word is None:
            return ""
        pieces += [said[end : match.start()], word]
        end = match.end()
    return _tidied("".join(pieces) + said[end:], said, tokens, rules, language)


def _thai(said: str, rules: Rules, formal: bool) -> str:
    """Pronouns are all there is to turn; particles at the end were for the listener."""
    heard = [each for run in RUN.findall(said) for each in segment(run)]
    swap = _folded("th", "swap", formal)
    if rules.unsure & set(heard) or not swap.keys() & set(heard) or '"' in said:
        return ""
    while heard and heard[-1] in rules.fillers and said.endswith(heard[-1]):
        said = said.removesuffix(heard.pop()).rstrip()
    return RUN.sub(lambda run: "".join(swap.get(each, each) for each in segment(run[0])), said)


def _certain(said: str, tokens: list[str], rules: Rules, language: Language) -> bool:
    if len(tokens) < 2 or rules.unsure & set(tokens) or (len(said) > 8 and said.isupper()):
        return False
    if '"' in said or "(" in said or "*" in said:
        return False
    verbs = _folded(language, "verbs", False)
    speaks = any(t in verbs or t in rules.predicates for t in tokens)
    speaks = speaks or any(_inflected(each, language) for each in _TOKEN.findall(said))
    raw = _TOKEN.findall(said)
    first = tokens[0]
    named = said[0].isupper() and len(tokens) > 2 and tokens[1] in rules.predicates
    if language == "id" and any(_own_noun(token) for token in tokens[:3]):
        return speaks
    return speaks and (
        first in rules.starts or first in verbs or _inflected(raw[0], language) or named
    )


def _inflected(raw: str, language: Language) -> bool:
    """A first-person verb by its ending alone; accents tell in Spanish."""
    word = raw.lower()
    if language == "en":
        return len(word) > 3 and word.endswith("ed")
    if language == "id":
        return _own_noun(word)
    if word in _NOT_VERBS:
        return False
    return any(pattern.match(word) for pattern, _, _ in _ENDINGS.get(language, ()))


def _word(raw: str, tokens: list[str], at: int, language: Language, formal: bool) -> str | None:
    token, before = tokens[at], tokens[at - 1] if at else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if language == "en":
        return _english(raw, token, before, following)
    if language == "id":
        return _indonesian(raw, token, formal)
    swap, verbs = _folded(language, "swap", formal), _folded(language, "verbs", formal)
    begins = not at or before in _JOINTS or before in swap
    if token in verbs and (begins or token not in _nouns(language)):
        joins = before in ("e", "mas", "porque") and language == "pt"
        return f"você {verbs[token]}" if joins else verbs[token]
    special = _portuguese if language == "pt" else _spanish
    word = special(raw.lower(), before, following, formal)
    return swap.get(token) or _by_ending(raw, language, formal) if word == "" else word


def _own_noun(word: str) -> bool:
    """'adikku' is my sister, 'buku' is a book."""
    return len(word) > 4 and word.endswith("ku") and word not in _NOT_MINE


def _indonesian(raw: str, token: str, formal: bool) -> str | None:
    if token.startswith("ku") and len(token) > 6 and not token.endswith("ku"):
        return None  # 'kucari' is 'I look for', 'kucing' is a cat
    if swapped := _folded("id", "swap", formal).get(token):
        return swapped
    return raw[:-2] + (" Anda" if formal else "mu") if _own_noun(token) else raw


def _portuguese(word: str, before: str, following: str, formal: bool) -> str | None:
    if word in ("você", "voce", "vc"):
        return "mim" if before in _PREPOSITIONS else None
    if word == "me":
        return "se" if following in _REFLEXIVE else None
    return ""


def _spanish(word: str, before: str, following: str, formal: bool) -> str | None:
    if word == "tú":
        return None
    if word == "sé":
        return "sabe" if formal else "sabes"
    if word == "mí":
        return "usted" if formal else "ti"
    if word == "me" and formal:
        return "se" if following in _folded("es", "verbs", formal) else "le"
    return ""


def _nouns(language: Language) -> frozenset[str]:
    """First-person verbs that are also nouns or adjectives; verbs only where a clause begins."""
    if language == "pt":
        return frozenset(
            {"trabalho", "vivo", "espero", "amo", "busco", "sonho", "luto", "estudo", "nunca"}
        )
    return frozenset(
        {"trabajo", "vivo", "amo", "sueno", "estudio", "era", "estaba", "tenia", "di", "he"}
    )


def _by_ending(raw: str, language: Language, formal: bool) -> str:
    if raw.lower() in _NOT_VERBS:
        return raw
    for pattern, familiar, polite in _ENDINGS.get(language, ()):
        if pattern.match(raw):
            return pattern.sub(polite if formal and polite else familiar, raw)
    return raw


def _english(raw: str, token: str, before: str, following: str) -> str | None:
    if token == "you":
        tells = not following or following in _AFTER_TO_ME or before in _GIVING
        return "me" if before and tells else None
    if token in ("you're", "you'll", "you've", "yourself", "were"):
        return None if token != "were" else raw
    if token == "was" and before == "i":
        return "were"
    return _folded("en", "swap", False).get(token, raw)


def _tidied(clause: str, said: str, tokens: list[str], rules: Rules, language: Language) -> str:
    if language == "pt":
        clause = re.sub(r"\bcom com você\b", "com você", clause)
    small = (
        tokens[0] in rules.starts or plain(clause).split()[0] != tokens[0] or not said[0].isupper()
    )
    if tokens[0] in _folded(language, "verbs", False) or _inflected(
        _TOKEN.findall(said)[0], language
    ):
        small = True
    small = small or (language == "id" and any(_own_noun(token) for token in tokens[:3]))
    keeps_capital = said[0].isupper() and tokens[0] not in rules.starts and not small
    return clause if keeps_capital else clause[0].lower() + clause[1:]
