"""Treasure hunts: clues that fit one map each, and who followed them."""
