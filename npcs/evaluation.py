"""The product's retrieval on histories of others: long dialogues of two speakers with questions and
the turns that answer them. No language model takes part, and of a question only text and time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from npcs.indexing import Document, Index
from npcs.question import Question
from npcs.ranking import rank, sure
from npcs.terms import spoken

Embed = Callable[[list[str]], list[list[float]]]
Vectors = NDArray[np.float32]
BEST = 10
ALL = "*"


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, read: Any) -> Any:
        if not isinstance(read, dict):
            return read
        return {name: value for name, value in read.items() if value is not None}


class Turn(_Read):
    id: str
    speaker: str = ""
    text: str = ""


class _Dated(_Read):
    at: datetime | None = None

    @field_validator("at")
    @classmethod
    def _in_utc(cls, at: datetime | None) -> datetime | None:
        return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


class Session(_Dated):
    id: str
    turns: tuple[Turn, ...] = ()


class Asked(_Dated):
    id: str
    text: str
    kind: str = ""
    evidence: tuple[str, ...] = ()
    answerable: bool = True


class History(_Read):
    id: str
    sessions: tuple[Session, ...] = ()
    questions: tuple[Asked, ...] = ()


class File(_Read):
    histories: tuple[History, ...] = Field(default=())


@dataclass
class Tally:
    """Of the questions of one kind, or of all."""

    questions: int = 0
    recalls: list[tuple[float, float]] = field(default_factory=list)
    """Share of the evidence within the first five and the first ten."""
    abstained: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """By whether an answer exists."""

    def report(self) -> dict[str, Any]:
        five, ten = (
            [round(float(np.mean(each)), 4) for each in zip(*self.recalls, strict=True)]
            if self.recalls
            else (None, None)
        )
        return {
            "questions": self.questions,
            "recall_at_5": five,
            "recall_at_10": ten,
            "abstained_answerable": self.abstained[True],
            "abstained_unanswerable": self.abstained[False],
        }


@dataclass(frozen=True)
class Found:
    asked: Asked
    ids: tuple[str, ...]
    """Best first. A mind is handed them even if it has to say that it is not sure."""
    fit: float
    sure: bool


def evaluate(file: File, embed: Embed | None, progress: Callable[[int], None]) -> dict[str, Any]:
    """The figures of all questions; without `embed` words alone decide."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    seconds = 0.0
    for history in file.histories:
        for took, found in searched(history, embed):
            seconds += took
            for tally in (tallies[ALL], tallies[found.asked.kind]):
                _count(tally, found)
        progress(1)
    total = tallies.pop(ALL, Tally())
    return {
        **total.report(),
        "by_kind": {kind: tally.report() for kind, tally in sorted(tallies.items())},
        "ms_per_query": round(1000 * seconds / max(total.questions, 1), 2),
    }


def _count(tally: Tally, found: Found) -> None:
    tally.questions += 1
    if not found.sure:
        tally.abstained[found.asked.answerable] += 1
    if found.asked.answerable and found.asked.evidence:
        tally.recalls.append((recall(found, 5), recall(found, 10)))


def recall(found: Found, first: int) -> float:
    """Share of the evidence among the `first`."""
    evidence = set(found.asked.evidence)
    return len(evidence & set(found.ids[:first])) / len(evidence)


def searched(history: History, embed: Embed | None) -> Iterator[tuple[float, Found]]:
    """Each question with the seconds it took. All vectors of the history are made at once; those
    of a question count as its time."""
    ids, index = indexed(history)
    if not ids:
        for asked in history.questions:
            yield 0.0, Found(asked, (), 0.0, False)
        return
    language = _language(history)
    last = max((s.at for s in history.sessions if s.at), default=datetime.now(UTC))
    questions = [
        Question(text=asked.text, at=asked.at or last, language=language)
        for asked in history.questions
    ]
    turns = _embedded([each.text for each in index.documents], embed)
    began = time.perf_counter()
    parts = [part for question in questions for part in question.parts]
    asking = _embedded(parts, embed)
    each_embedding = (time.perf_counter() - began) / max(len(questions), 1)
    at = 0
    for asked, question in zip(history.questions, questions, strict=True):
        began = time.perf_counter()
        width = len(question.parts)
        near: Sequence[Any] = ()
        if turns is not None and asking is not None:
            near = list((asking[at : at + width] @ turns.T).astype(float))
        at += width
        ranking = rank(index, question, near)
        best = tuple(ids[one] for one in ranking.best(BEST))
        found = Found(asked, best, ranking.fit, sure(ranking))
        yield time.perf_counter() - began + each_embedding, found


def indexed(history: History) -> tuple[list[str], Index]:
    """Ids of the turns, and the index of them in that order."""
    language = _language(history)
    ids, documents = [], []
    for session in history.sessions:
        before = ""
        for turn in session.turns:
            ids.append(turn.id)
            documents.append(
                Document(
                    text=turn.text, before=before, speaker=turn.speaker, session=session.id,
                    at=session.at, language=language,
                )
            )  # fmt: skip
            before = turn.text
    return ids, Index(documents)


def _language(history: History) -> str:
    return spoken(turn.text for session in history.sessions for turn in session.turns[:6])


def _embedded(texts: list[str], embed: Embed | None) -> Vectors | None:
    if embed is None or not texts:
        return None
    different = list(dict.fromkeys(texts))
    vectors = np.array(embed(different), dtype=np.float32)
    rows = {text: at for at, text in enumerate(different)}
    return vectors[[rows[text] for text in texts]]
