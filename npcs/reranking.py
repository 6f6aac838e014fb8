"""The memories that fit best, put in order once more by a model that reads what was said and each
of them together (a cross-encoder). Only where the operator switched it on (MEMORY_RERANK), and
while there is time; without it, or when it is late, the order stays that of `ranking`."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from aiworld.errors import AIWorldError
from inference import predictions
from npcs.brief import Brief, Mode

KEPT: dict[Mode, int] = {"budget": 10, "normal": 10, "full": 16}
"""Memories that a mind is handed."""
CANDIDATES = 40
"""Of which the model chooses them."""
LEARNED = frozenset({"en"})
"""Languages of the model."""
SHARE, LONGEST = 0.15, 0.4
"""Of the time that is left; seconds at most."""


def read_for(mode: Mode) -> int:
    """How many memories are worth reading."""
    return CANDIDATES if settings.MEMORY_RERANK else KEPT[mode]


async def reranked(brief: Brief, *, seconds: float) -> Brief:
    """With the best memories and no others, best first."""
    kept, read = KEPT[brief.mode], brief.memories
    if settings.MEMORY_RERANK and len(read) > 1 and brief.language in LEARNED and seconds > 0:
        try:
            fits = await predictions.rerank(
                brief.text, [each.text for each in read], deadline=min(SHARE * seconds, LONGEST)
            )
        except AIWorldError:
            fits = [0.0] * len(read)
        best = sorted(range(len(read)), key=lambda at: -fits[at])
        read = tuple(read[at] for at in best)
    return brief if read[:kept] == brief.memories else replace(brief, memories=read[:kept])
