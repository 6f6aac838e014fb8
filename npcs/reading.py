"""Read: everything the database knows about one turn, in two short units.

`scene` is what every answer needs, cached ones too; `brief` is what a mind needs to think."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast, get_args

from django.db.models import Q
from django.utils import timezone

from aiworld.errors import Conflict, NotFound, SwitchedOff
from npcs import (
    circumstances,
    conditions,
    knowledge,
    memory,
    naming,
    neighbours,
    reranking,
    standing,
)
from npcs.brief import Brief, Emotion, Language, Mode, Persona, Turn
from npcs.conditions import World
from npcs.context import about
from npcs.extraction import LABELS
from npcs.guides.looking import look_up
from npcs.intents import asked_kind
from npcs.language import detect
from npcs.memory import unknown_npc, used_request_id
from npcs.models import ConversationTurn, NpcMemory, Takeover
from npcs.models.memory import Scope
from npcs.models.relationship import FIRST_TRUST
from npcs.moods import mood
from npcs.regard import regard
from npcs.relationships import Known, feeling
from npcs.turns import Reply, Said, Scene
from tenants.context import tenant
from tenants.statements import rows

SITTING = timedelta(minutes=30)
"""A player who comes back later than this begins a new conversation."""
RECENT_TURNS = 6
FACTS: dict[Mode, int] = {"budget": 12, "normal": 12, "full": 20}
LANGUAGES = get_args(Language)

# One round trip for what needs no thinking.
SCENE = """
SELECT n.id, n.version, n.ai_enabled, n.name, n.role, n.map_name, n.x, n.y, n.openness,
       n.conscientiousness, n.extraversion, n.agreeableness, n.neuroticism, n.alignment,
       n.background, n.speech_style, n.mood, r.trust, COALESCE(r.talks, 0), t.id,
       c.id, c.language, c.last_turn_at, recent.turns, n.ai_mode, n.trust_gain,
       h.holder, shared.packs, conditional.conditions,
       ps.opted_out_at, ps.muted_until, ps.told_at,
       r.mood, r.mood_strength, r.mood_at, rs.score, pp.karma,
       r.trust_day, r.trust_moved, r.xmin::text
FROM npc_personalities n
LEFT JOIN npc_relationships r ON r.npc_id = n.id AND r.char_id = %(char_id)s
LEFT JOIN conversation_turns t ON t.request_id = %(request_id)s
LEFT JOIN LATERAL (
    SELECT id, language, last_turn_at FROM conversations
    WHERE npc_id = n.id AND char_id = %(char_id)s ORDER BY last_turn_at DESC LIMIT 1
) c ON true
LEFT JOIN conversation_takeovers h ON h.conversation_id = c.id AND h.ended_at IS NULL
    AND h.active_at > %(active)s AND h.seen_at > %(seen)s
