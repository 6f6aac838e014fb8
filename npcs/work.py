"""Work an NPC has for whoever asks for some in a talk. Quests stand above the characters, so the
app that offers them registers how:

    work.offered_by(offering_in_talk)      # def offering_in_talk(scene: Scene) -> str

It is called within the unit that reads, in the server's schema, and returns the words of an offer,
or '' if there is none."""

from __future__ import annotations

from collections.abc import Callable

from npcs.intents import Intent, classify
from npcs.scales import Source
from npcs.turns import Scene, Thought

Offerer = Callable[[Scene], str]
_offerers: list[Offerer] = []


def offered_by(offerer: Offerer) -> None:
    """Doing it again changes nothing."""
    if offerer not in _offerers:
        _offerers.append(offerer)


def offer(scene: Scene) -> Thought | None:
    """What the NPC says if the player asks for work and it has some."""
    if scene.held_by or classify(scene.said.text, scene.language) != Intent.quest:
        return None
    for offerer in _offerers:
        if text := offerer(scene):
            return Thought(
                text=text, emotion=scene.persona.mood, intent=Intent.quest, source=Source.TEMPLATE
            )
    return None
