"""What is so in the world just now, as far as conditions ask for it: one statement.

Its tables belong to the apps above; they are read as rows, by name, as operators' own SQL does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from npcs.brief import Persona
from npcs.conditions import Value, World
from tenants.statements import rows

FIRST_REPUTATION = 3750
"""Of a player whom a faction does not know yet."""
FRESH = "2 days"
"""A state of the world that is older says nothing about now."""
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LATEST = f"""
    SELECT state FROM world_state_snapshots
    WHERE scope = {{scope}} AND taken_at > %(now)s::timestamptz - interval '{FRESH}'
        AND taken_at <= %(now)s
    ORDER BY taken_at DESC LIMIT 1
"""  # nosec B608: constants of this module
NOW = f"""
SELECT
    ({_LATEST.format(scope="'world'")}),
    ({_LATEST.format(scope="%(map_name)s")}),
    ARRAY(
        SELECT DISTINCT lower(kind) FROM world_events
        WHERE map_name IN ('', %(map_name)s) AND status <> 'ended'
            AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
    ),
    (SELECT json_build_array(base_level, job, karma) FROM player_profiles
     WHERE char_id = %(char_id)s),
    (SELECT json_object_agg(lower(t.key), COALESCE(q.status, 'none')) FROM quest_templates t
     LEFT JOIN LATERAL (
        SELECT status FROM quests_dynamic WHERE template_id = t.id AND char_id = %(char_id)s
        ORDER BY id DESC LIMIT 1
     ) q ON true WHERE lower(t.key) = ANY(%(quests)s)),
    (SELECT json_object_agg(lower(f.key), COALESCE(r.score, {FIRST_REPUTATION}))
     FROM faction_nodes f LEFT JOIN reputation_scores r
        ON r.faction_id = f.id AND r.player_id = %(char_id)s
     WHERE lower(f.key) = ANY(%(factions)s)),
    (SELECT "group" FROM npc_personalities WHERE key = %(key)s)
"""  # nosec B608: constants of this module


def world(persona: Persona, *, char_id: int, now: datetime, asked: Iterable[str]) -> World:
    """Every variable that is known, for this NPC and this player, but for trust. `asked` are the
    members that conditions ask for, `quest.ring`: no others of quests and factions are read."""
    members = set(asked)
    values = {
        "key": persona.key,
        "map_name": persona.map_name,
        "char_id": char_id,
        "now": now,
        "quests": _of("quest", members),
        "factions": _of("reputation", members),
    }
    [(everywhere, here, events, player, quests, reputation, group)] = rows(NOW, values)
    state = {**_object(everywhere), **_object(here)}
    known: dict[str, Value] = {
        "map": persona.map_name,
        "events": tuple(events),
        "group": group or "",
    }
    known |= _time(now, state)
    known |= _noted(state)
    if player:
        known |= dict(zip(("level", "job", "karma"), player, strict=True))
    known |= {f"quest.{key}": status for key, status in (quests or {}).items()}
    known |= {f"reputation.{key}": score for key, score in (reputation or {}).items()}
    return known


def _of(family: str, members: set[str]) -> list[str]:
    return [name.partition(".")[2] for name in members if name.startswith(f"{family}.")]


def _object(state: Any) -> Mapping[str, Any]:
    """A state as psycopg's plain cursor gives it: a JSON document, or none."""
    found = json.loads(state) if isinstance(state, str | bytes) else state
    return found if isinstance(found, dict) else {}


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
