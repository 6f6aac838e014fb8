"""Reading rAthena's NPC script files: who stands where, what they are and what they say.

Scripts are read, never run. The way in is `npcs.scripts.tree.read_scripts`.
"""
