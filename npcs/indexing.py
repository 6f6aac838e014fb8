"""What is known of the lines of a history before anybody asks: made once, asked many times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from npcs.event_time import Span, spans
from npcs.folding import plain
from npcs.lexicon import LANGUAGES, lexicon
from npcs.matching import subjects
from npcs.terms import names, not_latin, stem, terms

Numbers = NDArray[np.float64]
SATURATION, LENGTH = 1.2, 0.4
"""k1 and b of BM25 (Robertson & Zaragoza 2009); lines of talk are short: length says little."""
AFTER_QUESTION, AFTER_LINE = 0.8, 0.5
"""What a word of the line before counts beside one of the line itself: an answer is about what was
asked."""
IDEA = 0.5
"""What an idea that both share counts beside a word: 'mother' where 'mum' was said."""
TELLING = 8
"""Different words from which a line says much."""
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\b")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A line that was said, or a memory."""

    text: str
    before: str = ""
    """The line that went before it, in the same sitting."""
    speaker: str = ""
    session: Hashable = 0
    """Which sitting it belongs to."""
    at: datetime | None = None
    language: str = "en"


@dataclass(eq=False)
class Postings:
    """Which documents a word is in, how often, and how rare that makes it; arrays only of words
    that are asked for."""

    size: int
    at: list[int] = field(default_factory=list)
    often: list[float] = field(default_factory=list)

    @cached_property
    def documents(self) -> NDArray[np.int64]:
        return np.array(self.at, dtype=np.int64)

    @cached_property
    def frequency(self) -> Numbers:
        return np.array(self.often)

    @cached_property
    def rarity(self) -> float:
        return log(1 + (self.size - len(self.at) + 0.5) / (len(self.at) + 0.5))


@dataclass(eq=False)
class Words:
    """BM25 over bags of weighted words."""

    size: int
    postings: dict[str, Postings] = field(default_factory=dict)
    length: Numbers = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(cls, bags: Sequence[dict[str, float]]) -> Words:
        found: dict[str, Postings] = {}
        size = len(bags)
        for at, bag in enumerate(bags):
            for word, weight in bag.items():
                posting = found.get(word)
                if posting is None:
                    posting = found[word] = Postings(size)
                posting.at.append(at)
                posting.often.append(weight)
        lengths = np.array([sum(bag.values()) for bag in bags])
        mean = float(lengths.mean()) if size else 1.0
        return cls(size, found, 1 - LENGTH + LENGTH * lengths / (mean or 1.0))

    def scores(self, asked: dict[str, float]) -> Numbers:
        """BM25 of every document."""
        total = np.zeros(self.size)
        for word, weight in asked.items():
            if found := self.postings.get(word):
                often = found.frequency
                soft = SATURATION * self.length[found.documents]
                total[found.documents] += (
                    weight * found.rarity * often * (SATURATION + 1) / (often + soft)
                )
        return total

    def rarity(self, word: str) -> float:
        """Of a word that is nowhere as well: the highest there can be."""
        found = self.postings.get(word)
        return found.rarity if found else log(1 + (self.size + 0.5) / 0.5)


