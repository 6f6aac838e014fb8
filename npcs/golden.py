"""Golden conversations: a talk is kept, and replayed to see whether the character is still itself.

Each line is answered as in the dry run, by somebody made up at the trust of the record, after the
lines of the record: one answer that went astray does not lead the next ones astray."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from aiworld.errors import AIWorldError, Conflict, Invalid
from aiworld.loops import wait_for
from inference import client
from npcs import prompting, rehearsal
from npcs.brief import Turn
from npcs.grading import Given, Grade, Recorded, grade
from npcs.models import Conversation, GoldenConversation, GoldenRun
from npcs.models.golden import MOST_LINES
from npcs.moderation.opinions import OUTSIDE, PATIENCE, held
from npcs.rehearsal import Line, Rehearsed
from tenants import outbox

log = logging.getLogger(__name__)
TASK = "npcs.tasks.run_golden"
PLAYER = "Traveller"
SECONDS = 4.0
"""For one answer: all of a talk fits in the time limit of a task."""
KEPT_RUNS = 50
WAITS = timedelta(minutes=10)
"""A run that has not ended by then never will."""


def record(conversation: Conversation, *, name: str, by: str) -> GoldenConversation:
    """Keep a talk that happened. Turns in which the NPC used what it remembers of that player, or
    a game master spoke, are left out, and the player's name. Raises Invalid."""
    turns = conversation.turns.order_by("id").filter(memories_used=[], spoken_by="")
    lines = [_line(turn, conversation.player_name) for turn in turns[:MOST_LINES]]
    if not lines:
        raise Invalid("nothing in this talk can be replayed for somebody else", field="name")
    return GoldenConversation.objects.create(
        npc=conversation.npc,
        name=name[:120],
        conversation=conversation,
        language=conversation.language,
        lines=lines,
        made_by=by[:150],
    )


def _line(turn: Any, player_name: str) -> dict[str, Any]:
    before = max(min(turn.trust - turn.trust_change, 10.0), 0.0)
    return {
        "player": turn.player_text.replace(player_name, PLAYER),
        "npc": turn.npc_text.replace(player_name, PLAYER),
        "trust": round(before, 2),
        "emotion": turn.emotion,
        "facts": list(turn.facts_used),
    }


def ask(golden: GoldenConversation, *, by: str, with_llm: bool = False) -> GoldenRun:
    """Have it run by a worker. Raises Conflict while one runs."""
    with transaction.atomic():
        GoldenConversation.objects.select_for_update().get(pk=golden.pk)
        waiting = golden.runs.filter(ended_at=None, asked_at__gt=timezone.now() - WAITS)
        if waiting.exists():
            raise Conflict("it is being run just now", field="golden")
        made = golden.runs.create(with_llm=with_llm, asked_by=by[:150])
        outbox.add(TASK, made.pk)
    return made


def run_now(golden: GoldenConversation, *, by: str, with_llm: bool = False) -> GoldenRun:
    """Run it here and now."""
    made = golden.runs.create(with_llm=with_llm, asked_by=by[:150])
    perform(made.pk)
    made.refresh_from_db()
    return made


def perform(run_id: int) -> bool | None:
    """Replay and grade; None if it is gone or done. A run ends whatever happens."""
    run = GoldenRun.objects.select_related("golden__npc").filter(pk=run_id, ended_at=None).first()
    if run is None:
        return None
    try:
        graded = _replayed(run)
        run.note = ""
    except AIWorldError as error:
        graded, run.note = [], error.message[:300]
    _end(run, graded)
    return run.passed


def _replayed(run: GoldenRun) -> list[dict[str, Any]]:
    golden = run.golden
    run.npc_version, run.prompt_version = golden.npc.version, prompting.version()
    before: tuple[Turn, ...] = ()
    graded = []
    for line in golden.lines:
        asked = Line(
            npc_key=golden.npc.key,
            text=line["player"],
            trust=float(line.get("trust", 2.0)),
            language=golden.language,
            player_name=PLAYER,
            before=before,
            with_llm=run.with_llm,
        )
        found = wait_for(rehearsal.rehearse(asked, seconds=SECONDS))
        graded.append(_graded(golden, line, found))
        now = timezone.now()
        before += (
            Turn(speaker="player", text=line["player"], at=now),
            Turn(speaker="npc", text=line["npc"], at=now),
        )
    return graded


def _graded(golden: GoldenConversation, line: dict[str, Any], found: Rehearsed) -> dict[str, Any]:
    thought = found.thought
    known = [one for one in found.knowledge if one.why in ("given", "outranked")]
    withheld = [one for one in found.knowledge if one.why not in ("given", "outranked")]
    persona = found.scene.persona
    meant = meanings([line["player"], thought.text, line["npc"]])
    who = [persona.name, persona.role, persona.background, persona.speech_style, line["npc"]]
    result: Grade = grade(
        Given(
            text=thought.text,
            emotion=thought.emotion,
            facts=thought.facts,
            cosine=cosine(meant, 1, 2),
            fits=cosine(meant, 0, 1),
            outside=_outside(thought.text, golden.language),
        ),
        Recorded(
            text=line["npc"],
            emotion=line.get("emotion", ""),
            facts=tuple(line.get("facts", ())),
            fits=cosine(meant, 0, 2),
        ),
        asked=line["player"],
        language=golden.language,
        withheld=[one.text for one in withheld],
        open_facts=[*(one.text for one in known), *who],
        rules=" ".join(each["content"] for each in found.messages if each["role"] == "system"),
    )
    return {
        "player": line["player"],
        "recorded": line["npc"],
        "npc": thought.text,
        "source": thought.source,
        "persona": result.persona,
        "language": result.language,
        "safety": result.safety,
        "why": list(result.why),
    }


def _outside(text: str, language: str) -> bool:
    return OUTSIDE in wait_for(held(text, language, [OUTSIDE], seconds=PATIENCE))


def meanings(texts: list[str]) -> Sequence[Sequence[float]]:
    """Their vectors; none if the encoder is away."""
    try:
        return client.embed_now(texts)
    except AIWorldError:
        return ()


def cosine(vectors: Sequence[Sequence[float]], one: int, other: int) -> float | None:
    """How near two of them are in meaning, 0-1; None without vectors."""
    if not vectors:
        return None
    found = sum(x * y for x, y in zip(vectors[one], vectors[other], strict=True))
    return round(min(max(found, 0.0), 1.0), 3)


def _end(run: GoldenRun, graded: Sequence[dict[str, Any]]) -> None:
    run.lines, run.ended_at = list(graded), timezone.now()
    if graded:
        for name in ("persona", "language", "safety"):
            setattr(run, name, round(sum(each[name] for each in graded) / len(graded), 3))
    run.passed = bool(
        graded
        and run.persona is not None
        and run.persona >= run.golden.least
        and run.language == run.safety == 1.0
    )
    run.save()
    kept = list(run.golden.runs.values_list("pk", flat=True)[:KEPT_RUNS])
    run.golden.runs.exclude(pk__in=kept).delete()
