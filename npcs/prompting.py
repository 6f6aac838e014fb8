"""What a language model is told: the rules, the character, what is known, the mood, who stands
before it, what was said. From static to dynamic, so that providers can reuse the prefix; within a
number of tokens, by leaving out first what is missed least."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from inference import tokens
from inference.generation import Message
from npcs.brief import Brief, Language, Lookup, LookupKind, Mode, Persona, Recollection
from npcs.prompt_files import PromptFiles, Prompts
from npcs.quoting import quoted
from npcs.regard import TOLD

FILES = PromptFiles(Path(__file__).resolve().parent / "prompts")
LANGUAGE_NAMES: dict[Language, str] = {
    "en": "English",
    "pt": "Brazilian Portuguese",
    "es": "Spanish",
    "id": "Indonesian",
    "th": "Thai (with natural particles)",
    "ko": "Korean (polite 해요 style unless the character speaks otherwise)",
}
MAX_FACTS = 20
FACT_LENGTH, BACKGROUND_LENGTH, SPEECH_LENGTH = 300, 1500, 300
"""Characters."""
UNBOUNDED = 1_000_000
LOOKED_UP: dict[LookupKind, str] = {
    "droppers": "{subject} is dropped by {who} (base rates). {first} lives on: {places}.",
    "no_droppers": "No monster that lives here drops {subject}.",
    "drops": "{subject} drops {who} (base rates).",
    "no_drops": "{subject} drops nothing.",
    "level": "{subject} is level {figure} and lives on: {places}.",
    "homes": "{subject} lives on: {places}. It is level {figure}.",
    "no_homes": "{subject} lives nowhere that is known.",
    "buy": "{subject} costs {figure} zeny at {who}, {places}.",
    "no_buy": "No known shop sells {subject}.",
    "sell": "A shop pays {figure} zeny for {subject}.",
    "no_sell": "No shop buys {subject}.",
    "fits": "Maps for level {figure}: {places}.",
    "no_fits": "No map fits level {figure}.",
    "which_level": "They have not said which level they are; ask.",
    "residents": "On {subject} live {who}, level {figure} to {highest}.",
    "no_residents": "No monster lives on {subject}.",
}
UNSURE = (
    "(Perhaps none of this answers what they say now. If it does not, say that you do not know; "
    "never make up what they told you or what was promised.)"
)
LENGTHS: dict[Mode, str] = {
    "budget": "one to three short",
    "normal": "one to three short",
    "full": "three to six",
}


@dataclass(frozen=True)
class Told:
    """What a model is told, and of what."""

    messages: list[Message]
    brief: Brief
    """Without what there was no room for."""
    version: str
    """Of the templates."""


def version() -> str:
    """Changes with every change of the templates; part of cache keys."""
    return FILES.current().version


def filled(name: str, **values: str) -> str:
    """One template, for what is no talk."""
    return FILES.current().fill(name, **values)


def told(brief: Brief, *, most: int = UNBOUNDED) -> Told:
    """In at most so many tokens (`inference.tokens`). Left out first are the oldest turns, then the
    memories that fit least, then such facts; never the rules, the character or what was said."""
    prompts = FILES.current()
    chat = _messages(prompts, brief)
    if not tokens.fits(chat, most):
        brief = _shortened(brief, tokens.count_chat(chat) - most)
        chat = _messages(prompts, brief)
    return Told(chat, brief, prompts.version)


def _shortened(brief: Brief, over: int) -> Brief:
    """Without enough to save so many tokens, if there is enough. Talk begins with the player's
    words, since some models' formats know no other order."""
    recent, memories = list(brief.recent), list(brief.memories)
    facts = list(brief.facts[:MAX_FACTS])
    while over > 0 and (recent or memories or facts):
        if recent:
            gone = recent.pop(0).text
            while recent and recent[0].speaker == "npc":
                gone += recent.pop(0).text
        elif memories:
            worst = min(reversed(memories), key=lambda memory: memory.score)
            memories.remove(worst)
            gone = worst.text
        else:
            gone = facts.pop().text[:FACT_LENGTH]
        over -= tokens.count(gone)
    return replace(brief, recent=tuple(recent), memories=tuple(memories), facts=tuple(facts))


