"""Talking, deciding, remembering and offering work: agents with a path of their own.

A talk claims no run: it has its own idempotency, its own tables and a player who waits. The owner's
switch and daily bound hold on the path itself (`agents.gate`); what it did is accounted for from
the rows it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import accounts, reasons
from agents.models import AgentRun
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, OwnWay, Work, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from npcs import asking, consolidation, deciding, rehearsal
from npcs.deciding import LONGEST, Option, Situation
from npcs.models import NpcDecision
from npcs.rehearsal import Line
from npcs.safety import clean_input
from quests import generating, offering
from quests.models import DynamicQuest
from tenants.context import run_in_tenant, tenant
from world.models import PlayerProfile

MOST_A_DAY = 1_000_000
"""The server's plan bounds calls; an owner may bound an agent below it."""
LONGEST_TEXT = 500
TIDYING = 15.0
"""Seconds of one run."""
NOTHING = Decimal(0)


class Rehearsal(Asked):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    language: str = Field(default="", max_length=2)


class Choice(Asked):
    situation: str = Field(min_length=1, max_length=LONGEST_TEXT)
    options: list[str]


class Seeker(Asked):
    """Who asks for work."""

    char_id: int = Field(gt=0, lt=2**63)
    name: str = Field(default="", max_length=50)
    level: int = Field(default=0, ge=0, le=999)


class Did(BaseModel):
    """The account of a stretch of time, by who or what it came from."""

    number: int = 0
    by_source: dict[str, int] = Field(default_factory=dict)
    seconds: float = 0.0
    since: str = ""
    until: str = ""


class Talked(Did):
    """One line, rehearsed."""

    text: str = ""
    emotion: str = ""
    intent: str = ""


class Decided(Did):
    """One decision."""

    chosen: str = ""
    utilities: list[float] = Field(default_factory=list)
    decision_id: int = 0


class Offered(Did):
    """One offer of work."""

    quest_id: int = 0
    title: str = ""
    status: str = ""
    repeated: bool = False
    """The character had it of this NPC before."""


class Tidied(Did):
    """Memories that were made, and those set aside, noticed and forgotten in this run."""

    set_aside: int = 0
    noticed: int = 0
    forgotten: int = 0

    @property
    def moved(self) -> int:
        return self.set_aside + self.noticed + self.forgotten


def accounted(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in Did.model_fields}


def gather_talk(subject: str, asked: Facts) -> Facts:
    """Of an NPC by its key: asked as Rehearsal; it is rehearsed and stored nowhere. Of everybody:
    the account."""
    if subject == EVERYBODY:
        return {"account": accounts.since_last("dialogue", accounts.talks)}
    line = read(Rehearsal, asked)
    text = clean_input(line.text, max_length=LONGEST_TEXT)
    return {"npc": subject, "text": text, "language": line.language}


async def talk(facts: Facts, seconds: float, asks: bool) -> Work:
    if told := facts.get("account"):
        return Work(output=Talked(**accounted(told)), cost=Decimal(told["cost"]))
    line = Line(
        npc_key=facts["npc"], text=facts["text"], trust=None, language=facts["language"],
        with_llm=asks,
    )  # fmt: skip
    done = await rehearsal.rehearse(line, seconds=seconds)
    thought = done.thought
    output = Talked(number=1, text=thought.text, emotion=thought.emotion, intent=thought.intent)
    return Work(output=output, source=thought.source, cost=asking.total(thought.paid))


def gather_decision(subject: str, asked: Facts) -> Facts:
    """Of an NPC by its key: asked as Choice. Of everybody: the account."""
    if subject == EVERYBODY:
        return {"account": accounts.since_last("decision", accounts.decisions)}
    what = read(Choice, asked)
    text = clean_input(what.situation, max_length=LONGEST_TEXT, field="situation")
    clean = [clean_input(one, max_length=LONGEST, field="options") for one in what.options]
    return {"npc": subject, "situation": text, "options": clean}


async def decide(facts: Facts, seconds: float, asks: bool) -> Work:
    if told := facts.get("account"):
        return Work(output=Decided(**accounted(told)))
    options = tuple(Option(text=one) for one in facts["options"])
    situation = Situation(npc_key=facts["npc"], text=facts["situation"], options=options)
    costs: list[Decimal] = []
    done = await deciding.decide(situation, seconds=seconds, ask_model=asks, costs=costs)
    output = Decided(
        number=1, chosen=options[done.chosen].text, utilities=list(done.utilities),
        decision_id=done.id,
    )  # fmt: skip
    return Work(output=output, source=done.source, cost=sum(costs, NOTHING))


def gather_offer(subject: str, asked: Facts) -> Facts:
    """Of an NPC by its key: asked as Seeker. Of everybody: the account."""
    if subject == EVERYBODY:
        return {"account": accounts.since_last("quest", accounts.offers)}
    who = read(Seeker, asked)
    known = PlayerProfile.objects.filter(pk=who.char_id).values_list("name", flat=True).first()
    name = clean_input(who.name or known or str(who.char_id), max_length=50, field="name")
    return {"npc": subject, "char_id": who.char_id, "name": name, "level": who.level}


