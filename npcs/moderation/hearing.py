"""What becomes of a player's line before anybody thinks about it, and of its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from npcs.brief import Language
from npcs.intents import Intent
from npcs.language import detect
from npcs.moderation.finding import found, masked, severe
from npcs.moderation.lists import Kind, lists
from npcs.scales import Source
from npcs.turns import Said, Scene, Thought
from tenants.context import tenant
from tenants.models import Moderation

SEVERE, SELF_HARM, PROFANITY = "severe", "self_harm", "profanity"


def heard(said: Said) -> Said:
    """What is answered and kept: with `soften`, swear words are masked. Touches no database."""
    if tenant().moderation != Moderation.SOFTEN:
        return said
    language = said.language or detect(said.text, default=cast(Language, tenant().language))
    text = masked(said.text, language)
    return said if text == said.text else replace(said, text=text)


def deflection(scene: Scene) -> Thought | None:
    """The answer to what is not answered, in character; no model is asked and nothing remembered.
    None where the line may be answered."""
    kind = severe(scene.said.text, scene.language)
    if kind is not None and not scene.held_by:
        return _deflected(scene, SELF_HARM if kind == Kind.SELF_HARM else SEVERE)
    blocks = tenant().moderation == Moderation.BLOCK and not scene.held_by
    if blocks and Kind.MILD in found(scene.said.text, scene.language):
        return _deflected(scene, PROFANITY)
    if blocks and scene.said.toxic:
        return replace(_deflected(scene, PROFANITY), toxic=True)
    return None


def _deflected(scene: Scene, why: str) -> Thought:
    lines = lists(scene.language).deflections[why]
    heard_before = {turn.text for turn in scene.recent}
    text = next((line for line in lines if line not in heard_before), lines[0])
    return Thought(
        text=text,
        emotion="neutral" if why == SELF_HARM else "disgusted",
        intent=(Intent.statement if why == SELF_HARM else Intent.insult).value,
        source=Source.STOCK,
        unheard=True,
    )
