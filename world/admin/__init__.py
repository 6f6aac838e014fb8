"""Pages of a server's world. Importing them registers them."""

from world.admin import gamedata, happenings, places, reports, tables

__all__ = ["gamedata", "happenings", "places", "reports", "tables"]
