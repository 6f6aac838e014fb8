"""A turn as rows: the turn, its conversation, the relationship, and that the player was told of AI.

One statement writes them where the relationship is still the row that was read: PostgreSQL's `xmin`
tells, which every change of a row changes. That saves five round trips of six, and a transaction
of one statement needs no BEGIN. Where it is another row, all of it is written under its lock."""

from __future__ import annotations

from dataclasses import dataclass

from npcs import prompting, relationships, standing
from npcs.appraisal import TrustEffect
from npcs.models.relationship import FIRST_TRUST
from npcs.relationships import Known, Moved, Raised
from npcs.turns import Scene, Thought
from tenants.statements import rows

TURN = """
INSERT INTO conversation_turns (
    conversation_id, request_id, player_text, npc_text, intent, emotion, trust, trust_change,
    trust_reason, source, spoken_by, model, prompt_version, tokens, facts_used, memories_used,
    latency_ms, created_at
) SELECT
    id, %(request_id)s, %(player_text)s, %(npc_text)s, %(intent)s, %(emotion)s, %(trust)s,
    %(trust_change)s, %(trust_reason)s, %(source)s, %(spoken_by)s, %(model)s,
    %(prompt_version)s, %(tokens)s, %(facts_used)s::bigint[], %(memories_used)s::bigint[],
    %(latency_ms)s, %(now)s
FROM talk RETURNING conversation_id, id
"""
BEGIN = """
talk AS (
    INSERT INTO conversations (
        npc_id, char_id, player_name, map_name, language, started_at, last_turn_at, turn_count,
        extracted_turn_id
    ) SELECT
        %(npc_id)s, %(char_id)s, %(player_name)s, %(map_name)s, %(language)s, %(now)s, %(now)s, 1,
        0
    FROM seen RETURNING id
)"""
GO_ON = """
talk AS (
    UPDATE conversations
    SET last_turn_at = %(now)s, language = %(language)s, turn_count = turn_count + 1
    FROM seen WHERE conversations.id = %(conversation_id)s RETURNING conversations.id
)"""
ANYWAY = "seen AS (SELECT)"
AS_IT_WAS = """
seen AS (
    SELECT id AS relationship_id FROM npc_relationships
    WHERE npc_id = %(npc_id)s AND char_id = %(char_id)s AND xmin = %(version)s::xid FOR UPDATE
)"""
MET_AGAIN = """
met AS (
    UPDATE npc_relationships AS r
    SET player_name = %(player_name)s, talks = talks + 1, last_met_at = %(now)s,
        trust = %(trust)s, trust_day = %(today)s, trust_moved = %(moved)s,
        last_reason = CASE WHEN %(trust_reason)s = '' THEN last_reason ELSE %(trust_reason)s END,
        mood = %(mood)s, mood_strength = %(strength)s, mood_at = %(since)s
    FROM seen, talk WHERE r.id = seen.relationship_id
)"""
MET_FIRST = """
seen AS (
    INSERT INTO npc_relationships (
        npc_id, char_id, player_name, trust, bond, talks, trust_day, trust_moved, last_reason,
        first_met_at, last_met_at, mood, mood_strength, mood_at
    ) VALUES (
        %(npc_id)s, %(char_id)s, %(player_name)s, %(trust)s, 0, 1, %(today)s, %(moved)s,
        %(trust_reason)s, %(now)s, %(now)s, %(mood)s, %(strength)s, %(since)s
    ) ON CONFLICT DO NOTHING RETURNING id AS relationship_id
)"""
TOLD = f"told AS ({standing.TOLD.format(source='FROM talk WHERE %(notice)s::boolean')})"


def _with(*parts: str) -> str:
    return f"WITH {', '.join(parts)} {TURN}"


FIRST = _with(MET_FIRST, BEGIN, TOLD)
AGAIN = _with(AS_IT_WAS, BEGIN, MET_AGAIN, TOLD)
ON = _with(AS_IT_WAS, GO_ON, MET_AGAIN, TOLD)
LOCKED_BEGIN, LOCKED_ON = _with(ANYWAY, BEGIN, TOLD), _with(ANYWAY, GO_ON, TOLD)


@dataclass(frozen=True)
class Turn:
    conversation_id: int
    id: int
    step: Moved


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the turn would do to the relationship."""

    effect: TrustEffect
    change: float
    raised: Raised | None


def at_once(scene: Scene, thought: Thought, wish: Wish, *, latency_ms: int) -> Turn | None:
    """Store it in one statement; None, and nothing stored, if what was read is not so any more."""
    known = scene.known
    if known is None and scene.conversation_id is not None:
        return None  # forgotten, as it seems
    before = known or Known(trust=FIRST_TRUST)
    step, felt = relationships.stepped(before, wish.change, wish.raised, now=scene.now)
    values = _values(scene, thought, latency_ms) | {
        **_trust(step, wish),
        "version": before.version,
        "today": scene.now.date(),
        "moved": before.moved_on(scene.now.date()) + step.change,
        **relationships.kept(felt),
    }
    statement = FIRST if known is None else AGAIN if scene.conversation_id is None else ON
    if not (found := rows(statement, values)):
        return None
    [(conversation_id, turn_id)] = found
    return Turn(conversation_id, turn_id, step)


def locked(scene: Scene, thought: Thought, wish: Wish, *, latency_ms: int) -> Turn:
    """Store it, whatever happened since it was read. Call it in the turn's transaction."""
    said = scene.said
    step = relationships.meet(
        scene.npc_id, said.char_id, said.player_name,
        wish=wish.change, reason=wish.effect.reason, now=scene.now, raised=wish.raised,
    )  # fmt: skip
    values = _values(scene, thought, latency_ms) | _trust(step, wish)
    # A conversation that was deleted meanwhile begins anew.
    found = rows(LOCKED_ON, values) if scene.conversation_id else []
    [(conversation_id, turn_id)] = found or rows(LOCKED_BEGIN, values)
    return Turn(conversation_id, turn_id, step)


def _trust(step: Moved, wish: Wish) -> dict[str, object]:
    return {
        "trust": step.trust,
        "trust_change": step.change,
        "trust_reason": wish.effect.reason if step.change else "",
    }


def _values(scene: Scene, thought: Thought, latency_ms: int) -> dict[str, object]:
    said = scene.said
    return {
        "conversation_id": scene.conversation_id,
        "npc_id": scene.npc_id,
        "char_id": said.char_id,
        "player_name": said.player_name,
        "map_name": said.map_name or scene.persona.map_name,
        "language": scene.language,
        "notice": bool(scene.notice),
        "now": scene.now,
        "request_id": said.request_id,
        "player_text": said.text,
        "npc_text": thought.text,
        "intent": thought.intent,
        "emotion": thought.emotion,
        "source": thought.source,
        "spoken_by": thought.spoken_by,
        "model": thought.model,
        "prompt_version": thought.prompt_version or prompting.version(),
        "tokens": sum(call.prompt_tokens + call.completion_tokens for call in thought.calls),
        "facts_used": list(thought.facts),
        "memories_used": [memory.id for memory in thought.memories],
        "latency_ms": latency_ms,
    }
