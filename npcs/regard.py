"""How an NPC meets a player for what its people and the world say of them, before it knows them
itself: coldly, plainly or warmly."""

from __future__ import annotations

from npcs.brief import Regard

TOLD: dict[Regard, str] = {
    "cold": "You speak coldly and keep it short: who stands before you has a bad name with you.",
    "plain": "",
    "warm": "You speak warmly: who stands before you has a good name with you.",
}
"""For a language model."""
WARMTH: dict[Regard, float] = {"cold": -0.35, "plain": 0.0, "warm": 0.3}
"""What it adds to the agreeableness (0-1) one hears."""
BY_SCORE = ((2_500, -2), (3_750, -1), (5_000, 0), (7_500, 1), (10_001, 2))
"""(Reputation below which, points): hated and hostile, unfriendly, neutral, friendly and honored,
revered and exalted."""
GOOD, EVIL, VILE = 2_500, -2_500, -5_000
"""Karma from which a player is of the good and the evil alignments, and of the two worst."""


def regard(*, score: int | None, karma: int | None, alignment: str) -> Regard:
    """`score`: the player's reputation (0-10,000) with the NPC's faction, None if it has none or
    does not know the player; `karma` -10,000..10,000; `alignment`: the NPC's own."""
    points = _by_score(score) + _by_karma(karma or 0, alignment)
    return "cold" if points < 0 else "warm" if points > 0 else "plain"


def _by_score(score: int | None) -> int:
    return 0 if score is None else next(points for below, points in BY_SCORE if score < below)


def _by_karma(karma: int, alignment: str) -> int:
    """The good shun the evil and like the good; the evil mind nobody but saints; the others mind
    the worst."""
    if alignment.endswith("_good"):
        return 1 if karma >= GOOD else -2 if karma <= VILE else -1 if karma <= EVIL else 0
    if alignment.endswith("_evil"):
        return -1 if karma >= -VILE else 0
    return -1 if karma <= VILE else 0
