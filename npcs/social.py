"""What passes between two characters, and how near they are to each other afterwards.

An act has a warmth; how it is taken depends on the temper of who it is done to, and on how alike
the two are. Hurt counts double (Baumeister and others, Bad Is Stronger than Good, 2001), the like
draws closer (McPherson and others, Birds of a Feather, 2001), and the nearer two are already, the
less one more kindness brings (Altman and Taylor, Social Penetration, 1973)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from django.utils import timezone

from aiworld.changes import Changes
from npcs import relationships
from npcs.acts import Act
from npcs.brief import Persona
from npcs.models import NpcPersonality, NpcRelationship
from npcs.models.personality import TRAITS
from npcs.models.relationship import FIRST_TRUST
from npcs.utility import utility

SocialAct = Literal[
    "chat", "joke", "compliment", "gift", "help", "comfort", "trade", "apology",
    "tease", "argument", "insult", "threat", "betrayal",
]  # fmt: skip
SOCIAL_ACTS: tuple[SocialAct, ...] = get_args(SocialAct)
WARMTH: Mapping[SocialAct, float] = {
    "chat": 0.2, "joke": 0.3, "compliment": 0.35, "gift": 0.6, "help": 0.7, "comfort": 0.6,
    "trade": 0.2, "apology": 0.4,
    "tease": -0.15, "argument": -0.4, "insult": -0.5, "threat": -0.7, "betrayal": -1.0,
}  # fmt: skip
"""-1..1."""
BY_THEMSELVES: Mapping[SocialAct, Act] = {
    "chat": "talk", "help": "help", "gift": "give", "trade": "trade", "argument": "fight",
}  # fmt: skip
"""What NPCs do among themselves, and the act of `npcs.utility` that it is."""
NEWS = ("chat", "joke", "comfort", "trade")
"""In which one tells the other something."""
HURTS = 2.0
BOND, TRUST = 6.0, 0.5
"""Points of bond (-100..100) and of trust (0-10) of the warmest act at full intensity."""
BOND_A_DAY = 10
"""Points by which a bond moves in a day (UTC) at most, either way. Trust: see `relationships`."""
DOER = 0.5
"""Of what it does to whom it is done to, to who does it."""


@dataclass(frozen=True, kw_only=True)
class Felt:
    """What one thinks of the other afterwards."""

    npc: str
    toward: str
    """Stable key of the other; empty: the player."""
    value: float
    """Bond, or trust in the player."""
    moved: float


def taken(act: SocialAct, who: Persona, *, intensity: float, alike: float = 0.5) -> float:
    """How `who` takes an act done to it, -1..1. `intensity` and `alike` 0-1."""
    warmth = WARMTH[act] * min(max(intensity, 0.0), 1.0)
    if warmth >= 0:
        return warmth * (0.5 + who.agreeableness) * (0.5 + alike) / 2.25
    return max(warmth * HURTS * (0.5 + who.neuroticism) / 1.5, -1.0)


def alike(one: Persona, other: Persona) -> float:
    """0-1: the mean nearness of their traits."""
    apart = [float(abs(getattr(one, name) - getattr(other, name))) for name in TRAITS]
    return 1 - sum(apart) / len(apart)


def moved_bond(bond: int, moved_today: int, felt: float) -> int:
    """By how much a bond moves for what was felt (-1..1), within the day's bound and the scale."""
    room = 1 - abs(bond) / 100 if bond * felt > 0 else 1.0
    wish = round(BOND * felt * room)
    if not wish and felt and room > 0.1:
        wish = 1 if felt > 0 else -1
    wish = min(max(wish, -BOND_A_DAY - moved_today), BOND_A_DAY - moved_today)
    return min(max(bond + wish, -100), 100) - bond


def likeliest(who: Persona, bond: int) -> SocialAct:
    """What it would do to another by itself, by utility; of equals the first."""
    trust = (bond + 100) / 20
    return max(BY_THEMSELVES, key=lambda act: utility(BY_THEMSELVES[act], who, trust=trust))


def between(
    doer: NpcPersonality,
    other: NpcPersonality,
    act: SocialAct,
    *,
    intensity: float,
    changes: Changes,
) -> list[Felt]:
    """One NPC does something to another; who it is done to comes first. Call it in a
    transaction."""
    felt = taken(act, other.persona, intensity=intensity, alike=alike(doer.persona, other.persona))
    rows = {row.npc_id: row for row in _both(doer, other)}
    now = timezone.now()
    return [
        _bond(rows[other.pk], other, doer, felt, now, changes),
        _bond(rows[doer.pk], doer, other, felt * DOER, now, changes),
    ]


def _both(one: NpcPersonality, other: NpcPersonality) -> list[NpcRelationship]:
    """Their views of each other, locked in the order of their ids."""
    for npc, toward in ((one, other), (other, one)):
        NpcRelationship.objects.get_or_create(npc=npc, other_npc=toward)
    pair = NpcRelationship.objects.filter(npc__in=(one, other), other_npc__in=(one, other))
    return list(pair.select_for_update(of=("self",)).order_by("pk"))


def _bond(
    row: NpcRelationship,
    npc: NpcPersonality,
    toward: NpcPersonality,
    felt: float,
    now: datetime,
    changes: Changes,
) -> Felt:
    today = row.bond_moved if row.bond_day == now.date() else 0
    moved = moved_bond(row.bond, today, felt)
    # The day's count is not taken back with the run: a day has one bound.
    NpcRelationship.objects.filter(pk=row.pk).update(
        bond_day=now.date(), bond_moved=today + moved, last_met_at=now
    )
    if moved:
        changes.update(row, bond=row.bond + moved)
    return Felt(npc=npc.key, toward=toward.key, value=row.bond, moved=moved)


def with_player(
    npc: NpcPersonality,
    char_id: int,
    player_name: str,
    act: SocialAct,
    *,
    intensity: float,
    changes: Changes,
) -> Felt:
    """A player does something to an NPC: its trust moves, within the same bound of a day as by
    talk. Call it in a transaction."""
    now = timezone.now()
    first = {"player_name": player_name, "trust": FIRST_TRUST}
    NpcRelationship.objects.get_or_create(npc=npc, char_id=char_id, defaults=first)
    row = NpcRelationship.objects.select_for_update().get(npc=npc, char_id=char_id)
    felt = TRUST * taken(act, npc.persona, intensity=intensity)
    today = row.trust_moved if row.trust_day == now.date() else 0.0
    wish = relationships.wished(felt, npc.trust_gain)
    step = relationships.moved(trust=row.trust, moved_today=today, wish=wish)
    NpcRelationship.objects.filter(pk=row.pk).update(
        trust_day=now.date(), trust_moved=today + step.change, last_met_at=now,
        last_reason=act if step.change else row.last_reason,
    )  # fmt: skip
    if step.change:
        changes.update(row, trust=step.trust)
    return Felt(npc=npc.key, toward="", value=step.trust, moved=step.change)
