"""REST: the world the NPCs live in."""

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
)

__all__ = ["ROUTES"]
