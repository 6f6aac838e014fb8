"""Tier 0: answers NPC scripts of a game server that was not recompiled, through a table in its
MySQL. A client of our own door like any other: it needs no Django and no database of ours."""