def _messages(prompts: Prompts, brief: Brief) -> list[Message]:
    system = prompts.fill(
        "dialogue",
        language=LANGUAGE_NAMES[brief.language],
        length=LENGTHS[brief.mode],
        persona=persona(brief.persona),
        mood=f"{brief.persona.mood}. {TOLD[brief.persona.regard]}".strip(),
        facts=_facts(brief),
    )
    chat: list[Message] = [{"role": "system", "content": system}]
    if knows_player(brief):
        about = prompts.fill("player", player=_player(brief), memories=_memories(brief))
        chat.append({"role": "system", "content": about})
    for turn in () if brief.standalone else brief.recent:
        if turn.speaker == "npc":
            chat.append({"role": "assistant", "content": turn.text})
        else:
            chat.append({"role": "user", "content": turn.text})
    chat.append({"role": "user", "content": brief.text})
    return chat


def knows_player(brief: Brief) -> bool:
    """Whether the prompt holds anything of this player: then the answer is for no one else."""
    known = brief.met_before or bool(brief.memories) or bool(brief.recent)
    own_level = brief.lookup is not None and brief.lookup.personal
    return own_level or (known and not brief.standalone)


def persona(who: Persona) -> str:
    traits = (
        f"openness {who.openness:.1f}, conscientiousness {who.conscientiousness:.1f}, "
        f"extraversion {who.extraversion:.1f}, agreeableness {who.agreeableness:.1f}, "
        f"neuroticism {who.neuroticism:.1f}"
    )
    lines = [
        f"{who.name}, {who.role}, on the map {who.map_name}.",
        f"Personality from 0 to 1: {traits}. Alignment: {who.alignment.replace('_', ' ')}.",
        f"Your story: {who.background[:BACKGROUND_LENGTH]}" if who.background else "",
        f"How you talk: {who.speech_style[:SPEECH_LENGTH]}" if who.speech_style else "",
    ]
    return "\n".join(line for line in lines if line)


def _facts(brief: Brief) -> str:
    lines = [f"- {looked_up(brief.lookup)}"] if brief.lookup else []
    lines += [
        f"- {fact.topic + ': ' if fact.topic else ''}{fact.text[:FACT_LENGTH]}"
        for fact in brief.facts[:MAX_FACTS]
    ]
    return "\n".join(lines) or "- nothing in particular"


def looked_up(found: Lookup) -> str:
    """A guide's finding as a fact. Names are to be written as they are: they become links."""
    values = {
        "subject": found.subject,
        "who": ", ".join(found.who),
        "first": found.first,
        "places": ", ".join(found.places) or "no map",
        "figure": str(found.figure),
        "highest": str(found.highest),
    }
    return LOOKED_UP[found.kind].format_map(values)


def _player(brief: Brief) -> str:
    trust = "You distrust them." if brief.trust < 1.5 else ""
    if brief.trust >= 5:
        trust = "You trust them."
    return f"Name: {quoted(brief.player_name)}. You have met before. {trust}".strip()


def _whose(memory: Recollection) -> str:
    if memory.shared:
        return "everybody here knows"
    if memory.noticed:
        return "you have noticed"
    return {"player": "they said", "npc": "you said", "other": "someone said"}[memory.speaker]


def _memories(brief: Brief) -> str:
    lines = [
        f"- {memory.happened_at:%d %B %Y}, {_whose(memory)}: {quoted(memory.text)}"
        for memory in brief.memories
    ]
    if lines and not brief.sure:
        lines.append(UNSURE)
    return "\n".join(lines) or "- nothing that fits"
