"""Attacks that live games met, to be run against an NPC before its players run them."""
