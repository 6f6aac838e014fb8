"""Who lives near: 'who is Brannoc?', 'where is the healer?', where no line tells of it."""

from __future__ import annotations

from npcs.brief import Neighbour
from npcs.composer.draft import Draft
from npcs.folding import words
from npcs.intents import Intent
from npcs.matching import subjects, telling

_ASKED = (Intent.directions, Intent.lore, Intent.question, Intent.trade)
_HERE = 6
"""Cells within which somebody stands 'right here'."""
_WAYS = {
    "en": "east north-east north north-west west south-west south south-east",
    "pt": "leste nordeste norte noroeste oeste sudoeste sul sudeste",
    "es": "este noreste norte noroeste oeste suroeste sur sureste",
    "id": "timur timur_laut utara barat_laut barat barat_daya selatan tenggara",
    "th": "ตะวันออก ตะวันออกเฉียงเหนือ เหนือ ตะวันตกเฉียงเหนือ ตะวันตก ตะวันตกเฉียงใต้ ใต้ ตะวันออกเฉียงใต้",
    "ko": "동쪽 북동쪽 북쪽 북서쪽 서쪽 남서쪽 남쪽 남동쪽",
}


def introduce_neighbour(draft: Draft) -> bool:
    """Tells of a neighbour who is named, or whose trade is; False if nobody is meant."""
    if draft.intent not in _ASKED:
        return False
    who = _meant(draft)
    if not who:
        return False
    english = draft.brief.language == "en"
    draft.say(
        "neighbour_here" if _way(draft, who) is None else "neighbour",
        who=who.name,
        way=_way(draft, who) or "",
        trade=who.role if english and who.role not in ("villager", "npc", "") else "",
    )
    return True


def _meant(draft: Draft) -> Neighbour | None:
    asked = set(words(draft.brief.text))
    for who in draft.brief.neighbours:
        own = [word for word in words(who.name) if len(word) > 2]
        if own and (own[-1] in asked or own[0] in asked) and _names(own, asked):
            return who
    keys = telling(draft.keys)
    if draft.intent is not Intent.directions or len(keys) != 1:
        return None
    return next((who for who in draft.brief.neighbours if keys == subjects(who.role, "en")), None)


def _names(own: list[str], asked: set[str]) -> bool:
    """All of a name, or its proper part: 'Corwin' of 'Old Corwin', not 'old'."""
    return set(own) <= asked or any(word in asked and word in subjects(word, "en") for word in own)


def _way(draft: Draft, who: Neighbour) -> str | None:
    """In which direction; None if it is a few steps. y grows to the north."""
    east, north = who.x - draft.brief.persona.x, who.y - draft.brief.persona.y
    if max(abs(east), abs(north)) <= _HERE:
        return None
    straight = 2.4  # tan of 67.5 degrees: the eight directions are equally wide
    column = 0 if abs(east) * straight < abs(north) else 1 if east > 0 else -1
    row = 0 if abs(north) * straight < abs(east) else 1 if north > 0 else -1
    at = {
        (1, 0): 0,
        (1, 1): 1,
        (0, 1): 2,
        (-1, 1): 3,
        (-1, 0): 4,
        (-1, -1): 5,
        (0, -1): 6,
        (1, -1): 7,
    }
    return _WAYS[draft.brief.language].split()[at[column, row]].replace("_", " ")
