"""REST: the world the NPCs live in."""

from world.api.economy import Economy
from world.api.gamedata import Items, Maps, Monsters
from world.api.people import Interactions, Players, Reputation
from world.api.state import Events, Factions, Snapshots, Transactions

ROUTES = (
    ("players", Players),
    ("reputation", Reputation),
    ("interactions", Interactions),
    ("factions", Factions),
    ("events", Events),
    ("snapshots", Snapshots),
    ("transactions", Transactions),
    ("items", Items),
    ("monsters", Monsters),
    ("maps", Maps),
)

__all__ = ["ROUTES", "Economy"]
