from world.models.economy import EconomicTransaction
from world.models.events import WorldEvent, WorldStateSnapshot
from world.models.factions import FactionNode, ReputationScore
from world.models.players import PlayerInteraction, PlayerProfile

__all__ = [
    "EconomicTransaction",
    "FactionNode",
    "PlayerInteraction",
    "PlayerProfile",
    "ReputationScore",
    "WorldEvent",
    "WorldStateSnapshot",
]
