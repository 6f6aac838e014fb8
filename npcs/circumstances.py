"""What is so in the world just now, as far as conditions ask for it: at most one statement.

Its tables belong to the apps above; they are read as rows, by name, as operators' own SQL does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from npcs.brief import Persona
from npcs.conditions import Value, World
from tenants.statements import rows

FIRST_REPUTATION = 3750
"""Of a player whom a faction does not know yet."""
FRESH = "2 days"
"""A state of the world that is older says nothing about now."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STATES = f"""(
    SELECT json_agg(latest.state ORDER BY asked.nearer)
    FROM (VALUES ('world', 0), (%(map_name)s, 1)) AS asked (scope, nearer)
    CROSS JOIN LATERAL (
        SELECT state FROM world_state_snapshots
        WHERE scope = asked.scope AND taken_at > %(now)s::timestamptz - interval '{FRESH}'
            AND taken_at <= %(now)s
        ORDER BY taken_at DESC LIMIT 1
    ) AS latest
)"""  # nosec B608: constants of this module
PARTS = {
    "states": _STATES,
    "events": """ARRAY(
        SELECT DISTINCT lower(kind) FROM world_events
        WHERE map_name IN ('', %(map_name)s) AND status <> 'ended'
            AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
    )""",
    "player": """(SELECT json_build_array(base_level, job, karma) FROM player_profiles
     WHERE char_id = %(char_id)s)""",
    "quests": """(SELECT json_object_agg(lower(t.key), COALESCE(q.status, 'none'))
     FROM quest_templates t LEFT JOIN LATERAL (
        SELECT status FROM quests_dynamic WHERE template_id = t.id AND char_id = %(char_id)s
        ORDER BY id DESC LIMIT 1
     ) q ON true WHERE lower(t.key) = ANY(%(quests)s))""",
    "reputation": """(SELECT json_object_agg(lower(f.key), COALESCE(r.score, %(first)s::int))
     FROM faction_nodes f LEFT JOIN reputation_scores r
        ON r.faction_id = f.id AND r.player_id = %(char_id)s
     WHERE lower(f.key) = ANY(%(factions)s))""",
    "group": """(SELECT "group" FROM npc_personalities WHERE key = %(key)s)""",
}
_READ_FROM = {
    "weather": "states", "castle": "states", "flag": "states", "hour": "states",
    "time_of_day": "states", "events": "events", "level": "player", "job": "player",
    "karma": "player", "quest": "quests", "reputation": "reputation", "group": "group",
}  # fmt: skip
"""Which part tells a variable, or a family of them. Planning the partitions of the states costs
more than all the rest, so each part is read only where a condition asks for it."""


def world(persona: Persona, *, char_id: int, now: datetime, asked: Iterable[str]) -> World:
    """What is known of the variables that are `asked` for, `weather` or `quest.ring`, for this NPC
    and this player, but for trust; no statement where they need none."""
    names = set(asked)
    found = _read(persona, char_id, now, names)
    state: dict[str, Any] = {}
    noted: dict[str, Value] = {}
    for each in _listed(found.get("states")):
        state |= each
        noted |= _noted(each)  # a flag of the map hides no other flag of the world
    known: dict[str, Value] = {"map": persona.map_name, **_time(now, state), **noted}
    if "events" in found:
        known["events"] = tuple(found["events"])
    if "group" in found:
        known["group"] = found["group"] or ""
    if player := found.get("player"):
        known |= dict(zip(("level", "job", "karma"), player, strict=True))
    for family, part in (("quest", "quests"), ("reputation", "reputation")):
        known |= {f"{family}.{key}": value for key, value in (found.get(part) or {}).items()}
    return known


def _read(persona: Persona, char_id: int, now: datetime, names: set[str]) -> dict[str, Any]:
    wanted = {_READ_FROM.get(name.partition(".")[0]) for name in names}
    parts = tuple(part for part in PARTS if part in wanted)
    if not parts:
        return {}
    values = {
        "key": persona.key,
        "map_name": persona.map_name,
        "char_id": char_id,
        "now": now,
        "quests": _of("quest", names),
        "factions": _of("reputation", names),
        "first": FIRST_REPUTATION,
    }
    [row] = rows(_statement(parts), values)
    return dict(zip(parts, row, strict=True))


@cache
def _statement(parts: tuple[str, ...]) -> str:
    return "SELECT " + ", ".join(PARTS[part] for part in parts)


def _of(family: str, members: set[str]) -> list[str]:
    return [name.partition(".")[2] for name in members if name.startswith(f"{family}.")]


def _listed(states: Any) -> list[Mapping[str, Any]]:
    """The state of the world and of the map, the nearer last; psycopg's plain cursor may give them
    as a text of JSON."""
    found = json.loads(states) if isinstance(states, str | bytes) else states
    return [each for each in found or () if isinstance(each, dict)]


def _time(now: datetime, state: Mapping[str, Any]) -> dict[str, Value]:
    told = state.get("hour")
    hour = told if isinstance(told, int) and 0 <= told < 24 else now.hour
    named = state.get("time_of_day")
    return {
        "hour": hour,
        "time_of_day": named if isinstance(named, str) else time_of_day(hour),
        "weekday": _DAYS[now.weekday()],
        "month": now.month,
    }


def time_of_day(hour: int) -> str:
    parts = ((6, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))
    return next(name for end, name in parts if hour < end)


def _noted(state: Mapping[str, Any]) -> dict[str, Value]:
    """Weather, castles and flags of a state, where they are words, numbers or yes and no."""
    found: dict[str, Value] = {}
    if isinstance(weather := state.get("weather"), str):
        found["weather"] = weather
    for family, name in (("castle", "castles"), ("flag", "flags")):
        noted = state.get(name)
        for key, value in (noted if isinstance(noted, dict) else {}).items():
            if isinstance(value, str | int | float):
                found[f"{family}.{str(key).lower()}"] = value
    return found
