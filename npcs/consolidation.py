"""At night: what is double is set aside, what belongs together is noticed, what matters little is
forgotten. A part of the work at a time, and without a language model but where one is named for
noticing (`reflecting`).

Nothing is overwritten: what is set aside points to what replaced it, and what is forgotten can be
brought back for a week (`pruning`)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from npcs import gates, pruning, reflecting
from npcs.forgetting import Held, beyond, faded, repeats
from npcs.models import NpcMemory
from npcs.reflecting import Pair
from npcs.scales import Speaker
from tenants.statements import rows

BY = "consolidation"
LATELY = timedelta(hours=36)
"""Pairs with something newer are looked through, and those of which something may have faded."""
MOST_PAIRS = 200
"""Of one server in one night; the others come the next."""
PAIRS = """
SELECT npc_id, char_id FROM npc_memories
WHERE scope = 'private' AND superseded_by_id IS NULL
GROUP BY npc_id, char_id
HAVING max(created_at) > %(since)s OR count(*) > %(cap)s
    OR min(happened_at) FILTER (WHERE importance < 6) < %(old)s
ORDER BY (count(*) > %(cap)s) DESC, max(created_at) DESC LIMIT %(limit)s
"""
OLD = timedelta(days=30)
HELD = """
SELECT m.id, m.text, m.speaker, m.importance, m.happened_at, used.at, m.player_name
FROM npc_memories m LEFT JOIN (
    SELECT unnest(t.memories_used) AS id, max(t.created_at) AS at
    FROM conversations c JOIN conversation_turns t ON t.conversation_id = c.id
    WHERE c.npc_id = %(npc_id)s AND c.char_id = %(char_id)s GROUP BY 1
) used USING (id)
WHERE m.npc_id = %(npc_id)s AND m.char_id = %(char_id)s AND m.scope = 'private'
  AND m.superseded_by_id IS NULL AND m.kind <> 'reflection'
ORDER BY m.happened_at, m.id
"""
OVERFULL = """
SELECT npc_id, count(*) FROM npc_memories WHERE scope = 'private' AND superseded_by_id IS NULL
GROUP BY npc_id HAVING count(*) > %(cap)s
"""
WEAKEST = """
SELECT id FROM npc_memories
WHERE npc_id = %(npc_id)s AND scope = 'private' AND superseded_by_id IS NULL AND importance < 10
ORDER BY importance, happened_at, id LIMIT %(excess)s
"""


@dataclass
class Done:
    set_aside: int = 0
    """Said before in the same words."""
    noticed: int = 0
    """Reflections."""
    forgotten: int = 0

    def add(self, other: Done) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


def pairs(now: datetime) -> list[tuple[int, int]]:
    """Of the present server: NPC and player whose memories are worth a look."""
    values = {
        "since": now - LATELY, "old": now - OLD, "cap": settings.MEMORY_CAP_PER_PLAYER,
        "limit": MOST_PAIRS,
    }  # fmt: skip
    return cast(list[tuple[int, int]], rows(PAIRS, values))


def consolidate(
    npc_id: int, char_id: int, *, now: datetime | None = None, by_rules: bool = True
) -> Done:
    """One NPC and one player. Doing it twice changes nothing the second time. `by_rules`: notice
    what belongs together; else a language model does (`reflecting`)."""
    now = now or timezone.now()
    with transaction.atomic():
        read = rows(HELD, {"npc_id": npc_id, "char_id": char_id})
        held = [
            Held(
                id=pk, text=text, speaker=speaker, importance=importance,
                happened_at=happened_at, used_at=used_at,
            )
            for pk, text, speaker, importance, happened_at, used_at, _ in read
        ]  # fmt: skip
        done = Done()
        doubles = _set_aside(held)
        done.set_aside = len(doubles)
        held = [each for each in held if each.id not in doubles]
        done.forgotten = _forget(held, now)
        if read and by_rules:
            pair = Pair(npc_id=npc_id, char_id=char_id, player_name=read[-1][-1], held=held)
            done.noticed = reflecting.by_rules(pair)
    return done


def tidy_up(until: float) -> Done:
    """The present server, until the moment `until` of `time.monotonic`; what is not reached is
    the next run's. Each pair is a transaction of its own. Raises SwitchedOff, OverQuota."""
    gates.check("memory")
    done = Done()
    if settings.MEMORY_CAP_PER_NPC:
        for npc_id, excess in overfull():
            done.forgotten += make_room(npc_id, excess)
    by_rules = not reflecting.thinks()
    for pair in pairs(timezone.now()):
        if time.monotonic() > until:
            break
        done.add(consolidate(*pair, by_rules=by_rules))
    return done


def make_room(npc_id: int, excess: int) -> int:
    """Of an NPC that remembers too much of too many: what matters least and is oldest goes."""
    ids = [row[0] for row in rows(WEAKEST, {"npc_id": npc_id, "excess": excess})]
    _batch, number = pruning.prune(
        NpcMemory.objects.filter(pk__in=ids), by=BY, reason="no room for more"
    )
    return number


def overfull() -> list[tuple[int, int]]:
    """NPCs with more than MEMORY_CAP_PER_NPC memories, and how many are too many."""
    cap = settings.MEMORY_CAP_PER_NPC
    found = rows(OVERFULL, {"cap": cap})
    return [(npc_id, min(number - cap, pruning.MOST)) for npc_id, number in found]


def _set_aside(held: Sequence[Held]) -> set[int]:
    importance = {each.id: each.importance for each in held}
    doubles = repeats(held)
    for older, newer in doubles:
        importance[newer] = max(importance[newer], importance[older])
        NpcMemory.objects.filter(pk=older).update(superseded_by_id=newer)
        NpcMemory.objects.filter(pk=newer).update(importance=importance[newer])
    return {older for older, _ in doubles}


def _forget(held: Sequence[Held], now: datetime) -> int:
    """What was promised stays while there is room: it is no small talk."""
    own = [each for each in held if each.speaker == Speaker.PLAYER]
    gone = faded(own, now)
    gone += beyond(held, settings.MEMORY_CAP_PER_PLAYER, now, gone=gone)
    if not gone:
        return 0
    _batch, number = pruning.prune(
        NpcMemory.objects.filter(pk__in=gone), by=BY, reason="faded, or no room"
    )
    return number
