"""Korean particles: taken off a word that is looked up, and chosen for a word that is spoken."""

from __future__ import annotations

import re

_FIRST, _LAST = "\uac00", "\ud7a3"
_AFTER_CONSONANT = "은 이 을 과 으로 이랑 이나 이에요 이야 입니다 이라고"
_AFTER_VOWEL = "는 가 를 와 로 예요 야 입니다 라고"
_AFTER_EITHER = (
    "에 에서 에게 에게서 한테 한테서 께 께서 도 만 의 부터 까지 보다 처럼 마다 밖에 조차 "
    "하고 인가요 인데 님 들"
)
_PARTICLES = {
    True: sorted(f"{_AFTER_CONSONANT} {_AFTER_EITHER}".split(), key=len, reverse=True),
    False: sorted(f"{_AFTER_VOWEL} {_AFTER_EITHER}".split(), key=len, reverse=True),
}
_AFTER_TWO = frozenset(("로", "도", "만", "의", "님", "들", "야"))
"""These are part of too many short words: 지도 is a map, 파도 a wave."""
_RIEUL = 8
_CHOICE = re.compile(r"(?<=(.))\((\w+)/(\w+)\)")
_ENDS_IN_CONSONANT = frozenset("lmnr013678")
"""Letters and digits whose Korean name, or sound at the end of a name, closes with a consonant."""


def is_hangul(character: str) -> bool:
    return _FIRST <= character <= _LAST


def closed(character: str) -> bool:
    """Whether a syllable ends in a consonant; a Latin letter or digit as it is read."""
    if is_hangul(character):
        return (ord(character) - ord(_FIRST)) % 28 > 0
    return character.lower() in _ENDS_IN_CONSONANT


def without_particles(word: str) -> str:
    """'대장간에서는' -> '대장간'. The same word always gives the same root, which is all that a
    comparison needs: '고양이' is '고양' here and in the lexicon."""
    while len(word) > 1 and (rest := _without_one(word)) != word:
        word = rest
    return word


def _without_one(word: str) -> str:
    for at in range(max(1, len(word) - 4), len(word)):
        rest, ending = word[:at], word[at:]
        if at < 2 and ending in _AFTER_TWO:
            continue
        if is_hangul(rest[-1]) and ending in _PARTICLES[_takes_closed(rest[-1], ending)]:
            return rest
    return word


def _takes_closed(character: str, ending: str) -> bool:
    after_rieul = is_hangul(character) and (ord(character) - ord(_FIRST)) % 28 == _RIEUL
    return closed(character) and not (ending == "로" and after_rieul)


def with_particles(text: str) -> str:
    """'레오(은/는)' -> '레오는', '미란(은/는)' -> '미란은', '서울(으로/로)' -> '서울로'."""
    return _CHOICE.sub(_chosen, text)


def _chosen(match: re.Match[str]) -> str:
    before, after_consonant, after_vowel = match.groups()
    return after_consonant if _takes_closed(before, after_vowel) else after_vowel
