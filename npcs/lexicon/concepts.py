"""Ideas and their words: how a question in one language meets a fact in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from npcs.brief import Language
from npcs.folding import fold, root
from npcs.lexicon import LANGUAGES, lexicon, read_yaml
from npcs.lexicon.inflection import nouns, verbs

_TOGETHER: tuple[Language, ...] = ("en", "pt", "es")
"""The columns of concepts.yaml; another language has a file of its own."""
_SETTINGS = ("same", "wider", "faint", "guarded")
_PREFIX = 5
"""Letters of a stem that stand for all its forms in a search."""


@dataclass(frozen=True, kw_only=True)
class Concepts:
    """A key is 'group.idea'; keys about kin begin with 'kin.'."""

    words: Mapping[Language, Mapping[str, str]]
    """Folded word -> key."""
    forms: Mapping[str, frozenset[str]]
    """Key -> all its folded words."""
    wider: Mapping[str, frozenset[str]]
    """Key -> keys it takes in."""
    faint: frozenset[str]
    guarded: Mapping[str, frozenset[str]]

    def key(self, word: str, language: Language, before: str) -> str | None:
        """The idea of a folded word in `language`; `before` is the word that goes before it."""
        if before in self.guarded.get(word, ()) or (word in self.guarded and not before):
            return None
        table = self.words[language]
        if (key := table.get(word)) or language != "ko":
            return key
        stems = (f"{word[:length]}~" for length in range(len(word), 0, -1))
        return next((key for stem in stems if (key := table.get(stem))), None)

    def search_terms(self, key: str) -> frozenset[str]:
        """Beginnings of words that find `key` and what it takes in, in all languages."""
        keys = {key, *self.wider.get(key, ())}
        forms = sorted({form for each in keys for form in self.forms.get(each, ())})
        kept: list[str] = []
        for form in forms:
            if not kept or not (len(kept[-1]) >= _PREFIX - 1 and form.startswith(kept[-1])):
                kept.append(form[:_PREFIX] if len(form) > _PREFIX + 1 else form)
        return frozenset(kept)


@cache
def concepts() -> Concepts:
    read = read_yaml("npcs.lexicon", "concepts.yaml")
    lines = [
        (read["same"].get(f"{group}.{idea}", f"{group}.{idea}"), line.split("|"), group == "do")
        for group, ideas in read.items()
        if group not in _SETTINGS
        for idea, line in ideas.items()
    ]
    words = {
        language: _table([(key, of[at].split(), verbal) for key, of, verbal in lines], language)
        for at, language in enumerate(_TOGETHER)
    } | {
        each: _table(_own(each, read["same"]), each) for each in LANGUAGES if each not in _TOGETHER
    }
    return Concepts(
        words=words,
        forms=_forms(words),
        wider={
            key: frozenset(
                each if "." in each else f"{key.partition('.')[0]}.{each}" for each in line.split()
            )
            for key, line in read["wider"].items()
        },
        faint=frozenset(read["faint"].split()),
        guarded={word: frozenset(line.split()) for word, line in read["guarded"].items()},
    )


def _own(language: Language, same: Mapping[str, str]) -> list[tuple[str, list[str], bool]]:
    read = read_yaml("npcs.lexicon", f"concepts.{language}.yaml")
    return [
        (same.get(f"{group}.{idea}", f"{group}.{idea}"), line.split(), group == "do")
        for group, ideas in read.items()
        for idea, line in ideas.items()
    ]


def _table(lines: list[tuple[str, list[str], bool]], language: Language) -> dict[str, str]:
    """What is listed goes before what is made by rule, and no rule makes an idea of a stop-word."""
    table: dict[str, str] = {}
    for key, listed, _ in lines:
        for word in listed:
            base = word if word.endswith("~") else word.partition("~")[0].partition("/")[0]
            table.setdefault(root(fold(base)), key)
    stopwords = lexicon(language).stopwords - table.keys()
    for key, listed, verbal in lines:
        inflect = verbs if verbal else nouns
        for word in listed:
            for form in inflect(word, language):
                if form not in table and form not in stopwords:
                    table[form] = key
    table.pop("-", None)
    return table


def _forms(words: Mapping[Language, Mapping[str, str]]) -> dict[str, frozenset[str]]:
    """Without the signs of the files: 'pandai_besi' is searched by its first word."""
    found: dict[str, set[str]] = {}
    for table in words.values():
        for word, key in table.items():
            found.setdefault(key, set()).add(word.removesuffix("~").partition("_")[0])
    return {key: frozenset(forms) for key, forms in found.items()}
