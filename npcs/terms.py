"""Words of a text as a search compares them: folded, stemmed, without those that say nothing; and
runs of letters where a script writes no spaces or glues particles to its words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

_STEMMERS = {"en": "english", "pt": "portuguese", "es": "spanish", "id": "indonesian"}
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"))
_ACCENT = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_THAI = re.compile(r"[\u0e00-\u0e7f]+")
_GLUED = re.compile(r"[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff]+")
_PARTS = re.compile(r"[\u0e00-\u0e7f]+|[\uac00-\ud7a3\u3040-\u30ff\u3400-\u9fff]+|[^\s]+")
_SHORTEST = 2
_FUNCTION = {
    "en": """a about after again all also am an and any anything are as ask asked at be because been
        before being but by can could day describe did do does doing done during each ever every for
        from get give go going got had happen happened has have having he her here hers herself hey
        hi him himself his how i if in into is it its itself just kind know let like lot made make
        many may me mention mentioned might mine more most much must my need no not now of off oh ok
        okay on once one only or other our ours out over own please really recall recently remember
        said same say says shall she should so some someone something sort speak still such sure
        talk talked tell than that the their theirs them then there these they thing things think
        this those time to told too type under up upon us very want was we well were what when
        where which while who whom whose why will with would yeah yes yet you your yours""",
    "pt": """a ao aos as ate com como contei contou da das de dela dele deles depois disse do dos e
        ela ele eles em era essa esse esta estava este eu falei foi for ha isso isto ja lembra lhe
        mais mas me mesmo meu meus minha minhas muito na nao nas no nos o os onde ou para pela pelo
        por qual quando quanto quantos que quem sabe se sem ser seu seus sobre sua suas tambem te
        tem tenho ter teu tua um uma voce voces""",
    "es": """a al algo como con conte cuando cuanto cuantos de del dije donde dos e el ella ellas
        ellos en era es esa ese eso esta estaba este esto fue ha hay la las le les lo los mas me mi
        mis mucho muy nada no nos nosotros o para pero por porque que quien recuerdas sabes se sin
        sobre son su sus tambien te tengo ti tiene tu tus un una uno y ya yo cual""",
    "id": """ada adalah agar akan aku anda apa apakah atau bagaimana bahwa bisa dalam dan dari
        dengan di dia dulu hal hanya harus ia ingat ini itu jadi jika juga kah kalau kamu kami kan
        kapan karena katakan kau ke kepada kita lagi lah mana mereka nya oleh pada pernah pun saat
        saja sana sangat saya sebagai seorang siapa sudah tahu telah tentang tetapi tidak untuk
        yang""",
}


_ASKING = re.compile(
    "อะไร|ที่ไหน|ไหน|เมื่อไร|เมื่อไหร่|ใคร|เท่าไร|เท่าไหร่|อย่างไร|ไหม|ของฉัน|ฉัน|ผม|เจ้า|คุณ|คือ|ต้อง|ว่า|กี่ครั้ง|กี่|เมื่อ|ในเดือน|ทำ(?!งาน|หาย)|จำได้|เคย|เล่า|เรื่อง|ได้|สัญญา|จะให้|กับ"
    "|제가|뭘|했|저는|저에게|저를|제|뭐였죠|뭐였|뭐죠|뭐라고|뭐|무엇|무슨|어디에서|어디서|어디에|어디|언제|누구에게|누구|얼마|어떤|어느|몇|했죠|하죠|이죠|죠|에요|예요|어요"
    "|습니다|입니다|나요|까요|대해|기억하죠|기억|처음|이름|는요|이|가|를|을|은|는|에게|에서|에|의|와|과|도"
)
"""Of Thai and Korean: what asks and what joins; without it every question would share much with
every line."""


@lru_cache(maxsize=65536)
def terms(text: str, language: str = "en") -> tuple[str, ...]:
    """In the text's order, with repetition. Stems are Snowball's (Porter 2001); Thai becomes runs
    of three letters, Korean, Chinese and Japanese runs of two (as CJK analysers of search engines
    do), a word of one letter itself."""
    found: list[str] = []
    stopped = function_words(language)
    for part in _PARTS.findall(folded(text)):
        if _THAI.match(part):
            found += _pieces(part, 3)
        elif _GLUED.match(part):
            found += _pieces(part, 2)
        else:
            found += (
                stem(word, language)
                for each in _WORD.findall(part)
                if (word := each.removesuffix("'s")) not in stopped
                and (len(word) >= _SHORTEST or word.isdigit())
            )
    return tuple(found)


def folded(text: str) -> str:
    lowered = text.lower().translate(_APOSTROPHES)
    if lowered.isascii():
        return lowered
    bare = _ACCENT.sub("", unicodedata.normalize("NFD", lowered))
    return unicodedata.normalize("NFC", bare)


def _pieces(part: str, length: int) -> list[str]:
    kept = [each for each in _ASKING.split(part) if len(each) > 1]
    return [run for each in kept for run in _runs(each, length)]


def _runs(part: str, length: int) -> list[str]:
    return [part[at : at + length] for at in range(max(len(part) - length + 1, 1))]


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    if not word.isalpha():
        return word.partition("'")[0] or word
    of = _stemmer(_STEMMERS.get(language, ""))
    return word if of is None else of.stemWord(word)


@cache
def _stemmer(name: str) -> Any:
    return snowballstemmer.stemmer(name) if name else None


@cache
def function_words(language: str) -> frozenset[str]:
    return frozenset(_FUNCTION.get(language, "").split())


_NAME = re.compile(r"(?<![.!?:;\"'] )(?<![¿¡])(?<!^)\b(?!I')[A-Z][\w'-]+")


def names(text: str) -> frozenset[str]:
    """Words written large inside a sentence: people, places, things with a name; folded."""
    return frozenset(folded(each).removesuffix("'s") for each in _NAME.findall(text))


def wholes(text: str) -> list[list[str]]:
    """Of Thai, each stretch between what asks and joins as its runs: a word or a few."""
    parts = (part for run in _THAI.findall(folded(text)) for part in _ASKING.split(run))
    return [_runs(part, 3) for part in parts if len(part) > 1]


def phrases(text: str) -> list[str]:
    """The parts of a question that may each need another piece of evidence: 'what did I promise
    Mira and where does she live' -> two."""
    parts = [part.strip(" ?.!,") for part in _JOINTS.split(text)]
    return [part for part in parts if len(part.split()) > 1] if len(parts) > 1 else []


_JOINTS = re.compile(
    r"[,;?] | and | or | but | as well as | when | after | before | because | e | ou | mas | quando"
    r" | y | o | pero | cuando | dan | atau | ketika ",
    re.IGNORECASE,
)


def not_latin(word: str) -> bool:
    """Of a script that has no capitals: Thai, Korean, Chinese, Japanese."""
    return bool(_THAI.match(word) or _GLUED.match(word))


_SCRIPTS = {"th": _THAI, "ko": re.compile(r"[\uac00-\ud7a3]+")}


def script(text: str) -> str:
    """The language that its letters tell, empty if they do not."""
    return next((each for each, letters in _SCRIPTS.items() if letters.search(text)), "")


def spoken(texts: Iterable[str]) -> str:
    """The language of most of a history, told by script, then by the words that join others."""
    counts = Counter[str]()
    for text in texts:
        low = folded(text)
        for language, script in _SCRIPTS.items():
            counts[language] += sum(map(len, script.findall(low)))
        for word in set(_WORD.findall(low)):
            counts.update(each for each in _FUNCTION if word in function_words(each))
    [(language, number)] = counts.most_common(1) or [("en", 0)]
    return language if number else "en"
