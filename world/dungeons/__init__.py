"""Dungeons for a party: a graph of floors and rooms that can always be solved."""
