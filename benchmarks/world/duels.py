"""Fights against mini-bosses, decided by what no server knows: how good players and monsters are
in truth. What happened is reported like everything else."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.population.people import FIRST_ID
from benchmarks.world.adventures import Adventures
from world.bosses import rating
from world.models import BossFight, PlayerProfile
from world.reports.events import Kind

SKILL, HIDDEN = 200.0, 150.0
"""Points of rating: of a standard deviation of skill, and by how much monsters are not as strong as
their level says."""
STEEPER = 1.3
"""HP and attack matter more than the rules suppose."""
COMES = 0.7
MINUTES = 10


@dataclass
class Duels:
    adventures: Adventures
    chance: np.random.Generator
    seen: set[int] = field(default_factory=set)
    plain: list[float] = field(default_factory=list)
    """Chance to win if the same monster came as the game's database has it."""
    _hidden: dict[int, float] = field(default_factory=dict)

    def fight(self) -> None:
        """Decides every fight that has begun since."""
        for fight in BossFight.objects.filter(status="open").exclude(pk__in=self.seen):
            self.seen.add(fight.pk)
            expected = list(fight.fighters.values_list("char_id", flat=True))
            came = [one for one in expected if self.chance.random() < COMES] or expected[:1]
            if came:
                self._decide(fight, came)

    def _decide(self, fight: BossFight, came: list[int]) -> None:
        party = rating.team([self._truth(one) for one in came])
        hidden = self._hidden.setdefault(fight.monster_id, float(self.chance.normal(0, HIDDEN)))
        monster = rating.of_level(fight.level).rating + hidden
        harder = rating.with_percent(monster, fight.percent) - monster
        self.plain.append(rating.win_chance(party, monster))
        won = self.chance.random() < rating.win_chance(party, monster + STEEPER * harder)
        at = fight.begins_at.timestamp() + 60 * MINUTES
        tell = self.adventures.happens
        for one in came:
            tell(Kind.MAP_CHANGE, at - 30, one, map_name=fight.map_name)
        for one in came[:1] if won else came:
            tell(Kind.KILL if won else Kind.DEATH, at, one, map_name=fight.map_name,
                 target=fight.monster_id)  # fmt: skip

    def _truth(self, char_id: int) -> float:
        level = PlayerProfile.objects.values_list("base_level", flat=True).get(char_id=char_id)
        skill = float(self.adventures.population.people.skill[char_id - FIRST_ID])
        return rating.of_level(level).rating + SKILL * skill
