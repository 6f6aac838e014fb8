"""A server's own tables as the columns that models learn from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from inference.learned.history import (
    DAY,
    EVENT,
    KINDS,
    QUEST,
    TURN,
    History,
    Rows,
    together,
)
from tenants.statements import rows

MOST_CHARS, MOST_EVENTS = 2_000, 1_000_000
"""Of a server with more, a sample of its characters by a hash of their ids, and its latest days."""
DAYS = 84
CHARS = """
SELECT char_id FROM player_profiles WHERE last_seen_at >= %(first)s
ORDER BY hashint8(char_id), char_id LIMIT %(most)s
"""
EVENTS = """
SELECT EXTRACT(EPOCH FROM happened_at)::float8, array_position(%(kinds)s::text[], kind::text) - 1,
    COALESCE(char_id, 0), COALESCE(other_char_id, 0), hashtext(map_name),
    CASE WHEN kind = 'trade' THEN COALESCE((data->'given'->0->>0)::bigint, 0) ELSE target_id END,
    CASE WHEN kind = 'trade' THEN COALESCE((data->'given'->0->>1)::bigint, 1) ELSE number END,
    zeny
FROM game_events
WHERE happened_at >= %(first)s AND happened_at < %(last)s AND kind = ANY(%(kinds)s)
    AND (char_id = ANY(%(chars)s) OR kind IN ('vending_sale', 'trade'))
ORDER BY happened_at LIMIT %(most)s
"""
TURNS = """
SELECT EXTRACT(EPOCH FROM t.created_at)::float8, c.char_id
FROM conversation_turns t JOIN conversations c ON c.id = t.conversation_id
WHERE t.created_at >= %(first)s AND t.created_at < %(last)s AND c.char_id = ANY(%(chars)s)
"""
QuestReader = Callable[[list[int], datetime, datetime], Rows]
_quests: list[QuestReader] = []


def quests_from(reader: QuestReader) -> None:
    """The app above that keeps them registers how they are read."""
    if reader not in _quests:
        _quests.append(reader)


def history(now: datetime, *, days: int = DAYS) -> History:
    """The last whole days, UTC, of a sample of the server's characters. Fewer where there were too
    many events."""
    end = int(now.timestamp() // DAY)
    chars = _chars(_moment(end - days))
    parts: list[Rows] = []
    left, first = MOST_EVENTS, end
    while first > end - days and left > 0:
        part = _events(first - 1, chars, left)
        left -= len(part)
        if left > 0:  # a day that was cut short would look like one of few events
            parts.append(part)
            first -= 1
    values = {"first": _moment(first), "last": _moment(end), "chars": chars}
    turns = np.array([tuple(row) for row in rows(TURNS, values)], TURN)
    quests = [read(chars, _moment(first), _moment(end)) for read in _quests]
    found = History(first, end - first, together(parts, EVENT), together(quests, QUEST),
                    together([turns], TURN))  # fmt: skip
    return found.until(found.days)


def _moment(day: int) -> datetime:
    return datetime.fromtimestamp(day * DAY, UTC)


def _chars(first: datetime) -> list[int]:
    return sorted(char for (char,) in rows(CHARS, {"first": first, "most": MOST_CHARS}))


def _events(day: int, chars: list[int], most: int) -> Rows:
    values = {
        "first": _moment(day), "last": _moment(day + 1), "chars": chars, "kinds": list(KINDS),
        "most": most,
    }  # fmt: skip
    return np.array(rows(EVENTS, values), EVENT)
