from world.models.bosses import BossFight, BossFighter, BossRating
from world.models.delves import DungeonDelver, DungeonRun
from world.models.economy import EconomicTransaction
from world.models.events import WorldEvent, WorldEventLimit, WorldStateSnapshot
from world.models.factions import FactionNode, ReputationScore
from world.models.foresight import CheatAlert, LearnedModel
from world.models.goods import GameDrop, GameItem, GameMonster
from world.models.hunts import TreasureFind
from world.models.lore import GameImport, GameJob, GameQuest, GameSkill
from world.models.moves import StandingMove
from world.models.places import GameMap, GameOffer, GameSpawn
from world.models.players import PlayerInteraction, PlayerProfile
from world.models.reports import ActivityHour, GameEvent, GameEventId
from world.models.visits import TimelineVisit

__all__ = [
    "ActivityHour",
    "BossFight",
    "BossFighter",
    "BossRating",
    "CheatAlert",
    "DungeonDelver",
    "DungeonRun",
    "EconomicTransaction",
    "FactionNode",
    "GameEvent",
    "GameEventId",
    "GameDrop",
    "GameImport",
    "GameItem",
    "GameJob",
    "GameMap",
    "GameMonster",
    "GameOffer",
    "GameQuest",
    "GameSkill",
    "GameSpawn",
    "LearnedModel",
    "PlayerInteraction",
    "PlayerProfile",
    "ReputationScore",
    "StandingMove",
    "TimelineVisit",
    "TreasureFind",
    "WorldEvent",
    "WorldEventLimit",
    "WorldStateSnapshot",
]
