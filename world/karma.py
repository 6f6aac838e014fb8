"""Karma: what a player's deeds amount to, -10,000..10,000; and the nine alignments of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum, Value
from django.db.models.functions import Abs, Greatest, Round, Sign
from django.utils import timezone

from aiworld.changes import Changes
from world import deeds
from world.deeds import DEEDS, DeedName
from world.models import PlayerProfile, StandingMove

LOWEST, HIGHEST = -10_000, 10_000
A_DAY = 1_000
"""Points by which karma moves in 24 hours at most, either way."""
ALIGNMENTS = (
    (7_500, "lawful_good"), (5_000, "neutral_good"), (2_500, "chaotic_good"),
    (1_000, "lawful_neutral"), (-999, "true_neutral"), (-2_499, "chaotic_neutral"),
    (-4_999, "lawful_evil"), (-7_499, "neutral_evil"), (LOWEST, "chaotic_evil"),
)  # fmt: skip
"""(lowest karma, alignment), from good to evil."""
FADES = 0.01
"""Of what is left, a day: deeds are forgotten by half in about ten weeks."""
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Karma:
    karma: int
    moved: int
    """By this deed, after the day's cap."""

    @property
    def alignment(self) -> str:
        return alignment(self.karma)


def alignment(karma: int) -> str:
    return next(name for low, name in ALIGNMENTS if karma >= low)


@transaction.atomic
def judge(
    char_id: int, deed: DeedName, *, weight: float, reason: str, changes: Changes, name: str = ""
) -> Karma:
    """Move the karma of a player for a deed."""
    player = known(char_id, name, changes)
    now = timezone.now()
    wish = deeds.worth(DEEDS[deed].karma, weight)
    moved = deeds.capped(wish, moved_since(player, None, now - DAY), A_DAY)
    after = min(max(player.karma + moved, LOWEST), HIGHEST)
    moved = after - player.karma
    if moved:
        changes.update(player, karma=after)
        changes.create(
            StandingMove(player=player, deed=deed, points=moved, reason=reason, moved_at=now)
        )
    return Karma(karma=after, moved=moved)


def known(char_id: int, name: str, changes: Changes) -> PlayerProfile:
    """The player, locked; made if nobody knew of it."""
    player = PlayerProfile.objects.select_for_update().filter(char_id=char_id).first()
    if player is None:
        PlayerProfile.objects.bulk_create(
            [PlayerProfile(char_id=char_id, name=name or str(char_id))], ignore_conflicts=True
        )
        player = PlayerProfile.objects.select_for_update().get(char_id=char_id)
    return player


def moved_since(player: PlayerProfile, faction_id: int | None, since: datetime) -> int:
    moves = StandingMove.objects.filter(player=player, faction_id=faction_id, moved_at__gt=since)
    return moves.aggregate(points=Sum("points"))["points"] or 0


def fade() -> int:
    """A day's forgetting, of everybody in the present server; returns of how many. Once a day."""
    toward = Greatest(Round(Abs(F("karma")) * FADES), Value(1.0))
    return PlayerProfile.objects.exclude(karma=0).update(karma=F("karma") - Sign("karma") * toward)
