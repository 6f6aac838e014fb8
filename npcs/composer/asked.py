"""What a question is about, in the player's own few words: 'where is the smith?' -> 'the smith'."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from npcs.brief import Language
from npcs.composer.perspective import Turned, turned
from npcs.folding import fold, plain, words
from npcs.lexicon import lexicon

_WHAT = r"(?P<what>[^?.!,;:()<>*]+)"
_TRAILING = re.compile(
    r"\s+(?:please|here|called|named|now|around here|near here|cost|then|por favor|por aqui|aqui|ai"
    r"|again|ya|dong|sih|di sini|itu|lagi)$"
    r"|(?:ไหม|มั้ย|ครับ|คับ|ค่ะ|คะ|หน่อย|บ้าง|นะ|ให้ฟัง|เหรอ|หรือเปล่า|หน่อยสิ)+$"
)
_IS_HERE = {
    "en": " is here",
    "pt": " está aqui",
    "es": " está aquí",
    "id": " ada di sini",
    "ko": " 여기",
    "th": "",
}
_MOST_WORDS, _MOST_CHARACTERS = 5, 40


@lru_cache(maxsize=2048)
def asked(text: str, language: Language, formal: bool = False) -> str:
    """A short noun phrase for echoing, my -> your; '' when there is none that can be trusted."""
    said = fold(text)
    match = lexicon(language).asking_behind.search(said) or _asking(language).search(said)
    if not match:
        return ""
    if language != "th" and text[: match.start("what")][-1:].isalnum():
        return ""  # the middle of a word
    what = text[match.start("what") : match.end("what")].strip()
    what = what[: len(_TRAILING.sub("", fold(what)))]
    first, _, rest = what.partition(" ")
    whole = lexicon(language).contracted.get(fold(first))
    if whole is not None:
        what = f"{whole} {rest}".strip()
    return _owned(what, language, formal) if _sound(what, language) else ""


@cache
def _asking(language: Language) -> re.Pattern[str]:
    return re.compile(lexicon(language).asking + _WHAT)


def _sound(what: str, language: Language) -> bool:
    found = words(what)
    if not 0 < len(found) <= _MOST_WORDS or len(what) > _MOST_CHARACTERS:
        return False
    of = lexicon(language)
    return not (of.insults | of.pointers) & set(found) and any(w not in of.stopwords for w in found)


def _owned(what: str, language: Language, formal: bool) -> str:
    """'my sister' -> 'your sister'; anything else that is in the first person is left out."""
    probe = _IS_HERE[language]
    if not lexicon(language).first_person.search(plain(what)):
        return what
    told: Turned = turned(what + probe, language, formal)
    return told.clause.removesuffix(probe)
