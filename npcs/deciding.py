"""What an NPC does in a situation: one of the options somebody else thought of. Scored by who it
is; a language model may choose instead, and what comes of it is a number, never a word of its own
that a player would hear."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import BaseModel, Field

from aiworld.errors import AIWorldError, Conflict, Invalid, NotFound, SwitchedOff, Unavailable
from inference import client
from inference.generation import Message
from npcs import asking, gates, naming, prompting, regard, standing
from npcs.acts import Act, act_of
from npcs.brief import Mode, Persona, Regard
from npcs.memory import unknown_npc, used_request_id
from npcs.models import NpcDecision, NpcPersonality, NpcRelationship, PlayerStanding
from npcs.models.relationship import FIRST_TRUST
from npcs.moods import mood
from npcs.quoting import quoted
from npcs.relationships import feeling
from npcs.safety import visible
from npcs.utility import utility
from tenants.context import run_in_tenant, tenant
from tenants.statements import rows

log = logging.getLogger(__name__)

FEWEST, MOST = 2, 12
"""Options."""
LONGEST = 120
"""Characters of an option."""
LATELY, RECENT = timedelta(hours=1), 5
"""How far back, and how many decisions, count for doing the same again."""
RESERVE = 0.3
"""Seconds kept for writing the decision down and for the way back."""
LEAST = 1.0
"""Seconds without which no language model is asked."""
TASK = "planning"
CHOICES_KEPT = timedelta(days=90)
KNOWN_AS = """
SELECT (SELECT s.score FROM faction_nodes f JOIN reputation_scores s
            ON s.faction_id = f.id AND s.player_id = %(char_id)s WHERE f.key = %(faction)s),
       (SELECT karma FROM player_profiles WHERE char_id = %(char_id)s)
"""


@dataclass(frozen=True, kw_only=True)
class Option:
    text: str
    act: Act = "other"
    """"other": told from the text."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is to be decided. Raises Invalid."""

    npc_key: str
    text: str
    options: tuple[Option, ...]
    char_id: int | None = None
    """None: it is about no player."""
    player_name: str = ""
    request_id: str | None = None

    def __post_init__(self) -> None:
        if not FEWEST <= len(self.options) <= MOST:
            raise Invalid(f"give {FEWEST} to {MOST} options", field="options")
        if len({option.text.casefold() for option in self.options}) < len(self.options):
            raise Invalid("two options are the same", field="options")


@dataclass(frozen=True, kw_only=True)
class Decision:
    chosen: int
    """Index of the option."""
    utilities: tuple[float, ...]
    """0-1, in the order of the options."""
    source: str
    """llm, or composer: scored."""
    reason: str = ""
    """For staff; never shown to players."""
    id: int = 0
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Mind:
    """Who decides, and what it did of late."""

    npc_id: int
    persona: Persona
    mode: Mode
    trust: float | None
    lately: tuple[str, ...]


class Choice(BaseModel):
    option: int
    reason: str = Field(max_length=200)


async def decide(
    situation: Situation,
    *,
    seconds: float,
    ask_model: bool = False,
    costs: list[Decimal] | None = None,
) -> Decision:
    """What a language model cost is added to `costs`. Raises Invalid, NotFound, SwitchedOff,
    OverQuota, Conflict (request id of another situation)."""
    known = await run_in_tenant(tenant(), _read, situation)
    if isinstance(known, Decision):
        return known
    fits = await _fits(situation, seconds=min(seconds / 4, LEAST))
    decided = scored(situation, known, fits)
    left = seconds - RESERVE
    if ask_model and left >= LEAST and known.mode != "budget":
        decided = await _asked(situation, known, decided, left, costs)
    return await run_in_tenant(tenant(), _write, situation, known, decided)


def scored(situation: Situation, mind: Mind, fits: Sequence[float]) -> Decision:
    """The option of the highest utility; of equals the first."""
    utilities = [
        utility(
            _act(option), mind.persona, trust=mind.trust, fit=fit,
            lately=mind.lately.count(option.text),
        )
        for option, fit in zip(situation.options, fits, strict=True)
    ]  # fmt: skip
    chosen = max(range(len(utilities)), key=lambda at: utilities[at])
    return Decision(
        chosen=chosen,
        utilities=tuple(round(each, 4) for each in utilities),
        source="composer",
        reason=f"{_act(situation.options[chosen])} suits best",
    )


def _act(option: Option) -> Act:
    return option.act if option.act != "other" else act_of(option.text)


async def _fits(situation: Situation, *, seconds: float) -> list[float]:
    """How near each option is to the situation, 0-1; 0.5 each without the encoder."""
    texts = [situation.text, *(option.text for option in situation.options)]
    try:
        about, *options = await client.embed(texts, deadline=seconds)
    except AIWorldError:
        return [0.5] * len(situation.options)
    return [max(sum(a * b for a, b in zip(about, each, strict=True)), 0.0) for each in options]


