"""Which code page a script file is in: files carry no mark, and servers pass the bytes through."""

from __future__ import annotations

import re
from collections.abc import Callable

SAMPLE = 200_000
FALLBACK = "cp1252"

HIGH_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*")
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
WIDE = re.compile("[\u00a1-\ud7a3\uff01-\uff5e]")
KANA = re.compile("[\u3040-\u30fa]")
HAN = re.compile("[\u4e00-\u9fff]")
THAI = re.compile("[\u0e01-\u0e5b]")
CYRILLIC_WORD = re.compile("[\u0410-\u044f]?[\u0430-\u044f\u0451]+")
LATIN_LETTER = re.compile("(?<=[A-Za-z ])[\xc0-\xff]|[\xc0-\xff](?=[A-Za-z])")
OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")


def detect(data: bytes) -> str:
    """The Python codec that fits best; `cp1252` where nothing fits."""
    if data.isascii():
        return "ascii"
    if _decodes(data, "utf-8"):
        return "utf-8"
    sample = b" ".join(HIGH_LINE.findall(data))[:SAMPLE]
    scores = {codec: score(sample, codec) for codec, score in SCORES.items()}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > 0.5 else FALLBACK


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _lone(sample: bytes) -> float:
    """Share of the high bytes that stand between ASCII, as accents do in western languages."""
    runs = HIGH_RUN.findall(sample)
    return sum(len(run) for run in runs if len(run) == 1) / max(1, sum(map(len, runs)))


def _share(letter: re.Pattern[str]) -> Callable[[bytes, str], float]:
    """Of the characters outside ASCII, how many belong to the script the code page is made for."""

    def score(sample: bytes, codec: str) -> float:
        text = sample.decode(codec, errors="replace")
        total = len(OUTSIDE_ASCII.findall(text))
        return sum(map(len, letter.findall(text))) / total if total else 0.0

    return score


def _latin(sample: bytes, codec: str) -> float:
    return _lone(sample) * _share(LATIN_LETTER)(sample, codec)


def _words(letter: re.Pattern[str]) -> Callable[[bytes, str], float]:
    """An alphabet with a byte per letter, whose words are runs of high bytes."""

    def score(sample: bytes, codec: str) -> float:
        return 0.9 * (1 - _lone(sample)) * _share(letter)(sample, codec)

    return score


def _common(
    codec: str, character: re.Pattern[str], leads: frozenset[int], lowest_trail: int
) -> Callable[[bytes, str], float]:
    """Of a double-byte page, the everyday characters stand together: their lead bytes
    (and trail bytes)."""

    def score(sample: bytes, _: str) -> float:
        text = sample.decode(codec, errors="replace")
        found = character.findall(text)
        pairs = [one.encode(codec) for one in found]
        common = len([pair for pair in pairs if pair[0] in leads and pair[-1] >= lowest_trail])
        return common / max(1, len(OUTSIDE_ASCII.findall(text)))

    return score


def _japanese(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, errors="replace")
    total = len(OUTSIDE_ASCII.findall(text))
    kana = len(KANA.findall(text))
    return (kana + len(HAN.findall(text))) / total if kana > total / 5 else 0.0


SYMBOLS = frozenset(range(0xA1, 0xAD))
HANGUL_LEADS = frozenset({*SYMBOLS, *range(0xB0, 0xC9)})
GB2312_LEADS = frozenset({*SYMBOLS, *range(0xB0, 0xD8)})
BIG5_LEADS = frozenset(range(0xA1, 0xC7))

# In the order of preference where two fit equally.
SCORES: dict[str, Callable[[bytes, str], float]] = {
    "cp949": _common("cp949", WIDE, HANGUL_LEADS, 0xA1),
    "cp1252": _latin,
    "cp874": _words(THAI),
    "cp932": _japanese,
    "cp1251": _words(CYRILLIC_WORD),
    "gbk": lambda sample, codec: 0.95 * _common("gbk", WIDE, GB2312_LEADS, 0xA1)(sample, codec),
    "big5": lambda sample, codec: 0.9 * _common("big5", WIDE, BIG5_LEADS, 0x40)(sample, codec),
}
