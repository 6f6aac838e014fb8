"""What a batch says about each character: level, kills, time played, where it was last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from tenants.statements import rows
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

LONGEST_SITTING = timedelta(days=1)
"""A log-out that was never reported is not played for longer."""
MEET = """
INSERT INTO player_profiles (
    char_id, name, base_level, job_level, job, language, karma, first_seen_at, last_seen_at,
    map_name, kills, mvp_kills, deaths, play_seconds
) SELECT char_id, '', 1, 1, '', '', 0, seen_at, seen_at, '', 0, 0, 0, 0
FROM unnest(%(ids)s::bigint[], %(seen)s::timestamptz[]) AS s(char_id, seen_at)
ON CONFLICT DO NOTHING
"""
UPDATE = f"""
UPDATE player_profiles p SET
    name = COALESCE(s.name, p.name),
    base_level = COALESCE(s.base_level, p.base_level),
    job_level = COALESCE(s.job_level, p.job_level),
    job = COALESCE(s.job, p.job),
    map_name = COALESCE(s.map_name, p.map_name),
    last_seen_at = GREATEST(s.last_at, p.last_seen_at),
    kills = p.kills + s.kills,
    mvp_kills = p.mvp_kills + s.mvp_kills,
    deaths = p.deaths + s.deaths,
    play_seconds = p.play_seconds + s.seconds + CASE
        WHEN p.online_since IS NULL OR NOT s.closes THEN 0
        ELSE LEAST(GREATEST(EXTRACT(EPOCH FROM
            COALESCE(s.closed_at, GREATEST(p.last_seen_at, p.online_since)) - p.online_since
        ), 0), {LONGEST_SITTING.total_seconds():.0f})::bigint END,
    online_since = CASE WHEN s.closes THEN s.online_since
        ELSE COALESCE(p.online_since, s.online_since) END
FROM json_to_recordset(%(told)s::json) AS s(
    char_id bigint, name text, base_level int, job_level int, job text, map_name text,
    last_at timestamptz, kills bigint, mvp_kills bigint, deaths bigint, seconds bigint,
    closes bool, closed_at timestamptz, online_since timestamptz
) WHERE p.char_id = s.char_id
"""  # nosec B608: constants of this module


@dataclass(slots=True)
class Told:
    """What one character's events come to. None: they do not say."""

    char_id: int
    name: str | None = None
    base_level: int | None = None
    job_level: int | None = None
    job: str | None = None
    map_name: str | None = None
    last_at: datetime | None = None
    kills: int = 0
    mvp_kills: int = 0
    deaths: int = 0
    seconds: int = 0
    """Of sittings that began and ended here."""
    closes: bool = False
    """A sitting that began before is over."""
    closed_at: datetime | None = None
    """When; None: a log-in says that it is, and nobody said when."""
    online_since: datetime | None = None


COLUMNS = [field.name for field in fields(Told)]


def receive(batch: Batch) -> None:
    told = [_told(char_id, events) for char_id, events in batch.by_player.items()]
    _meet(batch.events)
    if told:
        sent = [{name: getattr(one, name) for name in COLUMNS} for one in told]
        rows(UPDATE, {"told": json.dumps(sent, default=datetime.isoformat)})


def _meet(events: Iterable[GameEvent]) -> None:
    """Whoever is named and unknown; first seen when they first were."""
    seen: dict[int, datetime] = {}
    for event in events:
        for char_id in (event.char_id, event.other_char_id):
            if char_id is not None:
                seen.setdefault(char_id, event.at)
    rows(MEET, {"ids": list(seen), "seen": list(seen.values())})


def _told(char_id: int, events: Sequence[GameEvent]) -> Told:
    told = Told(char_id)
    for event in events:
        told.name = event.name or told.name
        told.map_name = event.map_name or told.map_name
        told.last_at = event.at
        if learn := LEARN.get(event.kind):
            learn(told, event)
    return told


def _log_in(told: Told, event: GameEvent) -> None:
    told.base_level = event.number or told.base_level
    told.job_level = event.job_level or told.job_level
    told.job = event.text or told.job
    if told.online_since is None:
        told.closes = True
    told.online_since = event.at


def _log_out(told: Told, event: GameEvent) -> None:
    if told.online_since is not None:
        told.seconds += int(min(event.at - told.online_since, LONGEST_SITTING).total_seconds())
    elif not told.closes:
        told.closes, told.closed_at = True, event.at
    told.online_since = None


def _kill(told: Told, event: GameEvent) -> None:
    told.kills += event.number


def _mvp_kill(told: Told, event: GameEvent) -> None:
    told.kills += 1
    told.mvp_kills += 1


def _death(told: Told, event: GameEvent) -> None:
    told.deaths += 1


def _base_level(told: Told, event: GameEvent) -> None:
    told.base_level = event.number


def _job_level(told: Told, event: GameEvent) -> None:
    told.job_level = event.number
    told.job = event.text or told.job


LEARN = {
    Kind.LOG_IN: _log_in,
    Kind.LOG_OUT: _log_out,
    Kind.KILL: _kill,
    Kind.MVP_KILL: _mvp_kill,
    Kind.DEATH: _death,
    Kind.BASE_LEVEL: _base_level,
    Kind.JOB_LEVEL: _job_level,
}
