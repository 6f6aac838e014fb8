"""How trust and mood move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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


@dataclass(frozen=True, kw_only=True)
class Known:
    """What of a relationship decides how a turn moves it."""

    trust: float
    day: date | None = None
    moved: float = 0.0
    """By how much trust moved on that day."""
    feeling: Feeling | None = None
    version: str = ""
    """PostgreSQL's `xmin` of the row: another after every change."""

    def moved_on(self, day: date) -> float:
        return self.moved if self.day == day else 0.0


def stepped(
    known: Known, wish: float, raised: Raised | None, *, now: datetime
) -> tuple[Moved, Feeling | None]:
    """What a turn makes of trust and of what is felt."""
    step = moved(trust=known.trust, moved_today=known.moved_on(now.date()), wish=wish)
    if raised is None:
        return step, known.feeling
    felt = moods.after(known.feeling, raised.emotion, neuroticism=raised.neuroticism, now=now)
    return step, felt


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
    today = now.date()
    values = {
        "npc_id": npc_id,
        "char_id": char_id,
        "player_name": player_name,
        "first_trust": FIRST_TRUST,
        "today": today,
        "now": now,
    }
    [(pk, trust, moved_today, *felt)] = rows(MEET, values)
    before = Known(trust=trust, day=today, moved=moved_today, feeling=feeling(*felt))
    step, now_felt = stepped(before, wish, raised, now=now)
    if step.change or now_felt != before.feeling:
        values = {
            "id": pk,
            "trust": step.trust,
            "moved": moved_today + step.change,
            "reason": reason if step.change else "",
            **kept(now_felt),
        }
        rows(MOVE, values)
    return step


def kept(felt: Feeling | None) -> dict[str, object]:
    """A feeling as it is stored."""
    return {
        "mood": felt.emotion if felt else "",
        "strength": felt.strength if felt else 0.0,
        "since": felt.at if felt else None,
    }


def feeling(mood: str | None, strength: float | None, since: datetime | None) -> Feeling | None:
    """The stored columns as a feeling; None if there is none."""
    if not mood or not strength or since is None:
        return None
    return Feeling(emotion=cast(Emotion, mood), strength=strength, at=since)
