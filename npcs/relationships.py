"""How trust and mood move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from npcs import moods
from npcs.brief import Emotion
from npcs.models.relationship import FIRST_TRUST
from npcs.moods import Feeling
from tenants.statements import rows

DAILY_BOUND = 1.0
"""Trust (0-10) moves by at most this much a day, up and down alike."""


@dataclass(frozen=True)
class Moved:
    trust: float
    change: float


def wished(change: float, gain: float) -> float:
    """What an NPC makes of a change of trust: `gain` (0.5-2.0) is how easily it comes to trust.
    Trust is lost at the same rate by all."""
    return change * gain if change > 0 else change


def moved(*, trust: float, moved_today: float, wish: float) -> Moved:
    """Trust after a change of `wish`, within the day's bound and the scale."""
    change = min(max(wish, -DAILY_BOUND - moved_today), DAILY_BOUND - moved_today)
    after = min(max(trust + change, 0.0), 10.0)
    return Moved(round(after, 4), round(after - trust, 4))


# Makes the relationship or locks it, and begins the day's count anew if it was another day's.
MEET = """
INSERT INTO npc_relationships AS r (
    npc_id, char_id, player_name, trust, bond, talks, trust_day, trust_moved, last_reason,
    first_met_at, last_met_at
) VALUES (
    %(npc_id)s, %(char_id)s, %(player_name)s, %(first_trust)s, 0, 1, %(today)s, 0, '',
    %(now)s, %(now)s
)
ON CONFLICT (npc_id, char_id) WHERE char_id IS NOT NULL DO UPDATE SET
    player_name = excluded.player_name, talks = r.talks + 1, last_met_at = excluded.last_met_at,
    trust_moved = CASE WHEN r.trust_day = excluded.trust_day THEN r.trust_moved ELSE 0 END,
    trust_day = excluded.trust_day
RETURNING id, trust, trust_moved, mood, mood_strength, mood_at
"""
MOVE = """
UPDATE npc_relationships SET trust = %(trust)s, trust_moved = %(moved)s,
    last_reason = CASE WHEN %(reason)s = '' THEN last_reason ELSE %(reason)s END,
    mood = %(mood)s, mood_strength = %(strength)s, mood_at = %(since)s
WHERE id = %(id)s
"""


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An emotion that the player's words raised, in somebody of this neuroticism (0.0-1.0)."""

    emotion: Emotion
    neuroticism: float


def meet(
    npc_id: int,
    char_id: int,
    player_name: str,
    *,
    wish: float,
    reason: str,
    now: datetime,
    raised: Raised | None = None,
) -> Moved:
    """Note one more turn of this character with this NPC. Call it in the turn's transaction."""
    [(pk, trust, moved_today, *kept)] = rows(
        MEET,
        {
            "npc_id": npc_id,
            "char_id": char_id,
            "player_name": player_name,
            "first_trust": FIRST_TRUST,
            "today": now.date(),
            "now": now,
        },
    )
    step = moved(trust=trust, moved_today=moved_today, wish=wish)
    before = feeling(*kept)
    now_felt = before
    if raised:
        now_felt = moods.after(before, raised.emotion, neuroticism=raised.neuroticism, now=now)
    if step.change or now_felt != before:
        values = {
            "id": pk,
            "trust": step.trust,
            "moved": moved_today + step.change,
            "reason": reason if step.change else "",
            "mood": now_felt.emotion if now_felt else "",
            "strength": now_felt.strength if now_felt else 0.0,
            "since": now_felt.at if now_felt else None,
        }
        rows(MOVE, values)
    return step


def feeling(mood: str | None, strength: float | None, since: datetime | None) -> Feeling | None:
    """The stored columns as a feeling; None if there is none."""
    if not mood or not strength or since is None:
        return None
    return Feeling(emotion=cast(Emotion, mood), strength=strength, at=since)
