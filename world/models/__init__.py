from world.models.economy import EconomicTransaction
from world.models.events import WorldEvent, WorldEventLimit, WorldStateSnapshot
from world.models.factions import FactionNode, ReputationScore
from world.models.players import PlayerInteraction, PlayerProfile
from world.models.reports import ActivityHour, GameEvent, GameEventId

__all__ = [
    "ActivityHour",
    "EconomicTransaction",
    "FactionNode",
    "GameEvent",
    "GameEventId",
    "PlayerInteraction",
    "PlayerProfile",
    "ReputationScore",
    "WorldEvent",
    "WorldEventLimit",
    "WorldStateSnapshot",
]