async def offer(facts: Facts, seconds: float, asks: bool) -> Work:
    if told := facts.get("account"):
        return Work(output=Offered(**accounted(told)))
    asked = offering.Asked(
        npc_key=facts["npc"], char_id=facts["char_id"], player_name=facts["name"],
        level=facts["level"],
    )  # fmt: skip
    costs: list[Decimal] = []
    quest, repeated = await generating.offer(asked, seconds=seconds if asks else 0.0, costs=costs)
    output = Offered(
        number=1, quest_id=quest.pk, title=quest.title, status=quest.status, repeated=repeated
    )
    source = "llm" if quest.source == "llm" else "template"
    return Work(output=output, source=source, cost=sum(costs, NOTHING))


def gather_memories(subject: str, asked: Facts) -> Facts:
    if subject != EVERYBODY:
        raise Invalid("memories are tidied up of everybody", field="subject")
    return {"account": accounts.since_last("memory", accounts.memories)}


async def tidy(facts: Facts, seconds: float, asks: bool) -> Work:
    done = await run_in_tenant(tenant(), consolidation.tidy_up, time.monotonic() + TIDYING)
    return Work(output=Tidied(**accounted(facts["account"]), **asdict(done)))


def apply_own(subject: str, facts: Facts, output: BaseModel, changes: Changes) -> Mapping[str, Any]:
    """What the path wrote is noted, so that it is taken back like any other run's."""
    if isinstance(output, Tidied):
        changes.final = reasons.TIDY
        changes.idle = "" if output.moved else reasons.TIDY_ALREADY
    elif "account" in facts:
        changes.final, changes.idle = reasons.ACCOUNT, reasons.ACCOUNT
    elif isinstance(output, Talked):
        changes.idle = reasons.REHEARSED
    elif isinstance(output, Decided):
        changes.made(NpcDecision.objects.get(pk=output.decision_id))
    elif isinstance(output, Offered):
        changes.idle = reasons.OFFERED_BEFORE
        if not output.repeated:
            changes.made(DynamicQuest.objects.get(pk=output.quest_id))
    return output.model_dump(mode="json")


def used(count: accounts.Counting) -> Callable[[datetime], int]:
    return lambda since: count(since, timezone.now()).number


def tidied(since: datetime) -> int:
    return AgentRun.objects.filter(agent="memory", began_at__gte=since).count()


AGENTS = (
    AgentSpec(
        key="dialogue",
        group="core",
        purpose=_("Answers what players say, in character. Off: NPCs run their own scripts."),
        may_change=_(
            "The turn, the NPC's memory of it, and its trust in the player, by a point a day at "
            "most. A run by hand is a rehearsal and changes nothing."
        ),
        calls=("Dialogue.Talk", "Dialogue.StreamTalk", "Dialogue.FetchReply"),
        output=Talked,
        gather=gather_talk,
        apply=apply_own,
        own_way=OwnWay(go=talk, used=used(accounts.talks)),
        subjects=everybody,
        every=accounts.EACH,
        most_a_day=MOST_A_DAY,
    ),
    AgentSpec(
        key="decision",
        group="core",
        purpose=_("Chooses for an NPC among what it could do, by who it is."),
        may_change=_("The log of decisions."),
        calls=("Dialogue.Decide",),
        output=Decided,
        gather=gather_decision,
        apply=apply_own,
        own_way=OwnWay(go=decide, used=used(accounts.decisions)),
        subjects=everybody,
        every=accounts.EACH,
        most_a_day=MOST_A_DAY,
    ),
    AgentSpec(
        key="memory",
        group="core",
        purpose=_(
            "Tidies up what NPCs remember: sets doubles aside, notices what belongs together, "
            "forgets what matters little; at night, and a part of it at each run."
        ),
        may_change=_("Memories. What is forgotten can be brought back for a week."),
        calls=("Dialogue.Remember", "Dialogue.Recall", "Dialogue.Forget"),
        output=Tidied,
        gather=gather_memories,
        apply=apply_own,
        own_way=OwnWay(go=tidy, used=tidied),
        subjects=everybody,
        every=timedelta(days=1),
    ),
    AgentSpec(
        key="quest",
        group="core",
        purpose=_("Offers players work that the server's data make possible."),
        may_change=_(
            "Offers of quests. What they pay follows from the owner's policy, never above its caps."
        ),
        calls=("Quests.GenerateQuest",),
        output=Offered,
        gather=gather_offer,
        apply=apply_own,
        own_way=OwnWay(go=offer, used=used(accounts.offers)),
        subjects=everybody,
        every=accounts.EACH,
        most_a_day=MOST_A_DAY,
    ),
)
