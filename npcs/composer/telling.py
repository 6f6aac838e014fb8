"""The player tells something: it is taken up by its subject, not with a nod."""

from __future__ import annotations

from npcs.brief import Fact
from npcs.composer.dates import when
from npcs.composer.draft import Draft
from npcs.composer.knowledge import fitting, overlapping, tell, words_of
from npcs.composer.perspective import turned
from npcs.composer.recall import known, weave
from npcs.extraction import facts_about_player
from npcs.folding import words
from npcs.lexicon import lexicon

_LONGEST_ECHO = 90
_LOST = frozenset(words("lost missing perdido perdida desaparecido desaparecida stolen"))
"""Not sad news in 'I am looking for a lost ring'."""


def take_up(draft: Draft) -> None:
    already = known(draft)
    if already:
        told = when(already.happened_at, draft.brief.now, draft.brief.language)
        draft.uses(memory=already)
        draft.say("statement_known", when=told, When=told[0].upper() + told[1:])
        return
    given = _given_name(draft)
    if given:
        draft.say("statement_name", Given=given)
        return
    echo = _echo(draft)
    draft.say(f"statement_{tone(draft)}", echo=echo, Echo=echo[:1].upper() + echo[1:]) or draft.say(
        "statement_plain"
    )
    if draft.voice.room == 2 and tone(draft) == "sorrow":
        draft.say("comfort")
    if facts := _of_use(draft):
        tell(draft, facts[0])
    else:
        weave(draft)


def _of_use(draft: Draft) -> list[Fact]:
    """Facts for somebody who says what they look for; nobody wants lore for an answer to news."""
    seeks = tone(draft) == "plan"
    return [
        fact
        for fact in fitting(draft)
        if fact.score >= 0.25
        and not draft.has_said(words_of(fact))
        and len(overlapping(draft, fact)) >= (1 if seeks else 2)
    ]


def tone(draft: Draft) -> str:
    of = lexicon(draft.brief.language)
    said = words(draft.brief.text)
    present = set(said)
    denied = bool(of.negations & present) or _tells_a_taste(draft)
    if of.joy & present and not denied:
        return "joy"
    if (
        of.sorrow & present
        and not denied
        and not (of.plans & present and of.sorrow & present <= _LOST)
    ):
        return "sorrow"
    return "plan" if of.plans & present else "plain"


def _tells_a_taste(draft: Draft) -> bool:
    """'I am afraid of spiders' is no sad news."""
    facts = facts_about_player([draft.brief.text], draft.brief.language)
    return any(fact.kind in ("like", "dislike", "favourite") for fact in facts)


def _echo(draft: Draft) -> str:
    clause = turned(draft.brief.text, draft.brief.language, draft.voice.formal_address).clause
    insulting = lexicon(draft.brief.language).insults & set(words(clause))
    return "" if insulting or len(clause) > _LONGEST_ECHO or draft.claim else clause


def _given_name(draft: Draft) -> str:
    facts = facts_about_player([draft.brief.text], draft.brief.language)
    return next((fact.subjects[0] for fact in facts if fact.kind == "name"), "")
