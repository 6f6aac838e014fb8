"""Chains of events: a few steps that branch by what happens in the game."""
