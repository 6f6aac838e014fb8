"""What the server's own data say to what a player asks of a guide: a few statements.

The tables belong to `world`; they are read as rows, by name, as `npcs.circumstances` does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from npcs.brief import Language, Lookup, LookupKind, Persona
from npcs.guides import ROLE
from npcs.guides.asking import Asked, asked, is_word
from tenants.statements import rows

MOST = 3
"""Monsters, maps and shops that are told of."""
MOST_THINGS = 4
"""Things a monster drops that are told of."""
ABOVE, BELOW = 3, 10
"""Levels by which each monster may be above, and all on average below, who looks for a map."""
NAMED = """
SELECT kind, id, name FROM (
    SELECT 'item' AS kind, id, name FROM game_items
    WHERE length(name) > 2 AND strpos(%(said)s, lower(name)) > 0
    UNION ALL
    SELECT 'monster', id, name FROM game_monsters
    WHERE length(name) > 2 AND strpos(%(said)s, lower(name)) > 0
    UNION ALL
    SELECT 'map', 0, name FROM game_maps
    WHERE length(name) > 3 AND strpos(%(said)s, lower(name)) > 0
) named ORDER BY length(name) DESC, kind DESC, id LIMIT 40
"""
PLENTY = 30
"""Of a kind alive at once, from which more of them make no difference."""
DROPPERS = """
SELECT m.name, max(d.rate), min(m.id) FROM game_drops d JOIN game_monsters m ON m.id = d.monster_id
JOIN LATERAL (
    SELECT sum(s.amount) AS number FROM game_spawns s WHERE s.monster_id = m.id
) living ON living.number > 0
WHERE d.item_id = ANY(%(ids)s) AND NOT d.is_mvp_prize
GROUP BY m.name
ORDER BY max(d.rate * least(living.number, %(plenty)s)) DESC, 2 DESC, 3 LIMIT %(most)s
"""
"""Who leaves most of it behind, not who is surest to: of a champion that drops it always one lives
on a map, and a newcomer would never get it."""
DROPS = """
SELECT i.name, max(d.rate), min(i.id) FROM game_drops d JOIN game_items i ON i.id = d.item_id
WHERE d.monster_id = %(id)s AND NOT d.is_mvp_prize
GROUP BY i.name ORDER BY 2 DESC, 3 LIMIT %(most)s
"""
HOMES = """
SELECT map_id, sum(amount) FROM game_spawns WHERE monster_id = %(id)s
GROUP BY map_id ORDER BY 2 DESC, 1 LIMIT %(most)s
"""
SHOPS = """
SELECT shop, map_id, x, y, price FROM game_offers WHERE item_id = ANY(%(ids)s)
ORDER BY map_id <> %(here)s, price, id LIMIT 1
"""
PRICE = "SELECT sell, 'NoSell' = ANY(restrictions) FROM game_items WHERE id = %(id)s"
MONSTER = "SELECT level FROM game_monsters WHERE id = %(id)s"
LIVING = """
SELECT m.id FROM game_monsters m WHERE m.id = ANY(%(ids)s)
ORDER BY NOT EXISTS (SELECT FROM game_spawns s WHERE s.monster_id = m.id), m.id LIMIT 1
"""
RESIDENTS = """
SELECT m.name, sum(s.amount), min(COALESCE(s.level, m.level)), max(COALESCE(s.level, m.level))
FROM game_spawns s JOIN game_monsters m ON m.id = s.monster_id
WHERE s.map_id = %(name)s AND NOT m.is_mvp GROUP BY m.name ORDER BY 2 DESC, 1
"""
FITS = """
SELECT s.map_id FROM game_spawns s JOIN game_monsters m ON m.id = s.monster_id
WHERE NOT m.is_mvp GROUP BY s.map_id
HAVING max(COALESCE(s.level, m.level)) <= %(high)s
    AND sum(COALESCE(s.level, m.level) * s.amount) >= %(low)s * sum(s.amount)
ORDER BY sum(s.amount) DESC, s.map_id LIMIT %(most)s
"""
LEVEL = "SELECT base_level FROM player_profiles WHERE char_id = %(char_id)s"


@dataclass(frozen=True)
class Thing:
    """What is asked about; ids of all that are called so."""

    kind: str
    """item, monster or map."""
    name: str
    ids: tuple[int, ...]


def look_up(persona: Persona, text: str, language: Language, *, char_id: int) -> Lookup | None:
    """None for whoever is no guide, and where nothing of the server's data is asked for."""
    if persona.role.lower() != ROLE or not (what := asked(text, language)):
        return None
    thing = _thing(text, language)
    if thing is None:
        return _fitting(what, char_id) if what.of_nothing else None
    what = asked(re.sub(re.escape(thing.name), " ", text, flags=re.IGNORECASE), language)
    found = _found(thing, what, persona.map_name) if what else None
    return replace(found, names=_names(thing, found)) if found else None


def _found(thing: Thing, what: Asked, here: str) -> Lookup | None:
    if thing.kind == "item":
        return _item(thing, what, here)
    if thing.kind == "monster":
        return _monster(thing, what)
    # "How do I get to Payon?" asks for the way, which no database tells.
    return None if what.words == {"get"} else _map(thing)