LEFT JOIN player_standing ps ON ps.char_id = %(char_id)s
LEFT JOIN player_profiles pp ON pp.char_id = %(char_id)s
LEFT JOIN faction_nodes f ON f.key = n.faction
LEFT JOIN reputation_scores rs ON rs.faction_id = f.id AND rs.player_id = %(char_id)s
LEFT JOIN LATERAL (
    SELECT array_agg(p.id) AS packs FROM knowledge_packs p
    WHERE p.is_active AND (p.map_name = '' OR lower(p.map_name) = lower(n.map_name))
        AND (p.role = '' OR lower(p.role) = lower(n.role))
        AND (p."group" = '' OR lower(p."group") = lower(n."group"))
        AND (p.faction = '' OR lower(p.faction) = lower(n.faction))
        AND (p.keys = '{}' OR n.key = ANY(p.keys))
) shared ON true
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT k.condition) AS conditions FROM npc_knowledge k
    WHERE k.condition <> '' AND k.is_active
        AND (k.npc_id = n.id OR k.pack_id = ANY(shared.packs))
) conditional ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(player_text, npc_text, created_at) ORDER BY id) AS turns
    FROM (
        SELECT s.id, s.player_text, s.npc_text, s.created_at
        FROM conversation_turns s JOIN conversations k ON k.id = s.conversation_id
        WHERE k.npc_id = n.id AND k.char_id = %(char_id)s ORDER BY s.id DESC LIMIT %(turns)s
    ) latest
) recent ON true
WHERE n.key = %(key)s
"""


def scene(said: Said, *, even_off: bool = False) -> Scene | Reply:
    """What there is to know, or the stored reply if this request was answered before.
    `even_off`: also if its AI is switched off.

    Raises NotFound, SwitchedOff, Conflict."""
    now = timezone.now()
    values = {
        "key": said.npc_key,
        "char_id": said.char_id,
        "request_id": said.request_id,
        "turns": RECENT_TURNS,
        "active": now - Takeover.IDLE,
        "seen": now - Takeover.GONE,
    }
    if not (found := rows(SCENE, values)):
        raise NotFound(unknown_npc(said.npc_key), field="npc")
    [row] = found
    if row[19] is not None:
        return answered(said)
    if not (row[2] or even_off):
        raise SwitchedOff(f"AI is switched off for {said.npc_key}; run its own script")
    if not even_off:
        standing.check(row[29], row[30], now=now)
    return _scene(said, row, now)


def _scene(said: Said, row: Sequence[object], now: datetime) -> Scene:
    goes_on = row[22] is not None and now - cast(datetime, row[22]) < SITTING
    default = cast(Language, row[21] if goes_on else tenant().language)
    itself = _persona(said.npc_key, row[3:17])
    persona = replace(
        _felt(itself, row[32:35], now),
        regard=regard(
            score=cast(int | None, row[35]), karma=cast(int | None, row[36]),
            alignment=itself.alignment,
        ),
    )  # fmt: skip
    trust = FIRST_TRUST if row[17] is None else cast(float, row[17])
    told_under = tuple(cast(list[str], row[28] or []))
    language = _language(said, default)
    return Scene(
        said=said,
        npc_id=cast(int, row[0]),
        npc_version=cast(int, row[1]),
        persona=persona,
        language=language,
        notice=standing.notice(row[31], language),
        trust=trust,
        known=_known(row),
        met_before=bool(row[18]),
        recent=tuple(_recent(cast(list[tuple[str, str, str]], row[23] or []))),
        conversation_id=cast(int, row[20]) if goes_on else None,
        now=now,
        base_mood=itself.mood,
        held_by=cast(str, row[26] or "") if goes_on else "",
        mode=cast(Mode, row[24]),
        trust_gain=cast(float, row[25]),
        packs=tuple(cast(list[int], row[27] or [])),
        conditions=told_under,
        world=_world(said, persona, told_under, now),
    )


def _known(row: Sequence[object]) -> Known | None:
    if row[17] is None:
        return None
    trust, day, moved, version = cast(tuple[float, date | None, float, str], (row[17], *row[37:40]))
    felt = feeling(*cast(tuple[str | None, float | None, datetime | None], tuple(row[32:35])))
    return Known(trust=trust, day=day, moved=moved, feeling=felt, version=version)


def _felt(persona: Persona, kept: Sequence[object], now: datetime) -> Persona:
    """With the mood that this player's words have left."""
    left = feeling(*cast(tuple[str | None, float | None, datetime | None], tuple(kept)))
    return replace(persona, mood=mood(persona.mood, left, neuroticism=persona.neuroticism, now=now))


def _world(said: Said, persona: Persona, told_under: Sequence[str], now: datetime) -> World:
    """Asked for only where it decides what may be told."""
    if not told_under:
        return {}
    return circumstances.world(
        persona, char_id=said.char_id, now=now, asked=conditions.asked(told_under)
    )


def _recent(turns: list[tuple[str, str, str]]) -> Iterator[Turn]:
    for player_text, npc_text, created_at in turns:
        at = datetime.fromisoformat(created_at)
        yield Turn(speaker="player", text=player_text, at=at)
        yield Turn(speaker="npc", text=npc_text, at=at)


