"""Answers from memory of this player. Nothing is claimed that no memory holds: a question about the
brother is not answered with the sister."""

from __future__ import annotations

import re
from datetime import datetime

from npcs.brief import Recollection
from npcs.composer.asked import asked
from npcs.composer.dates import when
from npcs.composer.draft import Draft
from npcs.composer.perspective import Turned, turned
from npcs.composer.tellings import Telling
from npcs.extraction import ExtractedFact
from npcs.folding import plain
from npcs.intents import asked_kind, untold
from npcs.language import detect
from npcs.lexicon.concepts import concepts
from npcs.matching import kin, missing_kin, overlap, subjects, telling

_SURE, _WOVEN = 0.7, 0.5
_JUST_NOW = re.compile(
    r"\b(just|acabei de|agora (ha pouco|mesmo)|acabo de|ahora mismo|hace un momento|moments? ago)\b"
)
_OWN_NAME = re.compile(
    r"\b(my name|who am i|who i am|meu nome|me chamo|quem (eu )?sou|mi nombre|me llamo|quien soy)\b"
)
_SAID_BY_NPC = re.compile(
    r"\b(you (tell|told|say|said|promise)|(voce|vc) (me )?(disse|contou|falou)"
    r"|(me )?(dijiste|contaste))\b"
)
_RELATION_NAME = re.compile(
    r"\b(name|nome|nombre) (of|d[aeo]s?) \w+|\bmy \w+'?s name|(minha|meu|mi) \w+ (se )?chama"
)
_OF_ONE = ("home", "profession", "age", "guild")
_ASKING_WORDS = frozenset(
    {"mind.love", "mind.hatred", "mind.fear", "do.search", "do.find", "mind.promise", "do.lose",
     "mind.lost", "mind.name", "mind.favourite", "place.home", "money.work", "war.theft"}
)  # fmt: skip
"""What a question has in common with every answer to it."""


def remember(draft: Draft) -> None:
    said = plain(draft.brief.text)
    if _OWN_NAME.search(said) and not _RELATION_NAME.search(said):
        draft.say("remember_name")
        draft.personal = True
    elif not draft.brief.met_before and not draft.brief.recent and not draft.brief.memories:
        draft.say("remember_never")
        draft.personal = True
    elif _JUST_NOW.search(said) and _from_this_talk(draft, None):
        return
    else:
        _recall(draft)


def _recall(draft: Draft) -> None:
    draft.personal = True
    kind = asked_kind(draft.brief.text, draft.brief.language)
    if kind and _tell_kind(draft, kind):
        return
    found = _found(draft)
    if found:
        _tell(draft, found)
    elif _from_this_talk(draft, draft.keys):
        return
    elif draft.keys and (
        what := asked(draft.brief.text, draft.brief.language, draft.voice.formal_address)
    ):
        draft.say("remember_not_that", what_asked=what, What_asked=what[0].upper() + what[1:])
    elif kind:
        draft.say("remember_untold")
    else:
        draft.say("remember_face" if draft.brief.met_before else "remember_new")


def _tell_kind(draft: Draft, kind: str) -> bool:
    """The newest that was told of this kind: the name of the dog, the home, the promise."""
    fits = [
        (told, fact)
        for told in reversed(draft.told)
        for fact in reversed(told.facts)
        if _of_kind(fact, kind, draft.keys)
    ]
    if not fits:
        return False
    told, fact = fits[0]
    spoken = _spoken(draft, fact.told)
    if told.memory:
        draft.uses(memory=told.memory)
    times = _told_so_far(draft, spoken)
    if times > 1:
        return draft.say("remember_all")
    _say_told(draft, spoken, told.at, again=times == 1)
    several = kind not in (*_OF_ONE, "name", "favourite", "count")
    if several and not times and len(fits) > 1:
        _also(draft, *fits[1])
    return True


def _also(draft: Draft, told: Telling, fact: ExtractedFact) -> None:
    spoken = _spoken(draft, fact.told)
    if spoken.clause and not draft.has_said(spoken.clause):
        draft.say("remember_more", clause=spoken.clause, **_time(draft, told.at))
        if told.memory:
            draft.uses(memory=told.memory)


def _of_kind(fact: ExtractedFact, kind: str, keys: frozenset[str]) -> bool:
    slots = [slot.partition(":") for slot, _ in fact.slots]
    if kind in ("name", "count"):
        wanted = {each for key in kin(keys) for each in (key, *concepts().wider.get(key, ()))}
        return any(slot == kind and about in wanted for slot, _, about in slots)
    if kind == "favourite":
        return any(slot == kind and overlap(keys, subjects(about)) for slot, _, about in slots)
    if kind in _OF_ONE:
        return any(slot == kind for slot, *_ in slots)
    about = telling(keys) - _ASKING_WORDS
    return fact.kind == kind and (not about or overlap(about, subjects(fact.told)) > 0)


def _found(draft: Draft) -> list[Recollection]:
    """Memories that answer, best first. A general question takes what mattered most."""
    by_npc = bool(_SAID_BY_NPC.search(plain(draft.brief.text)))
    told = [m for m in draft.brief.memories if not m.noticed]
    candidates = [m for m in told if (m.speaker == "npc") == by_npc]
    if not draft.keys:
        return sorted(candidates, key=lambda m: (-m.importance, -m.score))
    fits = [(fit, m) for m in candidates if (fit := _fit(m, draft.keys)) > 0]
    return [m for _, m in sorted(fits, key=lambda pair: -pair[0])]


