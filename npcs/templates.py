"""Answers in ready phrases where a language model could be asked and would add little: greetings,
farewells, thanks, apologies, who the NPC is, and the way to what it knows of. In the NPC's own
voice, from its own facts, and never what it has just said: the composer makes them."""

from __future__ import annotations

from django.conf import settings

from npcs.brief import Brief
from npcs.claims import claim
from npcs.folding import words
from npcs.intents import Intent, classify
from npcs.mind import composed
from npcs.scales import Source
from npcs.turns import Scene, Thought

COURTESIES: dict[str, int] = {
    Intent.greeting: 6, Intent.farewell: 6, Intent.thanks: 5, Intent.apology: 5,
}  # fmt: skip
"""Words of a line that is no more than that: 'thanks for saving my sister' is more."""
FROM_FACTS = (Intent.name, Intent.directions)


def courtesy(scene: Scene) -> bool:
    """Whether the line is one, and no more than one: then nothing has to be looked for."""
    text = scene.said.text
    most = COURTESIES.get(classify(text, scene.language), 0)
    return len(words(text)) <= most and "?" not in text and claim(text, scene.language) is None


def answer(scene: Scene, brief: Brief) -> Thought | None:
    """None where there is no template that fits, or only one that was just said."""
    if not settings.ENABLE_TEMPLATE_REUSE:
        return None
    if not courtesy(scene) and not _from_facts(scene):
        return None
    made = composed(brief)
    known = made.intent != Intent.directions or made.facts or brief.neighbours
    heard_before = any(turn.text == made.text for turn in scene.recent)
    if made.source != Source.COMPOSER or not known or heard_before:
        return None
    return _template(made)


def _from_facts(scene: Scene) -> bool:
    text = scene.said.text
    asked = classify(text, scene.language) in FROM_FACTS
    return asked and claim(text, scene.language) is None


def _template(made: Thought) -> Thought:
    return Thought(
        text=made.text,
        emotion=made.emotion,
        intent=made.intent,
        source=Source.TEMPLATE,
        facts=made.facts,
        memories=made.memories,
        personal=made.personal,
    )