class Index:
    """`documents` in the order in which they were said."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        own = [bag(each.text, each.language) for each in documents]
        self.own = Words.of(own)
        self.words = Words.of([_with_before(*pair) for pair in zip(own, documents, strict=True)])
        numbers: dict[Hashable, int] = {}
        self.session = np.array(
            [numbers.setdefault(each.session, len(numbers)) for each in documents], dtype=np.int64
        )
        self.sittings = Words.of(_sums(own, self.session, len(numbers)))
        self.speaker = np.array([each.speaker.lower() for each in documents])
        self.speakers = {name for name in self.speaker.tolist() if name}
        self.called = {
            stem(name, each.language) for each in documents[:1] for name in self.speakers
        }
        self.asks = np.array([_only_asks(each.text) for each in documents])
        self.telling: Numbers = np.array([min(len(each) / TELLING, 1.0) for each in own]) * (
            1 - 0.7 * self.asks
        )
        told = [_of_oneself(each.text, each.language) for each in documents]
        self.of_oneself = Words.of(
            [bag(text, each.language) for text, each in zip(told, documents, strict=True)]
        )
        self.comments = np.array(
            [not text and _told_before(each) for text, each in zip(told, documents, strict=True)]
        )
        self.counts = np.array([bool(_NUMBER.search(each.text.lower())) for each in documents])
        said = [spans(each.text, each.at) if each.at else () for each in documents]
        self.dated = np.array([bool(each) for each in said])
        self._times = _table(said)
        self.at = np.array([each.at.timestamp() if each.at else np.nan for each in documents])

    def entities(self, at: int) -> frozenset[str]:
        """Who and what a document names, as stems."""
        return _entities(self.documents[at].text, self.documents[at].language)

    def happened_in(self, span: Span) -> Numbers:
        """1.0 where a line names a moment inside the span, 0.8 where it was said inside it, 0.3
        where it was said in the fortnight after: people tell what happened lately."""
        told = ((self._times[0] < span.end) & (self._times[1] > span.begin)).any(axis=1)
        inside = (self.at >= span.begin) & (self.at < span.end)
        after = (self.at >= span.end) & (self.at < span.end + 14 * 86_400)
        found: Numbers = np.select([told, inside, after], [1.0, 0.8, 0.3], 0.0)
        return found


@lru_cache(maxsize=65536)
def _bag(text: str, language: str) -> tuple[tuple[str, float], ...]:
    weighed = Counter[str]()
    for word in terms(text, language):
        weighed[word] += 1
    found: dict[str, float] = dict(weighed)
    for key in subjects(text):
        if "." in key:
            found[key] = IDEA
    return tuple(found.items())


def bag(text: str, language: str) -> dict[str, float]:
    """Words and ideas of a text with their weights."""
    return dict(_bag(text, language))


def _with_before(own: dict[str, float], document: Document) -> dict[str, float]:
    if not document.before:
        return own
    share = AFTER_QUESTION if "?" in document.before else AFTER_LINE
    both = dict(own)
    for word, weight in _bag(document.before, document.language):
        both[word] = max(both.get(word, 0.0), share * weight)
    return both


def _sums(
    bags: Iterable[dict[str, float]], session: NDArray[np.int64], number: int
) -> list[dict[str, float]]:
    sums: list[Counter[str]] = [Counter() for _ in range(number)]
    for each, at in zip(bags, session, strict=True):
        for word, weight in each.items():
            sums[at][word] += weight
    return [dict(each) for each in sums]


@lru_cache(maxsize=16384)
def _entities(text: str, language: str) -> frozenset[str]:
    """Where a script has no capitals, any run of letters may be a name."""
    named = frozenset(stem(each, language) for each in names(text))
    if named or text.isascii():
        return named
    return frozenset(word for word in terms(text, language) if not_latin(word))


@lru_cache(maxsize=16384)
def _of_oneself(text: str, language: str) -> str:
    """What a speaker tells of themselves: the sentences without 'you' that ask nothing, where one
    of them says 'I' or 'my'."""
    of = lexicon(language if language in LANGUAGES else "en")
    told = [
        (each, said)
        for each in _SENTENCE.findall(text)
        if not each.rstrip().endswith("?")
        and of.second_person.isdisjoint((said := plain(each)).split())
    ]
    own = any(of.first_person.search(said) for _, said in told)
    return " ".join(each for each, _ in told) if own else ""


def _told_before(document: Document) -> bool:
    """Whether the line before tells of who said it, and asks nothing."""
    return "?" not in document.before and bool(_of_oneself(document.before, document.language))


def _only_asks(text: str) -> bool:
    told = text.strip()
    return told.endswith("?") and len(re.findall(r"[.!?]", told)) < 3


def _table(said: Sequence[Sequence[Span]]) -> tuple[Numbers, Numbers]:
    """Begins and ends, a row per document, as wide as the one that names most."""
    width = max((len(each) for each in said), default=0) or 1
    begins, ends = np.full((len(said), width), np.inf), np.full((len(said), width), -np.inf)
    for row, each in enumerate(said):
        for column, span in enumerate(each):
            begins[row, column], ends[row, column] = span
    return begins, ends
