"""How much of what NPCs remember is of no use: the figure that tells when memories breed."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.statements import rows

SAMPLE = 5000
"""The latest memories; the figure is of these."""
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


def junk(npc_id: int | None = None) -> Junk:
    """Of one NPC, or of all of the present server."""
    [found] = rows(COUNT, {"npc_id": npc_id, "sample": SAMPLE})
    return Junk(*found)
