"""Answers to lines that lean on what was said: 'tell me more', 'and where was that?', 'why?'."""

from __future__ import annotations

from npcs.brief import Fact
from npcs.composer.draft import Draft
from npcs.composer.knowledge import retell, tell, words_of
from npcs.composer.substance import reacts
from npcs.folding import plain
from npcs.intents import Intent
from npcs.matching import overlap, subjects, telling


def go_on(draft: Draft) -> bool:
    """Answers from the fact that was told last; False if there was none."""
    last = _last_told(draft)
    if last is None or not draft.leaning:
        return False
    draft.personal = True
    if draft.leaning == "source" and not last.attribution:
        return draft.say("source_unknown")
    following = _following(draft, last)
    if draft.intent is Intent.directions:
        retell(draft, _placed(draft) or last)
    elif draft.leaning in ("pointing", "source") or (draft.leaning == "reason" and not following):
        retell(draft, last)
    elif following:
        tell(draft, following[0])
    else:
        draft.say("told_all")
    return True


def _last_told(draft: Draft) -> Fact | None:
    return next(iter(_told(draft)), None)


def _told(draft: Draft) -> list[Fact]:
    """What was told in this talk, the latest first."""
    said = [(draft.said.rfind(_trace(fact)), fact) for fact in draft.brief.facts]
    return [fact for at, fact in sorted(said, key=lambda pair: -pair[0]) if at >= 0]


def _placed(draft: Draft) -> Fact | None:
    """The latest that says where something is."""
    return next((fact for fact in _told(draft) if _names_a_place(fact)), None)


def _names_a_place(fact: Fact) -> bool:
    about = telling(subjects(f"{fact.topic} {fact.text}"))
    return any(key.startswith(("place.", "way.")) for key in about)


def _trace(fact: Fact) -> str:
    return plain(words_of(fact))[:60]


def _following(draft: Draft, last: Fact) -> list[Fact]:
    """What has to do with it and was not told: of the same topic in its order, then what speaks
    of the same things."""
    new = [
        fact
        for fact in draft.brief.facts
        if not draft.has_said(words_of(fact)) and not reacts(fact)
    ]
    same = sorted((f for f in new if f.topic and f.topic == last.topic), key=lambda f: f.id)
    about = telling(subjects(f"{last.topic} {last.text}"))
    near = [(overlap(about, subjects(f"{f.topic} {f.text}")), f) for f in new if f not in same]
    return same + [f for shared, f in sorted(near, key=lambda pair: -pair[0]) if shared]
