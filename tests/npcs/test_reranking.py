"""A cross-encoder has the last word on the order of memories, if it is switched on and there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aiworld.errors import Unavailable
from inference import predictions
from npcs import reranking
from npcs.brief import Recollection
from npcs.mind import _NOBODY

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def memory(at, text):
    return Recollection(
        id=at, text=text, speaker="player", subject="", place="", happened_at=NOW, importance=5.0
    )


OTHERS = [f"I sold {at} apples at the market." for at in range(30)]
BRIEF = replace(
    _NOBODY,
    text="the name of my boat",
    memories=tuple(memory(at, text) for at, text in enumerate([*OTHERS, "the name of my boat"])),
)


@pytest.fixture(autouse=True)
def model(settings):
    settings.INFERENCE_BACKEND, settings.MEMORY_RERANK = "fake", True


def ids(brief, seconds=3.0):
    return [each.id for each in asyncio.run(reranking.reranked(brief, seconds=seconds)).memories]


def test_what_fits_best_comes_first_and_no_more_than_a_mind_is_handed():
    found = ids(BRIEF)
    assert found[0] == 30 and len(found) == reranking.KEPT["normal"]
    assert len(ids(replace(BRIEF, mode="full"))) == reranking.KEPT["full"]


def test_switched_off_the_order_stays(settings):
    settings.MEMORY_RERANK = False
    assert ids(BRIEF) == list(range(10))
    assert reranking.read_for("normal") == 10


@pytest.mark.parametrize("fields", [{"language": "th"}, {"language": "pt"}])
def test_a_language_it_never_learned_is_left_alone(fields):
    assert ids(replace(BRIEF, **fields)) == list(range(10))


def test_without_time_it_is_not_asked():
    assert ids(BRIEF, seconds=0.0) == list(range(10))


def test_a_model_that_is_away_or_late_changes_nothing(monkeypatch):
    async def away(*args, deadline, **fields):
        assert deadline <= reranking.LONGEST
        raise Unavailable("no ranker was downloaded")

    monkeypatch.setattr(predictions, "rerank", away)
    assert ids(BRIEF) == list(range(10))