async def _asked(
    situation: Situation,
    mind: Mind,
    otherwise: Decision,
    seconds: float,
    costs: list[Decimal] | None,
) -> Decision:
    try:
        choice = await asking.decide(
            _messages(situation, mind), output=Choice, task=TASK, seconds=seconds, costs=costs
        )
    except Unavailable as error:
        log.info("no model decided: %s", error.message)
        return otherwise
    if not 1 <= choice.option <= len(situation.options):
        log.info("a model chose an option that there is not")
        return otherwise
    reason = visible(choice.reason)[:200]
    return replace(otherwise, chosen=choice.option - 1, source="llm", reason=reason)


def _messages(situation: Situation, mind: Mind) -> list[Message]:
    player = "Nobody in particular."
    if mind.trust is not None:
        called = naming.called(situation.player_name, "en")
        name = quoted(called) if called else "a player"
        said = regard.TOLD[mind.persona.regard]
        player = f"{name}, trusted {mind.trust:.0f} of 10. {said}".strip()
    rules = prompting.filled(
        "decision", persona=prompting.persona(mind.persona), mood=mind.persona.mood, player=player
    )
    options = (
        f"{at}: {quoted(option.text)}" for at, option in enumerate(situation.options, start=1)
    )
    told = "\n".join([f"What happens: {quoted(situation.text)}", "Options:", *options])
    return [{"role": "system", "content": rules}, {"role": "user", "content": told}]


def _read(situation: Situation) -> Mind | Decision:
    if found := _stored(situation):
        return found
    row = NpcPersonality.objects.filter(key=situation.npc_key).first()
    if row is None:
        raise NotFound(unknown_npc(situation.npc_key), field="npc")
    if not row.ai_enabled:
        raise SwitchedOff(f"AI is switched off for {row.key}; run its own script")
    gates.check("decision")
    persona, trust = row.persona, None
    now = timezone.now()
    if situation.char_id is not None:
        kept = PlayerStanding.objects.filter(char_id=situation.char_id).first()
        if kept:
            standing.check(kept.opted_out_at, kept.muted_until, now=now)
        met = NpcRelationship.objects.filter(npc=row, char_id=situation.char_id).first()
        trust = met.trust if met else FIRST_TRUST
        left = feeling(met.mood, met.mood_strength, met.mood_at) if met else None
        felt = mood(persona.mood, left, neuroticism=persona.neuroticism, now=now)
        persona = replace(persona, mood=felt, regard=_regard(row, situation.char_id))
    lately = NpcDecision.objects.filter(npc=row, decided_at__gt=now - LATELY)
    return Mind(
        npc_id=row.pk,
        persona=persona,
        mode=cast(Mode, row.ai_mode),
        trust=trust,
        lately=tuple(lately.values_list("chosen", flat=True)[:RECENT]),
    )


def _regard(npc: NpcPersonality, char_id: int) -> Regard:
    """As in a talk: by the player's reputation with the NPC's faction, and by karma."""
    [(score, karma)] = rows(KNOWN_AS, {"char_id": char_id, "faction": npc.faction})
    return regard.regard(score=score, karma=karma, alignment=npc.alignment)


def _write(situation: Situation, mind: Mind, decided: Decision) -> Decision:
    options: list[dict[str, Any]] = [
        {"text": option.text, "act": _act(option), "utility": utility}
        for option, utility in zip(situation.options, decided.utilities, strict=True)
    ]
    try:
        with transaction.atomic():
            row = NpcDecision.objects.create(
                npc_id=mind.npc_id,
                situation=situation.text,
                options=options,
                chosen=situation.options[decided.chosen].text,
                reason=decided.reason,
                source=decided.source,
                char_id=situation.char_id,
                request_id=situation.request_id,
            )
    except IntegrityError:
        if (stored := _stored(situation)) is None:
            raise
        return stored
    return replace(decided, id=row.pk)


def _stored(situation: Situation) -> Decision | None:
    """The decision of the same request. Raises Conflict if it was another's."""
    if not situation.request_id:
        return None
    row = NpcDecision.objects.filter(request_id=situation.request_id).select_related("npc").first()
    if row is None:
        return None
    texts = [option["text"] for option in row.options]
    same = (row.npc.key, row.char_id, row.situation, texts)
    if same != (situation.npc_key, situation.char_id, situation.text,
                [option.text for option in situation.options]):  # fmt: skip
        raise Conflict(used_request_id(situation.request_id), field="request_id")
    return Decision(
        chosen=texts.index(row.chosen),
        utilities=tuple(option["utility"] for option in row.options),
        source=row.source,
        reason=row.reason,
        id=row.pk,
        repeated=True,
    )


def forget_old() -> int:
    """Of the present server: decisions older than CHOICES_KEPT. Returns how many went."""
    old = NpcDecision.objects.filter(decided_at__lt=timezone.now() - CHOICES_KEPT)
    number, _ = old.delete()
    return number
