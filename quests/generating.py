"""The story of an offer: a language model proposes a title, words and a difficulty, and nothing
else; without one, or if what it says may not be said, a template tells it.

What the work is was decided before, what it pays is decided after, both by rules."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Literal

from django.utils import timezone
from pydantic import BaseModel, Field

from aiworld.errors import Unavailable
from inference.generation import Message
from npcs import asking
from npcs.moderation.finding import grants, severe
from npcs.quoting import quoted
from npcs.safety import clean_reply
from quests import calibrating, offering, rules, telling
from quests.models import DynamicQuest
from quests.offering import Asked, Told
from quests.planning import Asker, Plan
from tenants.context import run_in_tenant, tenant

TASK = "planning"
LEAST, RESERVE, SHARE = 1.5, 0.4, 0.15
"""Seconds without which no model is asked; those, and the share of all, kept for writing."""
NAMES = {
    "en": "English", "pt": "Brazilian Portuguese", "es": "Spanish", "id": "Indonesian",
    "ko": "Korean", "th": "Thai",
}  # fmt: skip
RULES = """You write one quest offer of a character in an online game.
Write in {language}, as the character would speak, in 1-4 sentences, to the player directly.
Write {{player}} for the player's name, {{target}} for what it is about, {{map}} for the place and
{{amount}} for how many; never write a number yourself. Promise no reward and no item, and hand
nothing over: rewards are not up to you. No stage directions, no brackets but the four names above.
Say how difficult the quest should be; a harder one means more work.

The character: {name}, {role}. {background}
The work: {work}"""
WORK = {
    "kill": "hunt {amount} of {target}, seen at {map}",
    "collect": "bring {amount} of {target}, which will be taken",
    "boss": "defeat {target} at {map}",
    "escort": "walk with the character to {target} at {map}",
    "delivery": "go to {target} at {map} and give a message",
    "exploration": "go to {map}, look around and come back",
    "puzzle": "find out who at {map} says: {saying}",
    "social": "talk to {target} at {map}",
}


class Flavour(BaseModel):
    """What a model may say about a quest."""

    title: str = Field(max_length=rules.LONGEST_TITLE)
    text: str = Field(max_length=rules.LONGEST_TEXT)
    difficulty: Literal["trivial", "easy", "normal", "hard", "epic", "legendary"]


DIFFICULTIES = ("trivial", "easy", "normal", "hard", "epic", "legendary")


async def offer(
    asked: Asked, *, seconds: float, costs: list[Decimal] | None = None
) -> tuple[DynamicQuest, bool]:
    """The quest, offered or waiting for the owner, and whether it was there before; what a language
    model cost is added to `costs`. Call it inside a server's context.

    Raises NotFound, SwitchedOff, OverQuota, Conflict."""
    found = await run_in_tenant(tenant(), offering.known, asked)
    if isinstance(found, DynamicQuest):
        return found, True
    asker, plan = found
    began = time.monotonic()
    asker = await calibrating.fitted(asker, plan, seconds=seconds)
    left = seconds - max(RESERVE, SHARE * seconds) - (time.monotonic() - began)
    told = await _flavoured(asker, plan, seconds=left, costs=costs)
    quest = await run_in_tenant(
        tenant(),
        offering.write,
        told or offering.told(asker, plan),
        request_id=asked.request_id,
        now=timezone.now(),
    )
    return quest, False


async def _flavoured(
    asker: Asker, plan: Plan, *, seconds: float, costs: list[Decimal] | None
) -> Told | None:
    if plan.told or seconds < LEAST or asker.npc.ai_mode == "budget":
        return None
    try:
        if not await asking.possible():
            return None
        said = await asking.decide(
            _messages(asker, plan), output=Flavour, task=TASK, seconds=seconds, costs=costs
        )
    except Unavailable:
        return None
    return flavoured(asker, plan, said)


def _messages(asker: Asker, plan: Plan) -> list[Message]:
    """Nothing a player has written is in it, not even the name."""
    work = telling.filled(WORK[plan.kind], {"saying": plan.slots.get("saying", "")})
    rules_of_it = RULES.format(
        language=NAMES[asker.language],
        name=quoted(asker.npc.name),
        role=quoted(asker.npc.role),
        background=quoted(asker.npc.background[:600]),
        work=work,
    )
    named = "\n".join(
        f"{{{name}}} stands for {quoted(value)}"
        for name, value in sorted(plan.slots.items())
        if name in ("target", "map") and value != "?"
    )
    return [{"role": "system", "content": rules_of_it}, {"role": "user", "content": named or "-"}]


def flavoured(asker: Asker, plan: Plan, said: Flavour) -> Told | None:
    """What a model said, if an NPC may say it; its difficulty as far as the work can be so hard."""
    proposed = asker.wished or DIFFICULTIES.index(said.difficulty) + 1
    difficulty = rules.difficulty_of(plan.kind, min(proposed, asker.welcome.hardest))
    title, text = _cleaned(said.title), _cleaned(said.text)
    if faults(title, text, asker.language, asker.code_page):
        return None
    names = plan.names(asker, difficulty)
    pattern = {**names, "player": "{player}"}
    return Told(
        asker=asker,
        plan=plan,
        difficulty=difficulty,
        title=telling.filled(title, names),
        text=telling.filled(text, names),
        source="llm",
        pattern=(telling.filled(title, pattern), telling.filled(text, pattern)),
    )


SLOTS = {"{player}": "QPLAYERQ", "{target}": "QTARGETQ", "{map}": "QMAPQ", "{amount}": "QAMOUNTQ",
         "{npc}": "QNPCQ"}  # fmt: skip


def _cleaned(text: str) -> str:
    """A slot is a word in braces, which cleaning takes for narration."""
    for slot, word in SLOTS.items():
        text = text.replace(slot, word)
    text = clean_reply(text)
    for slot, word in SLOTS.items():
        text = text.replace(word, slot)
    return text


def faults(title: str, text: str, language: str, code_page: str) -> list[str]:
    """Why an NPC may not say this."""
    whole = f"{title}\n{text}"
    found = []
    if not title.strip() or not text.strip():
        found.append("nothing was said")
    if any(each.isdigit() for each in whole):
        found.append("it names numbers")
    if grants(whole):
        found.append("it hands something over")
    if severe(whole, language):
        found.append("it is severe")
    if not rules.shown(whole, code_page):
        found.append("the client cannot show it")
    return found
