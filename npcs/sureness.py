"""How sure it is that anything answers a question: how much of what is asked is spoken of at all,
by the one it is asked about, with nothing in it of which nobody ever spoke."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcs.event_time import spans, untimed
from npcs.indexing import Index, Numbers, Words
from npcs.lexicon.concepts import concepts
from npcs.question import Question, named
from npcs.terms import folded, names, stem, wholes

SURE = 0.34
"""Fit from which it is said to know, where the encoder has read both."""
SURE_BY_WORDS = {"en": 0.2, "pt": 0.17, "es": 0.2, "id": 0.22, "th": 0.2, "ko": 0.22}
"""By words alone; see docs/reference/memory.md for what was measured on the development seeds."""
COMMON = 0.7
"""Rarity that a word has at least where its share of the question counts: few lines tell little
of how rare it is."""
STRANGER = 0.25
"""What a fit is worth where one is asked about of whom nobody ever spoke."""
OF_ANOTHER = 2.0
"""How steeply a fit falls with how much better a line of another fits."""
COMMENT = 0.7
"""What a line is worth as what somebody told of themselves, if it only answers what another told of
themselves: 'What a lovely present!'"""


def least(question: Question, cosines: Numbers | None) -> float:
    """The fit from which it is said to know."""
    if cosines is not None:
        return SURE
    return SURE_BY_WORDS.get(question.language, SURE_BY_WORDS["en"])


def fit(
    index: Index, question: Question, asked: dict[str, float], cosines: Numbers | None
) -> float:
    """The share of what is asked, rare words counting more, that the best line speaks of, with how
    near the nearest is in meaning. What somebody did has to be found in their own lines, and not
    better in another's: that it is asked of the wrong one is likelier then."""
    if not index.words.size:
        return 0.0
    strange = STRANGER if _stranger(question, asked, index) else 1.0
    covered, near = _covered(index.words, index, asked), cosines
    whose = 1.0
    if who := named(index, folded(question.text)):
        theirs = index.speaker == who
        whose = _whose(index, asked, theirs, cosines)
        own = np.where(index.comments, COMMENT, 1.0)[theirs]
        covered, near = covered[theirs] * own, None if cosines is None else cosines[theirs] * own
    words = float(covered.max()) * strange * whose if len(covered) else 0.0
    for span in spans(question.text, question.at):
        if span.end < question.at.timestamp():
            words = max(words, float(index.happened_in(span).max()) / 2)
    if near is None or not len(near) or np.isnan(near).all():
        return words
    meaning = float(np.clip((np.nanmax(near) - 0.15) / 0.55, 0.0, 1.0))
    return (words + meaning * strange * whose) / 2


def _covered(words: Words, index: Index, asked: dict[str, float]) -> Numbers:
    """Of each line the share of what is asked that it speaks of."""
    rarity = {word: max(index.words.rarity(word), COMMON) for word in asked}
    whole = sum(weight * rarity[word] for word, weight in asked.items())
    covered = np.zeros(words.size)
    for word, weight in asked.items():
        if found := words.postings.get(word):
            share = np.minimum(found.frequency, 1.0)
            covered[found.documents] += weight * rarity[word] * share
    return covered / whole if whole else covered


def _whose(
    index: Index, asked: dict[str, float], theirs: NDArray[np.bool_], cosines: Numbers | None
) -> float:
    """1.0 unless what another tells of themselves fits better than anything of the one who is asked
    about; then as much less as it fits better."""
    telling = _covered(index.of_oneself, index, asked)
    others = ~theirs & (telling > 0)
    if not others.any() or not theirs.any():
        return 1.0
    share = np.where(index.comments, COMMENT, 1.0)[theirs]
    own, another = [_covered(index.words, index, asked)[theirs] * share], [telling[others]]
    if cosines is not None and not np.isnan(cosines).all():
        near = np.clip((np.nan_to_num(cosines, nan=0.0) - 0.15) / 0.55, 0.0, 1.0)
        own.append(near[theirs] * share)
        another.append(near[others])
    best, better = float(np.mean(own, axis=0).max()), float(np.mean(another, axis=0).max())
    return 1.0 if better <= best else (best / better) ** OF_ANOTHER


def _stranger(question: Question, asked: dict[str, float], index: Index) -> bool:
    """Whether it asks about somebody or something of whom nobody ever spoke: the father, where only
    brothers and sisters were told of; a name that is in no line."""
    known = index.words.postings
    kin = [key for key in asked if key.startswith("kin.")]
    if any(
        key not in known and known.keys().isdisjoint(concepts().wider.get(key, ())) for key in kin
    ):
        return True
    called = {stem(name, question.language) for name in names(question.text)}
    if any(name in asked and name not in known for name in called):
        return True
    return any(known.keys().isdisjoint(runs) for runs in wholes(untimed(question.text)))
