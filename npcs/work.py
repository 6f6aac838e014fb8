"""Work an NPC has for whoever asks for some in a talk: first what its own script says of it, then,
when that was just said, what others have. Quests stand above the characters, so the app that offers
them registers how:

    work.offered_by(offering_in_talk)      # def offering_in_talk(scene: Scene) -> str

It is called within the unit that reads, in the server's schema, and returns the words of an offer,
or '' if there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from npcs import knowledge, mind, reading
from npcs.brief import Fact
from npcs.composer.knowledge import gives_work, words_of
from npcs.folding import plain
from npcs.intents import Intent, classify
from npcs.scales import Source
from npcs.turns import Scene, Thought

Offerer = Callable[[Scene], str]
_offerers: list[Offerer] = []
MOST = 200
"""Pieces of knowledge that are looked through for work."""
BEGINNING = 60
"""Characters by which what was said lately is known again."""


def offered_by(offerer: Offerer) -> None:
    """Doing it again changes nothing."""
    if offerer not in _offerers:
        _offerers.append(offerer)


def offer(scene: Scene) -> Thought | None:
    """What the NPC says if the player asks for work and it has some."""
    if scene.held_by or classify(scene.said.text, scene.language) != Intent.quest:
        return None
    if own := _own(scene):
        return own
    for offerer in _offerers:
        if text := offerer(scene):
            return Thought(
                text=text, emotion=scene.persona.mood, intent=Intent.quest, source=Source.TEMPLATE
            )
    return None


def _own(scene: Scene) -> Thought | None:
    """In the NPC's own voice what it was written to ask for, unless all of that was just said."""
    asked = [fact for fact in knowledge.own(scene, limit=MOST) if gives_work(fact)]
    new = tuple(fact for fact in asked if not _said(fact, scene))
    if not new:
        return None
    made = mind.composed(replace(reading.brief(scene, None), facts=new, memories=(), lookup=None))
    return replace(made, source=Source.TEMPLATE) if made.facts else None


def _said(fact: Fact, scene: Scene) -> bool:
    beginning = plain(words_of(fact))[:BEGINNING]
    said = (plain(turn.text) for turn in scene.recent if turn.speaker == "npc")
    return any(beginning in each for each in said)
