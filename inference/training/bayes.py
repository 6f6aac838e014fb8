"""The baseline of the heads: naive Bayes on words, as plain as a statistic of texts can be.

Multinomial, add-one smoothed (McCallum and Nigam 1998)."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


class Bayes:
    def __init__(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self._labels = sorted(set(labels))
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        for text, label in zip(texts, labels, strict=True):
            self._words[label].update(_words(text))
        self._known = {word for words in self._words.values() for word in words}

    def guess(self, text: str) -> str:
        """The likeliest label."""
        return max(self._labels, key=lambda label: self._likelihood(text, label))

    def _likelihood(self, text: str, label: str) -> float:
        """All labels are as likely before a word is read, as the heads are taught, too."""
        words = self._words[label]
        total = words.total() + len(self._known)
        return sum(math.log((words[word] + 1) / total) for word in _words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
