"""Pages of a server's world. Importing them registers them."""

from world.admin import foresight, gamedata, happenings, places, reports, tables

__all__ = ["foresight", "gamedata", "happenings", "places", "reports", "tables"]
