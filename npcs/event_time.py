"""When the things happened that a line speaks of: 'in May 2023', 'last week', 'há três dias',
'เมื่อวาน', '지난주', told from the moment at which it was said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from npcs.terms import folded


class Span(NamedTuple):
    begin: float
    end: float
    """Seconds since 1970; the end is not part of it."""


_MONTHS = (
    r"jan(?:uary|eiro|uari)?|enero|มกราคม|(?<!\d)1월",
    r"feb(?:ruary|rero|ruari)?|fev(?:ereiro)?|กุมภาพันธ์|(?<!\d)2월",
    r"mar(?:ch|co|zo|et)|มีนาคม|(?<!\d)3월",
    r"apr(?:il)?|abril|เมษายน|(?<!\d)4월",
    r"may|maio|mayo|mei|พฤษภาคม|(?<!\d)5월",
    r"june?|junho|junio|juni|มิถุนายน|(?<!\d)6월",
    r"july?|julho|julio|juli|กรกฎาคม|(?<!\d)7월",
    r"aug(?:ust)?|agosto|agustus|สิงหาคม|(?<!\d)8월",
    r"sep(?:t(?:ember)?)?|setembro|se[pt]tiembre|กันยายน|(?<!\d)9월",
    r"oct(?:ober)?|out(?:ubro)|octubre|oktober|ตุลาคม|10월",
    r"nov(?:ember|embro|iembre)?|พฤศจิกายน|11월",
    r"dec(?:ember)?|dezembro|diciembre|desember|ธันวาคม|12월",
)
_MONTH = "|".join(f"(?P<m{at}>{names})" for at, names in enumerate(_MONTHS, 1))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY_SUFFIX = r"(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?:{_YEAR}년\s*)?(?<![a-z])(?:(?P<before>[0-3]?\d){_DAY_SUFFIX}(?:\s+of|\s+de)?\s+)?"
    rf"(?:{_MONTH})(?![a-z])\.?"
    rf"(?:\s+(?P<after>[0-3]?\d){_DAY_SUFFIX}(?![\d:]))?(?:일)?,?"
    rf"(?:\s*(?:of|de|del)?\s*(?P<late>(?:19|20)\d\d))?"
)
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_ONLY_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "um": 1, "uma": 1, "un": 1, "una": 1, "satu": 1, "se": 1,
    "two": 2, "couple of": 2, "a couple of": 2, "dois": 2, "duas": 2, "dos": 2, "dua": 2,
    "three": 3, "few": 3, "a few": 3, "tres": 3, "tiga": 3, "four": 4, "quatro": 4, "cuatro": 4,
    "empat": 4, "five": 5, "cinco": 5, "lima": 5, "six": 6, "seis": 6, "enam": 6, "seven": 7,
    "ten": 10,
}  # fmt: skip
_NUMBER = rf"(?P<n>\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNITS = {
    "day": r"days?|dias?|hari|วัน|일",
    "week": r"weeks?|semanas?|minggu|สัปดาห์|อาทิตย์|주",
    "month": r"months?|mes(?:es)?|bulan|เดือน|개월|달",
    "year": r"years?|anos?|tahun|ปี|년",
}
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_AGO = re.compile(rf"(?:\b(?:ha|faz|hace)\s+{_NUMBER}\s+(?:{_UNIT}))")
_BEFORE = re.compile(rf"{_NUMBER}\s*(?:{_UNIT})\s*(?:ago|atras|yang lalu|lalu|ที่แล้ว|ก่อน|전)")
_LENGTH = {"day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25}
_LAST = {
    "week": r"last week|past week|semana passada|semana pasada|minggu lalu"
    r"|(?:สัปดาห์|อาทิตย์)ที่แล้ว|지난주",
    "month": r"last month|past month|mes passado|mes pasado|bulan lalu|เดือนที่แล้ว|지난달",
    "year": r"last year|ano passado|ano pasado|tahun lalu|ปีที่แล้ว|작년",
    "weekend": r"last weekend|past weekend|this weekend|fim de semana|fin de semana|akhir pekan",
}
_NEXT = {
    "week": r"next week|proxima semana|semana que vem|semana que viene|minggu depan"
    r"|สัปดาห์หน้า|다음 주",
    "month": r"next month|mes que vem|proximo mes|bulan depan|เดือนหน้า|다음 달",
}
_DAYS = {
    0: r"\btoday\b|\btonight\b|this morning|\bhoje\b|\bhoy\b|hari ini|วันนี้|오늘",
    -1: r"\byesterday\b|last night|\bontem\b|\bayer\b|\banoche\b|kemarin|เมื่อวาน|어제",
    1: r"\btomorrow\b|\bamanha\b|besok|พรุ่งนี้|내일",
}
_WEEKDAYS = (
    r"monday|segunda-feira|lunes|senin|วันจันทร์|월요일",
    r"tuesday|terca-feira|martes|selasa|วันอังคาร|화요일",
    r"wednesday|quarta-feira|miercoles|rabu|วันพุธ|수요일",
    r"thursday|quinta-feira|jueves|kamis|วันพฤหัส|목요일",
    r"friday|sexta-feira|viernes|jumat|วันศุกร์|금요일",
    r"saturday|sabado|sabtu|วันเสาร์|토요일",
    r"sunday|domingo|วันอาทิตย์|일요일",
)
_ANY = {
    "last": re.compile("|".join(_LAST.values())),
    "next": re.compile("|".join(_NEXT.values())),
    "days": re.compile("|".join(_DAYS.values())),
    "weekdays": re.compile("|".join(_WEEKDAYS)),
}
_DAY = timedelta(days=1)


@lru_cache(maxsize=65536)
def spans(text: str, said_at: datetime) -> tuple[Span, ...]:
    """All moments a text names, as spans of whole days; empty if it names none. Months and days
    without a year are the last ones before `said_at`."""
    low = folded(text)
    found = [span for rule in _RULES for span in rule(low, said_at)]
    return tuple(dict.fromkeys(found))


def untimed(text: str) -> str:
    """The folded text without the words that tell a time."""
    low = folded(text)
    for pattern in (*_ANY.values(), _AGO, _BEFORE, _ISO):
        low = pattern.sub(" ", low)
    if any(_dates(low, datetime.now(UTC))):
        low = _DATE.sub(lambda m: m[0] if m[0].strip() == "may" else " ", low)
    return _ONLY_YEAR.sub(" ", low)


def _days(begin: datetime, days: float) -> Span:
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(midnight.timestamp(), midnight.timestamp() + days * 86_400)


def _dates(low: str, at: datetime) -> Iterator[Span]:
    for match in _DATE.finditer(low):
        month = next(n for n in range(1, 13) if match[f"m{n}"])
        day = match["before"] or match["after"]
        year = match["late"] or match["year"]
        if match[0].strip(" .,") == "may" and not (day or year) and "in may" not in low:
            continue  # the verb
        yield from _date(int(year) if year else None, month, int(day) if day else None, at)
    for match in _ISO.finditer(low):
        yield from _date(int(match[1]), int(match[2]), int(match[3]), at)


def _date(year: int | None, month: int, day: int | None, at: datetime) -> Iterator[Span]:
    if year is None:
        year = at.year if month <= at.month else at.year - 1
    try:
        begin = datetime(year, month, day or 1, tzinfo=at.tzinfo or UTC)
    except ValueError:
        return
    yield _days(begin, 1 if day else 31)


def _years(low: str, at: datetime) -> Iterator[Span]:
    if _DATE.search(low) and any(_dates(low, at)):
        return
    for match in _ONLY_YEAR.finditer(low):
        yield _days(datetime(int(match[1]), 1, 1, tzinfo=at.tzinfo or UTC), 366)


def _ago(low: str, at: datetime) -> Iterator[Span]:
    for pattern in (_AGO, _BEFORE):
        for match in pattern.finditer(low):
            unit = next(name for name in _UNITS if match[name])
            number = int(match["n"]) if match["n"].isdigit() else _NUMBERS[match["n"]]
            if number * _LENGTH[unit] > 36_500:
                continue
            centre = at - timedelta(days=number * _LENGTH[unit])
            around = _LENGTH[unit] / 2 if unit != "day" else 0.0
            yield _days(centre - timedelta(days=around), 2 * around + 1)


def _relative(low: str, at: datetime) -> Iterator[Span]:
    if _ANY["last"].search(low):
        for unit, pattern in _LAST.items():
            if re.search(pattern, low):
                days = _LENGTH.get(unit, 0)
                back = at.weekday() + 2 if unit == "weekend" else days * 1.5
                yield _days(at - timedelta(days=back), 3 if unit == "weekend" else days * 1.5)
    if _ANY["next"].search(low):
        for unit, pattern in _NEXT.items():
            if re.search(pattern, low):
                yield _days(at + _DAY, _LENGTH[unit] * 1.5)
    if _ANY["days"].search(low):
        for offset, pattern in _DAYS.items():
            if re.search(pattern, low):
                yield _days(at + offset * _DAY, 1)


def _weekdays(low: str, at: datetime) -> Iterator[Span]:
    if not _ANY["weekdays"].search(low):
        return
    for day, pattern in enumerate(_WEEKDAYS):
        if re.search(pattern, low):
            back = (at.weekday() - day) % 7 or 7
            yield _days(at - timedelta(days=back), 1)


_RULES: tuple[Callable[[str, datetime], Iterator[Span]], ...] = (
    _dates, _years, _ago, _relative, _weekdays,
)  # fmt: skip
