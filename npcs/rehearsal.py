"""A talk that does not happen: the real way of an answer, shown step by step, storing nothing.

What it reads is what a talk reads, and it thinks as a talk does. Only the write is left out: no
turn, no memory, no trust, no cached reply, no live event. A language model that is asked costs
money, so its calls, and nothing else, are written to the ledger, as task "dry run"."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import cast

from django.conf import settings
from django.utils import timezone

from aiworld.errors import Conflict
from inference.generation import Message
from npcs import (
    appraisal,
    confiding,
    knowledge,
    memory,
    mind,
    reading,
    recording,
    relationships,
    replies,
)
from npcs.brief import Brief, Emotion, Fact, Recollection, Turn
from npcs.candidates import Vector
from npcs.dialogue import Clock, patience
from npcs.extraction import facts_about_player
from npcs.intents import Intent, untold
from npcs.models import NpcKnowledge, NpcRelationship
from npcs.moderation.hearing import deflection, heard
from npcs.pages import Page, paginate
from npcs.retrieval import Score
from npcs.safety import clean_input
from npcs.turns import Reply, Said, Scene, Thought
from tenants.context import run_in_tenant, tenant

TASK = "dry run"
"""What the ledger calls it."""
SECONDS = 8.0
"""For the whole; a game waits less."""
MADE_UP = -1
"""No player's character id."""
MOST_SHOWN = 100
"""Facts and memories of a kind."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What somebody tries out."""

    npc_key: str
    text: str
    trust: float | None
    """None: that of the chosen player, or of a stranger."""
    language: str = ""
    mood: str = ""
    char_id: int = MADE_UP
    player_name: str = "Traveller"
    before: tuple[Turn, ...] = ()
    """What was said so far in this rehearsal."""
    with_llm: bool = False


@dataclass(frozen=True, kw_only=True)
class Known:
    """A piece of knowledge, and why it was told to the mind or not."""

    topic: str
    text: str
    sensitivity: int
    given: bool
    why: str
    """given, outranked, trust, condition, inactive."""
    needed: float = 0.0
    """The trust from which this character tells it."""
    condition: str = ""
    score: Score | None = None