def _fit(memory: Recollection, keys: frozenset[str]) -> float:
    about = subjects(f"{memory.subject} {memory.text}")
    if missing_kin(keys, about):
        return 0.0
    shared = overlap(telling(keys) or keys, about)
    return shared + memory.score if shared else memory.score * (memory.score >= _SURE)


def _tell(draft: Draft, found: list[Recollection]) -> None:
    fresh = [m for m in found if not _told(draft, m)]
    best = fresh[0] if fresh else found[0]
    if not fresh and _told(draft, best) > 1:
        draft.say("remember_all")
        return
    draft.uses(memory=best)
    spoken = _turned(draft, best)
    if best.speaker != "player":
        key = "remember_npc" if best.speaker == "npc" else "remember_other"
        draft.say(key, quote=spoken.quote, **_when(draft, best))
    else:
        _say_told(draft, spoken, best.happened_at, again=not fresh)
    if draft.voice.room == 2 and len(fresh) > 1:
        _add(draft, fresh[1])


def _say_told(draft: Draft, spoken: Turned, at: datetime, *, again: bool) -> None:
    if again and spoken.clause:
        draft.say("remember_again", clause=spoken.clause)
    elif spoken.clause:
        draft.say("remember_told", clause=spoken.clause, **_time(draft, at))
    else:
        draft.say("remember_quote", quote=spoken.quote, **_time(draft, at))


def _add(draft: Draft, memory: Recollection) -> None:
    spoken = _turned(draft, memory)
    if memory.speaker == "player" and spoken.clause and not draft.has_said(spoken.clause):
        draft.say("remember_more", clause=spoken.clause, **_when(draft, memory))
        draft.uses(memory=memory)


def _from_this_talk(draft: Draft, keys: frozenset[str] | None) -> bool:
    """From the player's own last lines, verbatim; None: whatever was last."""
    for told in reversed(draft.told):
        if told.memory and keys is not None:
            continue
        about = subjects(told.text)
        if keys is not None and (not overlap(telling(keys), about) or missing_kin(keys, about)):
            continue
        if keys is None and not any(plain(t.text) == plain(told.text) for t in draft.brief.recent):
            continue
        spoken = _spoken(draft, told.text)
        key = "remember_now" if spoken.clause else "remember_now_quote"
        draft.personal = True
        return draft.say(key, clause=spoken.clause, quote=spoken.quote)
    return False


def weave(draft: Draft) -> None:
    """Adds a memory to another answer, when it has to do with what was asked."""
    for memory in draft.brief.memories:
        spoken = _turned(draft, memory)
        related = memory.score >= _SURE or (
            memory.score >= _WOVEN and _fit(memory, draft.keys) >= 1
        )
        if memory.speaker != "player" or not related or not spoken.clause:
            continue
        if draft.has_said(spoken.clause) or _just_said(draft, memory):
            continue
        draft.say("weave", clause=spoken.clause, **_when(draft, memory))
        draft.uses(memory=memory)
        return


def ask_after(draft: Draft) -> None:
    """On meeting again: what became of the thing that mattered to the player?"""
    matters = sorted(draft.brief.memories, key=lambda m: -m.importance)
    for memory in matters:
        spoken = _turned(draft, memory)
        if (
            memory.speaker == "player"
            and memory.importance >= 5
            and spoken.clause
            and not _told(draft, memory)
        ):
            draft.say("followup", clause=spoken.clause, **_when(draft, memory))
            draft.uses(memory=memory)
            return


def known(draft: Draft) -> Recollection | None:
    """The memory of what the player has just said once more."""
    said = set(plain(draft.brief.text).split())
    for memory in draft.brief.memories:
        words = set(plain(memory.text).split())
        if memory.speaker == "player" and len(said & words) >= 0.8 * len(said | words):
            return memory
    return None


def _turned(draft: Draft, memory: Recollection) -> Turned:
    return _spoken(draft, memory.text)


def _spoken(draft: Draft, text: str) -> Turned:
    """Turned round if it is in the language of the answer; else only quoted."""
    language = draft.brief.language
    spoken = turned(text, language, draft.voice.formal_address)
    return spoken if detect(text, default=language) == language else Turned("", spoken.quote)


def _when(draft: Draft, memory: Recollection) -> dict[str, str]:
    return _time(draft, memory.happened_at)


def _time(draft: Draft, at: datetime) -> dict[str, str]:
    told = when(at, draft.brief.now, draft.brief.language)
    return {"when": told, "When": told[0].upper() + told[1:]}


def _told(draft: Draft, memory: Recollection) -> int:
    return _told_so_far(draft, _turned(draft, memory))


def _told_so_far(draft: Draft, spoken: Turned) -> int:
    """How often the character said so; taking it up when it was told does not count."""
    words = plain(spoken.clause or spoken.quote)
    turns, echoes = draft.brief.recent, 0
    for said, answer in zip(turns, turns[1:], strict=False):
        own = said.speaker == "player" and answer.speaker == "npc"
        if own and words in plain(answer.text) and _same(draft, said.text, words):
            echoes += 1
    return draft.has_said(spoken.clause or spoken.quote) - echoes


def _same(draft: Draft, text: str, words: str) -> bool:
    spoken = _spoken(draft, untold(text, draft.brief.language))
    return words in (plain(spoken.clause), plain(spoken.quote))


def _just_said(draft: Draft, memory: Recollection) -> bool:
    mine = plain(memory.text)
    return any(t.speaker == "player" and plain(t.text) == mine for t in draft.brief.recent) or (
        plain(draft.brief.text) == mine
    )
