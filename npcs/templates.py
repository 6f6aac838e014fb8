"""Answers in ready phrases where a language model could be asked and would add little: greetings,
farewells, thanks, apologies, who the NPC is, the way to what it knows of, questions that one of
its facts answers, and what a guide finds in the server's own data. In the NPC's own voice, from
its own facts, in the player's language, and never what it has just said: the composer makes
them."""

from __future__ import annotations

from django.conf import settings

from npcs.brief import Brief, Fact
from npcs.claims import claim
from npcs.composer.knowledge import in_language
from npcs.folding import words
from npcs.gist import gist
from npcs.intents import Intent, classify
from npcs.matching import overlap, subjects
from npcs.mind import composed
from npcs.scales import Source
from npcs.turns import Scene, Thought

COURTESIES: dict[str, int] = {
    Intent.greeting: 6, Intent.farewell: 6, Intent.thanks: 5, Intent.apology: 5,
}  # fmt: skip
"""Words of a line that is no more than that: 'thanks for saving my sister' is more."""
FROM_FACTS = (Intent.name, Intent.directions)
ASKED_OF_ONE = ("asks.where", "asks.how_much", "asks.about")
"""What a fact that speaks of all that is asked about answers. Not who, why, when or whether: it may
speak of the mine that is closed and not say why."""
TOUCHES = 0.25
"""Relevance (0-1) from which a memory has to do with what is asked."""
LONGEST = 120
"""Characters; who says more says something beside the question."""


def courtesy(scene: Scene) -> bool:
    """Whether the line is one, and no more than one: then nothing has to be looked for."""
    text = scene.said.text
    most = COURTESIES.get(classify(text, scene.language), 0)
    return len(words(text)) <= most and "?" not in text and claim(text, scene.language) is None


def answer(scene: Scene, brief: Brief) -> Thought | None:
    """None where there is no template that fits, or only one that was just said."""
    if not settings.ENABLE_TEMPLATE_REUSE:
        return None
    if brief.lookup and claim(scene.said.text, scene.language) is None:
        return _fresh(scene, composed(brief))
    told = answering(scene, brief)
    if not (told or courtesy(scene) or _from_facts(scene)):
        return None
    made = composed(brief)
    known = made.intent != Intent.directions or _says_where(made, brief)
    if not known:
        return None
    if told and made.intent not in FROM_FACTS and made.facts != (told.id,):
        return None
    return _fresh(scene, made)


def _fresh(scene: Scene, made: Thought) -> Thought | None:
    """None for what was just said, and for the stock line."""
    heard_before = any(turn.text == made.text for turn in scene.recent)
    return None if made.source != Source.COMPOSER or heard_before else _template(made)


def answering(scene: Scene, brief: Brief) -> Fact | None:
    """The only fact that speaks of all that a plain question asks about, if there is one and no
    memory of the player touches it."""
    text, language = scene.said.text, scene.language
    asked = gist(text, language)
    if asked is None or asked[0] not in ASKED_OF_ONE or asked[1] or len(text) > LONGEST:
        return None
    if any(_turns(part) for part in asked[2:]) or claim(text, language) is not None:
        return None
    if any(memory.score >= TOUCHES for memory in brief.memories):
        return None
    keys, price = frozenset(asked[2:]), asked[0] == "asks.how_much"
    found = [
        fact
        for fact in brief.facts
        if overlap(keys, subjects(f"{fact.topic} {fact.text}")) == len(keys)
        if not price or any(map(str.isdigit, fact.text))
    ]
    return found[0] if len(found) == 1 and in_language(found[0].text, language) else None


def _turns(part: str) -> bool:
    """A small word that changes what is asked, or a number."""
    return part.startswith("turn.") or any(map(str.isdigit, part))


def _says_where(made: Thought, brief: Brief) -> bool:
    """In the player's own language: a model says it better in it than a quotation does."""
    told = [fact for fact in brief.facts if fact.id in made.facts]
    if not told:
        return bool(brief.neighbours)
    return all(in_language(fact.text, brief.language) for fact in told)


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
