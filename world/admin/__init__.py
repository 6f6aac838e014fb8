"""Pages of a server's world. Importing them registers them."""

from world.admin import gamedata, happenings, tables

__all__ = ["gamedata", "happenings", "tables"]
