"""What several memories say together: 'Aline has spoken of their sister five times.' Drawn from the
player's own lines only, never from what was recalled or reflected; without a language model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from npcs.brief import Language
from npcs.folding import words
from npcs.forgetting import Held
from npcs.lexicon import lexicon
from npcs.matching import subjects, telling
from npcs.scales import Speaker
from npcs.terms import names

OFTEN = 3
"""Lines on different days that make a thing worth noticing."""
MOST = 5
"""Reflections about one player."""
IMPORTANCE = 6.5
DOING = "do."
"""Ideas of deeds are in every other line; people, places and things are what one comes back to."""
_TOLD: Mapping[str, str] = {
    "en": "{player} has spoken of this on {days} days: {subject}.",
    "pt": "{player} falou disto em {days} dias: {subject}.",
    "es": "{player} ha hablado de esto en {days} días: {subject}.",
    "id": "{player} membicarakan hal ini pada {days} hari: {subject}.",
    "th": "{player}พูดถึงเรื่องนี้ใน {days} วัน: {subject}",
    "ko": "{player}님이 {days}일 동안 이야기한 것: {subject}.",
}


@dataclass(frozen=True)
class Reflection:
    key: str
    """The idea or the word it is about."""
    subject: str
    """The same as the player put it last."""
    text: str
    drawn_from: tuple[int, ...]
    happened_at: datetime


def reflections(
    memories: Sequence[Held], *, player_name: str, language: Language
) -> list[Reflection]:
    """The things a player comes back to, most often first; `memories` may be of any speaker."""
    about: dict[str, list[Held]] = defaultdict(list)
    for each in memories:
        if each.speaker == Speaker.PLAYER and "?" not in each.text:
            named = names(each.text)
            for key in telling(subjects(each.text, language)):
                if key in named or ("." in key and not key.startswith(DOING)):
                    about[key].append(each)
    found = []
    for key, lines in about.items():
        days = {each.happened_at.date() for each in lines}
        subject = _put(key, lines[-1].text, language)
        if len(days) >= OFTEN and subject:
            found.append(_reflection(key, subject, lines, len(days), player_name, language))
    found.sort(key=lambda one: (-len(one.drawn_from), _rank(one.key), one.key))
    return _different(found)[:MOST]


def _reflection(
    key: str, subject: str, lines: Sequence[Held], days: int, player: str, language: Language
) -> Reflection:
    template = _TOLD.get(language, _TOLD["en"])
    return Reflection(
        key=key,
        subject=subject,
        text=template.format(player=player, days=days, subject=subject),
        drawn_from=tuple(sorted(each.id for each in lines)),
        happened_at=max(each.happened_at for each in lines),
    )


def _put(key: str, text: str, language: Language) -> str:
    """The player's own word for it."""
    for word in words(text):
        if key in subjects(word, language) and word not in lexicon(language).stopwords:
            return word
    return ""


def _rank(key: str) -> int:
    """Relations first, then who or what has a name, then places and things."""
    return 0 if key.startswith("kin.") else 2 if "." in key else 1


def _different(found: Sequence[Reflection]) -> list[Reflection]:
    """One for each set of lines: two words that always come together are one thing."""
    seen: set[tuple[int, ...]] = set()
    kept = []
    for each in found:
        if each.drawn_from not in seen:
            seen.add(each.drawn_from)
            kept.append(each)
    return kept
