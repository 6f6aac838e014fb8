"""What several of a player's lines say together, in a language model's words: the other way to
`reflection`, with the same checks. It reads the player's own lines and nothing else, never what was
recalled or reflected, and what it writes has to be drawn from lines of several days, about a word
of theirs, and without a name or a number that is not in them. Only where a model is named for
reading (LLM_EXTRACTION_MODEL, or the owner's), within the budget."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings
from pydantic import BaseModel, Field

from inference import client
from inference.generation import Message
from npcs import asking, prompting
from npcs.brief import Language
from npcs.claims import claim
from npcs.folding import fold, words
from npcs.forgetting import Held
from npcs.intents import is_question
from npcs.language import detect
from npcs.listening import worth
from npcs.matching import subjects
from npcs.moderation.finding import found, grants
from npcs.own_llm import own
from npcs.reflection import MOST, OFTEN, Reflection
from npcs.safety import clean_reply
from npcs.scales import Speaker
from npcs.terms import names

TASK = "reflection"
MOST_LINES, LINE_LENGTH = 60, 300
SHORTEST, LONGEST = 12, 220
"""Characters of what is noticed."""
PLAYER = "{player}"
SOMEBODY = "Ana"
"""Stands for the player while a sentence is judged: braces are narration."""
_NUMBER = re.compile(r"\d+")


class Insight(BaseModel):
    about: str = Field(max_length=40)
    lines: list[int] = Field(max_length=MOST_LINES)
    text: str = Field(max_length=400)


class Insights(BaseModel):
    notes: list[Insight] = Field(max_length=MOST)


async def chosen() -> bool:
    """Whether a model is named for it here. Raises NotAsked if the owner's cannot be asked."""
    return bool(client.chosen_model(TASK, await own()))


def readable(memories: Sequence[Held], language: Language) -> list[Held]:
    """The player's own lines that tell something, oldest first, the newest MOST_LINES; none that
    claims what was promised or talks past the character."""
    told = [
        each
        for each in memories
        if each.speaker == Speaker.PLAYER
        and "?" not in each.text
        and worth(each.text, detect(each.text, default=language))
    ]
    told.sort(key=lambda one: (one.happened_at, one.id))
    return told[-MOST_LINES:]


def enough(lines: Sequence[Held]) -> bool:
    """Whether they are of so many days that there may be something to notice."""
    return len({each.happened_at.date() for each in lines}) >= OFTEN


async def insights(
    lines: Sequence[Held], *, player_name: str, language: Language, seconds: float
) -> list[Reflection]:
    """At most MOST, each drawn from lines of OFTEN days. Raises Unavailable."""
    asked = await asking.decide(
        _messages(lines, language),
        output=Insights,
        task=TASK,
        seconds=min(seconds, float(settings.LLM_TASK_TIMEOUT)),
    )
    kept: list[Reflection] = []
    for note in asked.notes:
        made = checked(note, lines, player_name=player_name, language=language)
        if made and all(made.drawn_from != other.drawn_from for other in kept):
            kept.append(made)
    return kept[:MOST]


def _messages(lines: Sequence[Held], language: Language) -> list[Message]:
    told = "\n".join(
        f"{at}: ({each.happened_at:%Y-%m-%d}) {each.text[:LINE_LENGTH]}"
        for at, each in enumerate(lines, start=1)
    )
    rules = prompting.filled(
        TASK, language=prompting.LANGUAGE_NAMES[language], days=str(OFTEN), most=str(MOST)
    )
    return [{"role": "system", "content": rules}, {"role": "user", "content": told}]


def checked(
    note: Insight, lines: Sequence[Held], *, player_name: str, language: Language
) -> Reflection | None:
    """The note as a reflection, or None where anything in it is not the player's own."""
    numbers = dict.fromkeys(at for at in note.lines if 0 < at <= len(lines))
    drawn = [lines[at - 1] for at in numbers]
    about = _of_theirs(note.about, drawn)
    said = " ".join(clean_reply(note.text.replace(PLAYER, SOMEBODY)).split())
    if not (enough(drawn) and about and SHORTEST <= len(said) <= LONGEST):
        return None
    if not (_sober(said, language) and _grounded(said, drawn)):
        return None
    text = re.sub(rf"\b{SOMEBODY}\b", lambda _: player_name, said)
    return Reflection(
        key=about,
        subject=about,
        text=text,
        drawn_from=tuple(sorted(each.id for each in drawn)),
        happened_at=max(each.happened_at for each in drawn),
    )


def _of_theirs(about: str, drawn: Sequence[Held]) -> str:
    """The first word of it that stands in one of the lines."""
    spoken = {word for each in drawn for word in words(each.text)}
    return next((word for word in words(about) if word in spoken), "")


def _sober(said: str, language: Language) -> bool:
    """A statement in the player's language that claims and hands over nothing."""
    return (
        not is_question(said, language)
        and claim(said, language) is None
        and not grants(said)
        and not found(said, language)
        and detect(said, default=language) == language
    )


def _grounded(said: str, drawn: Sequence[Held]) -> bool:
    """No name and no number but those of the lines, and something of what they are about."""
    told = " ".join(each.text for each in drawn)
    spoken = set(words(told)) | {fold(SOMEBODY)}
    if any(set(words(name)) - spoken for name in names(said)):
        return False
    if set(_NUMBER.findall(said)) - set(_NUMBER.findall(told)):
        return False
    return bool(subjects(said) & subjects(told))
