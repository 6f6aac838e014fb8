"""What factions think of players: 0-10,000 in eight tiers. Moves by deeds, within a day's cap, and
spreads to the faction's allies and enemies."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Abs, Greatest, Round, Sign
from django.utils import timezone

from aiworld.changes import Changes
from aiworld.errors import NotFound
from world import deeds, factions, karma
from world.deeds import DEEDS, DeedName
from world.models import FactionNode, PlayerProfile, ReputationScore, StandingMove
from world.models.factions import tier

FIRST = 3_750
"""Of a player whom a faction does not know yet."""
LOWEST, HIGHEST = 0, 10_000
A_DAY = 500
"""Points by which one faction's opinion of one player moves in 24 hours at most, either way."""
FADES = 0.005
"""Of the distance from FIRST, a day."""


@dataclass(frozen=True, kw_only=True)
class Opinion:
    faction: str
    score: int
    moved: int
    hops: int

    @property
    def tier(self) -> str:
        return tier(self.score)


@transaction.atomic
def judge(
    char_id: int,
    faction: str,
    deed: DeedName,
    *,
    weight: float,
    reason: str,
    changes: Changes,
    name: str = "",
) -> list[Opinion]:
    """Move what a faction thinks of a player for a deed done to it, and what its allies and enemies
    think; the faction itself comes first. Raises NotFound."""
    if not FactionNode.objects.filter(key=faction).exists():
        raise NotFound(f"there is no faction {faction!r}", field="faction")
    player = karma.known(char_id, name, changes)
    felt = factions.spread(faction, deeds.worth(DEEDS[deed].reputation, weight))
    by_key = {row.key: row for row in FactionNode.objects.filter(key__in=[one.key for one in felt])}
    opinions = [
        _move(player, by_key[one.key], round(one.points), deed, one.hops, reason, changes)
        for one in felt
        if one.key in by_key
    ]
    return [one for one in opinions if one.moved or not one.hops]


def _move(
    player: PlayerProfile,
    faction: FactionNode,
    wish: int,
    deed: DeedName,
    hops: int,
    reason: str,
    changes: Changes,
) -> Opinion:
    # The player's row is locked, so nobody else moves this score.
    row = ReputationScore.objects.filter(player=player, faction=faction).first()
    before, now = row.score if row else FIRST, timezone.now()
    moved = deeds.capped(wish, karma.moved_since(player, faction.pk, now - karma.DAY), A_DAY)
    after = min(max(before + moved, LOWEST), HIGHEST)
    moved = after - before
    if moved:
        if row:
            changes.update(row, score=after, updated_at=now)
        else:
            changes.create(ReputationScore(player=player, faction=faction, score=after))
        changes.create(
            StandingMove(player=player, faction=faction, deed=deed, points=moved, hops=hops,
                         reason=reason, moved_at=now)
        )  # fmt: skip
    return Opinion(faction=faction.key, score=after, moved=moved, hops=hops)


def tier_with(faction: str, char_id: int) -> str:
    """The tier of a player with a faction; empty where there is no such faction."""
    if not faction or not FactionNode.objects.filter(key=faction).exists():
        return ""
    known = ReputationScore.objects.filter(faction__key=faction, player_id=char_id)
    score = known.values_list("score", flat=True).first()
    return tier(FIRST if score is None else score)


def fade() -> int:
    """A day's forgetting, of everybody in the present server; returns how many. Once a day."""
    off = F("score") - FIRST
    back = Sign(off) * Greatest(Round(Abs(off) * FADES), Value(1.0))
    return ReputationScore.objects.exclude(score=FIRST).update(score=F("score") - back)