@dataclass(frozen=True, kw_only=True)
class Recalled:
    memory: Recollection
    given: bool
    score: Score | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a talk would have left behind."""

    trust: float
    trust_change: float
    trust_reason: str
    importance: float
    remembered: bool
    extracted: tuple[str, ...]


@dataclass(kw_only=True)
class Rehearsed:
    line: Line
    scene: Scene
    brief: Brief
    thought: Thought
    cached: Thought | None
    """What the game would be answered from the cache at once."""
    messages: list[Message]
    """What a model is told, whether or not one was asked."""
    knowledge: list[Known]
    memories: list[Recalled]
    outcome: Outcome
    pages: tuple[Page, ...]
    steps: list[tuple[str, float]] = field(default_factory=list)
    """Name and milliseconds."""

    @property
    def tokens(self) -> tuple[int, int]:
        """Of prompt and answer, as far as the model said."""
        calls = self.thought.calls
        return sum(c.prompt_tokens for c in calls), sum(c.completion_tokens for c in calls)


async def rehearse(line: Line, *, seconds: float = SECONDS) -> Rehearsed:
    """Answer `line` as `dialogue.talk` would. Call it inside a server's context.

    Raises Invalid, NotFound, Conflict, Unavailable."""
    clock, server, steps = Clock(seconds), tenant(), Steps()
    with steps.timed("read"):
        scene, moved_today, cached = await run_in_tenant(server, _read, line)
    with steps.timed("meaning"):
        heard = await mind.hear(scene.said.text, scene.language, seconds=patience(clock))
        vector, said = heard.vector, replace(scene.said, toxic=heard.toxic)
        scene = replace(scene, said=said)
    with steps.timed("recall"):
        brief = await run_in_tenant(server, reading.brief, scene, vector)
    with steps.timed("think"):
        thought = deflection(scene) or await _thought(line, brief, clock)
    if thought.paid:
        await run_in_tenant(server, recording.pay, thought, task=TASK)
    messages = await mind.shown(brief)
    known, recalled = await run_in_tenant(server, _explained, scene, brief, vector)
    return Rehearsed(
        line=line,
        scene=scene,
        brief=brief,
        thought=thought,
        cached=cached,
        messages=messages,
        knowledge=known,
        memories=recalled,
        outcome=_outcome(scene, thought, moved_today),
        pages=paginate(
            thought.text,
            columns=server.page_columns,
            lines_per_page=server.page_lines,
            code_page=server.code_page,
        ),
        steps=steps.taken,
    )


async def _thought(line: Line, brief: Brief, clock: Clock) -> Thought:
    if line.with_llm:
        return await mind.answer(brief, seconds=clock.left, task=TASK)
    return mind.composed(brief)


class Steps:
    def __init__(self) -> None:
        self.taken: list[tuple[str, float]] = []

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.taken.append((name, (time.perf_counter() - began) * 1000))


def _read(line: Line) -> tuple[Scene, float, Thought | None]:
    """The scene as it is set, how far trust has moved today, and what the cache holds."""
    said = Said(
        npc_key=line.npc_key,
        char_id=line.char_id,
        player_name=line.player_name,
        text=clean_input(line.text, max_length=settings.MAX_TEXT_LENGTH),
        request_id=f"dry run {uuid.uuid4()}",
        language=line.language,
    )
    found = reading.scene(heard(said), even_off=True)
    if isinstance(found, Reply):
        raise Conflict("a turn has this request id; try again")
    today = timezone.now().date()
    with_player = NpcRelationship.objects.filter(npc_id=found.npc_id, char_id=line.char_id)
    moved = with_player.filter(trust_day=today).values_list("trust_moved", flat=True).first()
    scene = _set(found, line)
    return scene, moved or 0.0, replies.get(scene)


def _set(scene: Scene, line: Line) -> Scene:
    persona = scene.persona
    if line.mood:
        persona = replace(persona, mood=cast(Emotion, line.mood))
    return replace(
        scene,
        persona=persona,
        trust=scene.trust if line.trust is None else line.trust,
        recent=(*scene.recent, *line.before)[-2 * reading.RECENT_TURNS :],
        met_before=scene.met_before or bool(line.before),
    )


def _explained(
    scene: Scene, brief: Brief, vector: Vector | None
) -> tuple[list[Known], list[Recalled]]:
    facts_about, memories_about = reading.looked_for(scene)
    facts = knowledge.rated(scene, facts_about, vector if facts_about == scene.said.text else None)
    memories = memory.rated(
        scene.npc_id, scene.said.char_id, memories_about, vector,
        language=scene.language, now=scene.now, opened=int(scene.opened),
    )  # fmt: skip
    return [*_allowed(scene, brief, facts), *_withheld(scene)], list(_recalled(brief, memories))


def _allowed(scene: Scene, brief: Brief, facts: list[tuple[Fact, Score]]) -> list[Known]:
    given = {fact.id for fact in brief.facts}
    return [
        Known(
            topic=fact.topic,
            text=fact.text,
            sensitivity=fact.sensitivity,
            needed=confiding.needed(scene.persona, fact.sensitivity),
            given=fact.id in given,
            why="given" if fact.id in given else "outranked",
            score=score,
        )
        for fact, score in facts[:MOST_SHOWN]
    ]


def _withheld(scene: Scene) -> list[Known]:
    of = knowledge.known_to(scene).exclude(knowledge.may_tell(scene))
    rows = of.order_by("sensitivity", "position", "id")[:MOST_SHOWN]
    return [
        Known(
            topic=row.topic,
            text=row.text,
            sensitivity=row.sensitivity,
            needed=confiding.needed(scene.persona, row.sensitivity),
            condition=row.condition,
            given=False,
            why=_why(scene, row),
        )
        for row in rows.defer("embedding")
    ]


def _why(scene: Scene, row: NpcKnowledge) -> str:
    if not row.is_active:
        return "inactive"
    return "trust" if row.sensitivity > scene.opened else "condition"


def _recalled(brief: Brief, memories: list[tuple[Recollection, Score]]) -> Iterator[Recalled]:
    """Those that were given first; the latest are given when none fits, and have no score."""
    scored = {one.id: score for one, score in memories}
    given = {one.id for one in brief.memories}
    for one in brief.memories:
        yield Recalled(memory=one, given=True, score=scored.get(one.id))
    for one, score in memories[:MOST_SHOWN]:
        if one.id not in given:
            yield Recalled(memory=one, given=False, score=score)


def _outcome(scene: Scene, thought: Thought, moved_today: float) -> Outcome:
    said, language = scene.said, scene.language
    effect = appraisal.trust_effect(Intent(thought.intent), said.text, language)
    step = relationships.moved(
        trust=scene.trust,
        moved_today=moved_today,
        wish=relationships.wished(effect.change, scene.trust_gain),
    )
    kept = untold(said.text, language)
    importance = appraisal.memorable(kept, language)
    facts = facts_about_player([said.text], language)
    return Outcome(
        trust=step.trust,
        trust_change=step.change,
        trust_reason=effect.reason,
        importance=importance,
        remembered=importance >= recording.WORTH_KEEPING,
        extracted=tuple(fact.of(said.player_name) for fact in facts),
    )
