"""Reads the databases of a rAthena server: YAML with its imports, map lists, map caches, and the
lines of its scripts that place monsters, shops and map flags. Knows no database of ours.

What is read, and how records of several files become one, is what rAthena's own loader does
(src/common/database.cpp, src/map/{itemdb,mob,quest,skill,pc,map,npc}.cpp)."""
