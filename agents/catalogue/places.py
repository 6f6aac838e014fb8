"""What is put on maps: hazards, bosses, dungeons, treasures."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from agents.places import bosses, dungeons, hazards, treasures
from agents.spec import AgentSpec, everybody

AGENTS = (
    AgentSpec(
        key="map_hazard",
        group="environment",
        purpose=_(
            "Brings the hazards that weather, season and land make likely to where players are."
        ),
        may_change=_(
            "One world event of the kind hazard: never in towns and arenas, never deadly, over "
            "within two hours."
        ),
        calls=("World.GenerateHazard",),
        output=hazards.Hazard,
        gather=hazards.gather,
        decide=hazards.decide,
        check=hazards.check,
        ask=hazards.ask,
        apply=hazards.apply,
        subjects=everybody,
        every=timedelta(hours=6),
        acted_on="hazard",
    ),
    AgentSpec(
        key="dynamic_boss",
        group="progression",
        purpose=_(
            "Sends a mini-boss to where players are, as strong as makes them win about every other "
            "fight; how strong that is it learns from the fights."
        ),
        may_change=_(
            "One world event of the kind boss and its fight: a monster of the server that is no "
            "MVP and drops nothing, in no town and no arena, gone after half an hour."
        ),
        calls=("World.GenerateBoss",),
        output=bosses.Boss,
        gather=bosses.gather,
        decide=bosses.decide,
        check=bosses.check,
        ask=bosses.ask,
        apply=bosses.apply,
        subjects=everybody,
        every=timedelta(hours=12),
        acted_on="boss",
    ),
    AgentSpec(
        key="adaptive_dungeon",
        group="advanced",
        purpose=_(
            "Opens a dungeon of floors, rooms, keys and locks that can be solved, as hard as its "
            "party is strong."
        ),
        may_change=_("One world event of the kind dungeon, closed after six hours."),
        calls=("World.GenerateDungeon",),
        output=dungeons.Dungeon,
        gather=dungeons.gather,
        decide=dungeons.decide,
        check=dungeons.check,
        ask=dungeons.ask,
        apply=dungeons.apply,
        subjects=everybody,
        every=timedelta(days=1),
        acted_on="dungeon",
    ),
    AgentSpec(
        key="treasure",
        group="environment",
        purpose=_(
            "Hides a treasure: riddles that are true of one map each, and a guardian on the last."
        ),
        may_change=_(
            "One world event of the kind treasure, for a day. Who finds it is paid once, by the "
            "reward policy and within its caps."
        ),
        calls=("World.GenerateTreasure",),
        output=treasures.Hunt,
        gather=treasures.gather,
        decide=treasures.decide,
        check=treasures.check,
        ask=treasures.ask,
        apply=treasures.apply,
        subjects=everybody,
        every=timedelta(days=1),
    ),
)
