"""Who stands on the same map, as far as a player asks for them."""

from __future__ import annotations

from npcs.brief import Language, Neighbour, Persona
from npcs.folding import words
from npcs.intents import Intent, classify
from npcs.matching import subjects
from tenants.statements import rows

ASKED_FOR = (Intent.directions, Intent.lore, Intent.question, Intent.trade)
MOST = 300
NEAR = f"""
SELECT name, role, x, y FROM npc_personalities
WHERE map_name = %(map_name)s AND key <> %(key)s
ORDER BY abs(x - %(x)s) + abs(y - %(y)s), id LIMIT {MOST}
"""  # nosec B608: constants of this module


def meant(persona: Persona, said: str, language: Language) -> tuple[Neighbour, ...]:
    """Those whose name or trade is in what was said, the nearest first."""
    if classify(said, language) not in ASKED_FOR:
        return ()
    spoken, keys = set(words(said)), subjects(said, language)
    where = {"map_name": persona.map_name, "key": persona.key, "x": persona.x, "y": persona.y}
    found = (Neighbour(name=name, role=role, x=x, y=y) for name, role, x, y in rows(NEAR, where))
    return tuple(
        who
        for who in found
        if spoken.intersection(words(who.name)) or keys & subjects(who.role, "en")
    )
