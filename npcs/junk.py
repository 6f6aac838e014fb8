"""How much of what NPCs remember is of no use: the figure that tells when memories breed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.cache import cache

from aiworld.cache import AWAY
from tenants.context import each_tenant
from tenants.metrics import Metric
from tenants.statements import rows

SAMPLE, OF_EACH = 5000, 500
"""The latest memories; the figure is of these. And of each server, where all are looked at."""
TOLD, KEPT = "junk of all servers", 2 * 24 * 60 * 60
"""Where the figure of all is kept for whoever asks, and for how many seconds."""
COUNT = """
WITH sample AS (
    SELECT m.id, m.npc_id, m.char_id, m.speaker, m.turn_id, lower(btrim(m.text)) AS text
    FROM npc_memories m
    WHERE m.superseded_by_id IS NULL AND m.scope = 'private' AND m.kind <> 'reflection'
      AND (%(npc_id)s::bigint IS NULL OR m.npc_id = %(npc_id)s)
    ORDER BY m.id DESC LIMIT %(sample)s
), judged AS (
    SELECT row_number() OVER (PARTITION BY npc_id, char_id, speaker, text ORDER BY id) > 1
               AS repeated,
           length(regexp_replace(text, '[[:punct:][:space:]]', '', 'g')) < 3 AS empty,
           length(text) >= 15 AND EXISTS (
               SELECT FROM conversation_turns own
               JOIN conversation_turns before ON before.conversation_id = own.conversation_id
                AND before.id < own.id
               WHERE own.id = sample.turn_id AND strpos(lower(before.npc_text), sample.text) > 0
           ) AS echoed
    FROM sample
)
SELECT count(*), count(*) FILTER (WHERE repeated), count(*) FILTER (WHERE empty),
       count(*) FILTER (WHERE echoed), count(*) FILTER (WHERE repeated OR empty OR echoed)
FROM judged
"""


@dataclass(frozen=True)
class Junk:
    looked_at: int
    repeated: int
    """The same words of the same speaker, kept twice."""
    empty: int
    """No words to speak of."""
    echoed: int
    """What the NPC itself had said before."""
    junk: int

    @property
    def rate(self) -> float:
        """Share of the memories looked at, 0.0-1.0."""
        return self.junk / self.looked_at if self.looked_at else 0.0

    @property
    def percent(self) -> float:
        return 100 * self.rate


def junk(npc_id: int | None = None, *, sample: int = SAMPLE) -> Junk:
    """Of one NPC, or of all of the present server."""
    [found] = rows(COUNT, {"npc_id": npc_id, "sample": sample})
    return Junk(*found)


def measure(until: float) -> int:
    """Look at the latest memories of every server, until the moment `until` of `time.monotonic`,
    and keep the sum for `metrics`. How many were looked at."""
    looked_at = useless = 0
    for _ in each_tenant():
        if time.monotonic() > until:
            break
        found = junk(sample=OF_EACH)
        looked_at, useless = looked_at + found.looked_at, useless + found.junk
    cache.set(TOLD, (looked_at, useless), KEPT)
    return looked_at


def metrics() -> list[Metric]:
    """Of all servers together; none before the first measurement."""
    try:
        found = cache.get(TOLD)
    except AWAY:
        found = None
    if found is None:
        return []
    looked_at, useless = found
    share = useless / looked_at if looked_at else 0.0
    return [
        Metric("aiworld_memories_looked_at", "Memories looked at last.", (({}, looked_at),)),
        Metric("aiworld_memories_junk_ratio", "Share of them that is of no use.", (({}, share),)),
    ]