def _persona(key: str, row: Sequence[object]) -> Persona:
    names = (
        "name", "role", "map_name", "x", "y", "openness", "conscientiousness", "extraversion",
        "agreeableness", "neuroticism", "alignment", "background", "speech_style", "mood",
    )  # fmt: skip
    return Persona(key=key, **dict(zip(names, row, strict=True)))  # type: ignore[arg-type]


def _language(said: Said, default: Language) -> Language:
    if said.language in LANGUAGES:
        return cast(Language, said.language)
    return detect(said.text, default=default)


def looked_for(scene: Scene) -> tuple[str, str]:
    """What knowledge and what memories are searched with. The player's own words have a vector,
    longer ones have none."""
    text = scene.said.text
    kind = LABELS.get(asked_kind(text, scene.language), "")
    return about(text, scene.language, scene.recent), f"{text} {kind}".strip()


def brief(scene: Scene, vector: Sequence[float] | None) -> Brief:
    """Everything a mind may use for this answer, and nothing it may not."""
    said = scene.said
    facts_about, memories_about = looked_for(scene)
    facts = knowledge.search(
        scene, facts_about, vector if facts_about == said.text else None,
        limit=FACTS[scene.mode],
    )  # fmt: skip
    recalled = memory.recall(
        scene.npc_id, said.char_id, memories_about, vector, language=scene.language,
        limit=reranking.read_for(scene.mode), now=scene.now, opened=int(scene.opened),
    )  # fmt: skip
    memories = recalled.memories
    if not memories:
        memories = memory.latest(scene.npc_id, said.char_id, limit=2)
    return Brief(
        persona=scene.persona,
        player_name=naming.called(said.player_name, scene.language),
        language=scene.language,
        text=said.text,
        trust=scene.trust,
        met_before=scene.met_before or any(not one.shared for one in memories),
        facts=tuple(facts),
        memories=tuple(memories),
        sure=recalled.sure,
        recent=scene.recent,
        neighbours=neighbours.meant(scene.persona, said.text, scene.language),
        lookup=look_up(scene.persona, said.text, scene.language, char_id=said.char_id),
        mode=scene.mode,
        now=scene.now,
    )


def answered(said: Said) -> Reply:
    """The stored reply to a request id. Raises Conflict if it was another request's."""
    turn = ConversationTurn.objects.select_related("conversation__npc").get(
        request_id=said.request_id
    )
    talk = turn.conversation
    if (talk.npc.key, talk.char_id, turn.player_text) != (
        said.npc_key, said.char_id, said.text,
    ):  # fmt: skip
        raise Conflict(used_request_id(said.request_id), field="request_id")
    return _stored(turn)


def stored(request_id: str, *, npc_key: str, char_id: int) -> Reply | None:
    """The reply to a request of this character to this NPC, if there is one yet."""
    turns = ConversationTurn.objects.select_related("conversation__npc").filter(
        request_id=request_id, conversation__npc__key=npc_key, conversation__char_id=char_id
    )
    turn = turns.first()
    return _stored(turn) if turn else None


def _stored(turn: ConversationTurn) -> Reply:
    talk = turn.conversation
    # Superseded ones too: a repeated request gets the same reply.
    told = NpcMemory.objects.filter(
        Q(npc_id=talk.npc_id, char_id=talk.char_id) | ~Q(scope=Scope.PRIVATE)
    )
    used = told.in_bulk(turn.memories_used)
    return Reply(
        text=turn.npc_text,
        emotion=cast(Emotion, turn.emotion),
        intent=turn.intent,
        source=turn.source,
        trust=turn.trust,
        trust_change=turn.trust_change,
        language=talk.language,
        conversation_id=talk.pk,
        turn_id=turn.pk,
        latency_ms=turn.latency_ms,
        repeated=True,
        notice=standing.notice_with(talk, turn),
        recalled=tuple(memory.recollection(used[pk]) for pk in turn.memories_used if pk in used),
    )
