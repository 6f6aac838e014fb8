"""What a language model is told. Static text first, so that providers can reuse the prefix."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import Template

from inference.generation import Message
from npcs.brief import Brief, Fact, Language, Mode, Persona

FOLDER = Path(__file__).resolve().parent / "prompts"
LANGUAGE_NAMES: dict[Language, str] = {
    "en": "English",
    "pt": "Brazilian Portuguese",
    "es": "Spanish",
    "id": "Indonesian",
    "ko": "Korean (polite 해요 style unless the character speaks otherwise)",
}
MAX_FACTS = 20
FACT_LENGTH = 300
SHARED = "everybody here knows"
UNSURE = (
    "(Perhaps none of this answers what they say now. If it does not, say that you do not know; "
    "never make up what they told you or what was promised.)"
)
LENGTHS: dict[Mode, str] = {
    "budget": "one to three short",
    "normal": "one to three short",
    "full": "three to six",
}


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / f"{name}.txt").read_text("utf-8"))


@cache
def version() -> str:
    """Changes with every change of the templates; part of cache keys and of stored turns."""
    text = b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.txt")))
    return hashlib.sha256(text).hexdigest()[:12]


def messages(brief: Brief) -> list[Message]:
    """The conversation for a chat model: rules, character, who stands before it, what was said."""
    system = _template("dialogue").substitute(
        language=LANGUAGE_NAMES[brief.language],
        persona=_persona(brief.persona),
        facts=_facts(brief.facts),
        length=LENGTHS[brief.mode],
    )
    chat: list[Message] = [{"role": "system", "content": system}]
    if knows_player(brief):
        about = _template("player").substitute(player=_player(brief), memories=_memories(brief))
        chat.append({"role": "system", "content": about})
    for turn in brief.recent:
        if turn.speaker == "npc":
            chat.append({"role": "assistant", "content": turn.text})
        else:
            chat.append({"role": "user", "content": turn.text})
    chat.append({"role": "user", "content": brief.text})
    return chat


def knows_player(brief: Brief) -> bool:
    """Whether the prompt holds anything of this player: then the answer is for no one else."""
    return brief.met_before or bool(brief.memories) or bool(brief.recent)


def _persona(who: Persona) -> str:
    traits = (
        f"openness {who.openness:.1f}, conscientiousness {who.conscientiousness:.1f}, "
        f"extraversion {who.extraversion:.1f}, agreeableness {who.agreeableness:.1f}, "
        f"neuroticism {who.neuroticism:.1f}"
    )
    lines = [
        f"{who.name}, {who.role}, on the map {who.map_name}.",
        f"Personality from 0 to 1: {traits}. Alignment: {who.alignment.replace('_', ' ')}. "
        f"Mood: {who.mood}.",
        f"Your story: {who.background}" if who.background else "",
        f"How you talk: {who.speech_style}" if who.speech_style else "",
    ]
    return "\n".join(line for line in lines if line)


def _facts(facts: Sequence[Fact]) -> str:
    lines = [
        f"- {fact.topic + ': ' if fact.topic else ''}{fact.text[:FACT_LENGTH]}"
        for fact in facts[:MAX_FACTS]
    ]
    return "\n".join(lines) or "- nothing in particular"


def _player(brief: Brief) -> str:
    trust = "You distrust them." if brief.trust < 1.5 else ""
    if brief.trust >= 5:
        trust = "You trust them."
    return f"Name: {brief.player_name}. You have met before. {trust}".strip()


def _memories(brief: Brief) -> str:
    who = {"player": "they said", "npc": "you said", "other": "someone said"}
    lines = [
        f"- {memory.happened_at:%d %B %Y}, "
        f"{SHARED if memory.shared else who[memory.speaker]}: {memory.text}"
        for memory in brief.memories
    ]
    if lines and not brief.sure:
        lines.append(UNSURE)
    return "\n".join(lines) or "- nothing that fits"