def _names(thing: Thing, found: Lookup) -> tuple[tuple[str, str], ...]:
    maps = (place.partition(" ")[0] for place in found.places)
    named = [(f"map:{name}", name) for name in maps]
    if thing.kind == "item":
        named += [(f"item:{item_id}", thing.name) for item_id in thing.ids]
    return tuple(named)


def _thing(text: str, language: Language) -> Thing | None:
    """The longest name that stands in the line, a word one asks with only if there is no other."""
    said = text.lower()
    named = [row for row in rows(NAMED, {"said": said}) if _stands(row[2].lower(), said)]
    named.sort(key=lambda row: is_word(row[2], language))
    if not named:
        return None
    kind, _, name = named[0]
    ids = [row[1] for row in named if (row[0], row[2].lower()) == (kind, name.lower())]
    if kind == "monster":
        ids = [row[0] for row in rows(LIVING, {"ids": ids})]
    return Thing(kind, name, tuple(ids))


def _stands(name: str, said: str) -> bool:
    """Not in the middle of a word; with an ending of one or two letters it may be many of them."""
    letters = "a-z0-9\u00e0-\u024f"
    before = rf"(?<![{letters}])" if re.match(f"[{letters}]", name) else ""
    after = rf"(?:e?s)?(?![{letters}])" if re.search(f"[{letters}]$", name) else ""
    return re.search(before + re.escape(name) + after, said) is not None


def _item(thing: Thing, what: Asked, here: str) -> Lookup | None:
    ids = list(thing.ids)
    if "sell" in what.words:
        [(price, not_sold)] = rows(PRICE, {"id": ids[0]})
        kind: LookupKind = "no_sell" if not_sold or not price else "sell"
        return Lookup(kind=kind, subject=thing.name, figure=price)
    if "buy" in what.words:
        return _sold(thing, here) or Lookup(kind="no_buy", subject=thing.name)
    if not {"loot", "get", "lives"} & what.words:
        return None
    if found := _dropped(thing):
        return found
    bought = None if "loot" in what.words else _sold(thing, here)
    return bought or Lookup(kind="no_droppers", subject=thing.name)


def _sold(thing: Thing, here: str) -> Lookup | None:
    shops = rows(SHOPS, {"ids": list(thing.ids), "here": here})
    if not shops:
        return None
    shop, map_name, x, y, price = shops[0]
    place = (f"{map_name} {x},{y}",)
    return Lookup(kind="buy", subject=thing.name, who=(shop,), places=place, figure=price)


def _dropped(thing: Thing) -> Lookup | None:
    droppers = rows(DROPPERS, {"ids": list(thing.ids), "most": MOST, "plenty": PLENTY})
    if not droppers:
        return None
    return Lookup(
        kind="droppers",
        subject=thing.name,
        who=tuple(f"{name} {percent(rate)}" for name, rate, _ in droppers),
        first=droppers[0][0],
        places=_homes(droppers[0][2]),
    )


def _monster(thing: Thing, what: Asked) -> Lookup:
    [(level,)] = rows(MONSTER, {"id": thing.ids[0]})
    if "loot" in what.words:
        drops = rows(DROPS, {"id": thing.ids[0], "most": MOST_THINGS})
        told = tuple(f"{name} {percent(rate)}" for name, rate, _ in drops)
        return Lookup(kind="drops" if told else "no_drops", subject=thing.name, who=told)
    places = _homes(thing.ids[0])
    if "level" in what.words:
        return Lookup(kind="level", subject=thing.name, figure=level, places=places)
    kind: LookupKind = "homes" if places else "no_homes"
    return Lookup(kind=kind, subject=thing.name, figure=level, places=places)


def _map(thing: Thing) -> Lookup:
    there = rows(RESIDENTS, {"name": thing.name})
    if not there:
        return Lookup(kind="no_residents", subject=thing.name)
    return Lookup(
        kind="residents",
        subject=thing.name,
        who=tuple(row[0] for row in there[:MOST_THINGS]),
        figure=min(row[2] for row in there),
        highest=max(row[3] for row in there),
    )


def _fitting(what: Asked, char_id: int) -> Lookup:
    """For the level that is named, else for the player's own, if it is known."""
    own = [] if what.number else rows(LEVEL, {"char_id": char_id})
    level = what.number or (own[0][0] if own else 0)
    if not level:
        return Lookup(kind="which_level")
    bounds = {"low": level - BELOW, "high": level + ABOVE, "most": MOST}
    places = tuple(row[0] for row in rows(FITS, bounds))
    kind: LookupKind = "fits" if places else "no_fits"
    return Lookup(kind=kind, figure=level, places=places, personal=bool(own))


def _homes(monster_id: int) -> tuple[str, ...]:
    return tuple(row[0] for row in rows(HOMES, {"id": monster_id, "most": MOST}))


def percent(rate: int) -> str:
    """Of a rate in 10,000: 7000 -> 70%, 1 -> 0.01%."""
    return f"{rate / 100:.2f}".rstrip("0").rstrip(".") + "%"
