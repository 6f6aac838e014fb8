"""The forms of a word that are made by rule; what the rules do not reach is listed as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npcs.brief import Language
from npcs.folding import fold, root


def _each(endings: dict[str, str]) -> dict[str, list[str]]:
    return {conjugation: listed.split() for conjugation, listed in endings.items()}


# Endings are folded, as all forms are: what players type rarely has its accents.
_PT = _each(
    {
        "ar": "ar o a as am amos ei ou aste aram ava avas avam avamos ando ado ada ados adas arei "
        "ara arao aria e em es",
        "er": "er o e es em emos i eu este eram ia ias iam iamos endo ido ida idos idas erei era "
        "erao eria a am",
        "ir": "ir o e es em imos i iu iste iram ia ias iam iamos indo ido ida idos idas irei ira "
        "irao iria a am",
    }
)
_ES = _each(
    {
        "ar": "ar o a as amos an e aste o aron aba abas aban abamos ando ado ada ados adas are ara "
        "aran aria e es en",
        "er": "er o e es emos en i iste io ieron ia ias ian iamos iendo ido ida idos idas ere era "
        "eran eria a as an",
        "ir": "ir o e es imos en i iste io ieron ia ias ian iamos iendo ido ida idos idas ire ira "
        "iran iria a as an",
    }
)
_PRESENT = ("o", "a", "as", "e", "es", "en", "an")
_ENCLITICS = ("me", "te", "se", "lo", "la", "los", "las", "le", "les", "nos")
_SPELT = {"c": "qu", "g": "gu", "z": "c"}
"""What a stem in -ar becomes before e."""


_BY_TABLE = ("en", "pt", "es")
_NASAL = {
    "p": ("mem", 1), "t": ("men", 1), "k": ("meng", 1), "s": ("meny", 1), "b": ("mem", 0),
    "f": ("mem", 0), "v": ("mem", 0), "c": ("men", 0), "d": ("men", 0), "j": ("men", 0),
    "z": ("men", 0), "g": ("meng", 0), "h": ("meng", 0), "a": ("meng", 0), "i": ("meng", 0),
    "u": ("meng", 0), "e": ("meng", 0), "o": ("meng", 0),
}  # fmt: skip
"""What Indonesian me- becomes before a letter, and whether the letter falls away."""
_CLITICS = ("", "ku", "mu", "nya", "kah", "lah")


def _affixed(word: str) -> Iterator[str]:
    """'adik' -> adikku, adikmu, adiknya ..."""
    yield from (word + each for each in _CLITICS)


def _indonesian(word: str) -> Iterator[str]:
    """'cari' -> mencari, dicari, carikan, mencarikan, pencari ...; spoken 'nyari' with them."""
    prefix, falls = _NASAL.get(word[0], ("me", 0))
    active = prefix + word[falls:]
    stems = (word, active, f"di{word}", f"ber{word}", f"ter{word}", f"ku{word}", f"kau{word}")
    for stem in (*stems, active.replace("me", "pe", 1), active.removeprefix("me")):
        yield from (stem + each for each in ("", "kan", "i", "nya", "an", "lah"))


def nouns(word: str, language: Language) -> Iterator[str]:
    """'menino/a' -> menino, menina, meninos, meninas; folded."""
    if language not in _BY_TABLE:
        yield from _affixed(fold(word)) if language == "id" else (root(fold(word)),)
        return
    base, _, other = word.partition("/")
    yield from (fold(base), _plural(base, language))
    if other:
        feminine = (base[:-1] if base[-1] in "aeoáéóãn" else base) + other
        yield from (fold(feminine), _plural(feminine, language))


def _plural(word: str, language: Language) -> str:
    bare, end = fold(word), word[-1]
    if language == "en":
        if end == "y" and word[-2:-1] not in "aeiou":
            return f"{bare[:-1]}ies"
        return f"{bare}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{bare}s"
    if language == "pt" and end in "lm":
        stem = bare[:-1]
        return f"{stem}ns" if end == "m" else f"{stem}s" if stem.endswith("i") else f"{stem}is"
    if language == "pt" and word.endswith("ão"):
        return f"{bare[:-2]}oes"
    if end == "s":
        return bare
    if bare[-1] in "aeiou":
        return f"{bare}s"
    return f"{bare[:-1]}ces" if end == "z" and language == "es" else f"{bare}es"


def verbs(word: str, language: Language) -> Iterable[str]:
    """'perder~pierd' -> perder, perdio, pierde ...; a word that is no infinitive is itself."""
    if language == "en":
        return _english(word)
    if language == "id":
        return _indonesian(fold(word))
    if language not in _BY_TABLE:
        return (root(fold(word)),)
    infinitive, _, second = word.partition("~")
    bare = fold(infinitive)
    ending, stem = bare[-2:], bare[:-2]
    table = (_PT if language == "pt" else _ES).get(ending)
    if table is None or len(bare) < 4:
        return (bare,)
    soft = stem
    if ending == "ar" and infinitive[-3] in _SPELT:
        soft = stem[:-1] + _SPELT[infinitive[-3]]
    forms = [(soft if each[0] == "e" and ending == "ar" else stem) + each for each in table]
    if second:
        forms += [second + each for each in _PRESENT]
    if language == "es":
        forms += [bare + each for each in _ENCLITICS]
    return forms


def _english(word: str) -> Iterator[str]:
    yield word
    if word.endswith(("ed", "ing")) and len(word) > 5:
        return
    yield _plural(word, "en")
    stem = word.removesuffix("e")
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        yield f"{word[:-1]}ied"
    elif _doubles(word):
        yield from (f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")
    else:
        yield f"{stem}ed"
    yield f"{stem}ing"


def _doubles(word: str) -> bool:
    """rob -> robbed"""
    return len(word) in (3, 4) and word[-1] in "bdgmnprt" and _vowels(word[-3:]) == "010"


def _vowels(letters: str) -> str:
    return "".join("01"[letter in "aeiou"] for letter in letters)
