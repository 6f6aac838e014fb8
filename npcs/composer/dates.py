"""When something happened, as people say it: 'yesterday', 'há três dias', 'el 3 de marzo'."""

from __future__ import annotations

from datetime import datetime, timedelta

from npcs.brief import Language

_NUMBERS = {
    "en": ("two", "three", "four", "five", "six"),
    "pt": ("dois", "três", "quatro", "cinco", "seis"),
    "es": ("dos", "tres", "cuatro", "cinco", "seis"),
    "th": ("สอง", "สาม", "สี่", "ห้า", "หก"),
    "ko": ("이틀", "사흘", "나흘", "닷새", "엿새"),
    "id": ("dua", "tiga", "empat", "lima", "enam"),
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม "
    "พฤศจิกายน ธันวาคม",
    "ko": "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
}  # fmt: skip
_PHRASES = {
    "en": "a moment ago|earlier today|yesterday|{} days ago|a week ago|on {} {}|on {} {} {}",
    "pt": "há pouco|hoje mais cedo|ontem|há {} dias|há uma semana|em {} de {}|em {} de {} de {}",
    "es": "hace un momento|hoy mismo|ayer|hace {} días|hace una semana|el {} de {}"
    "|el {} de {} de {}",
    "id": "barusan|tadi|kemarin|{} hari lalu|seminggu lalu|pada {} {}|pada {} {} {}",
    "th": "เมื่อครู่|วันนี้|เมื่อวาน|เมื่อ{}วันก่อน|เมื่อสัปดาห์ก่อน|เมื่อวันที่ {} {}|เมื่อวันที่ {} {} {} ",
    "ko": "방금|오늘 아까|어제|{} 전에|일주일 전에|{1} {0}일에|{2}년 {1} {0}일에",
}
_BUDDHIST_ERA = 543
_A_MOMENT = timedelta(minutes=30)


def when(happened_at: datetime, now: datetime, language: Language) -> str:
    """In the clock of `now`; a time to come (a clock that runs ahead) counts as this moment."""
    then = _in_the_clock_of(now, happened_at)
    moment, today, yesterday, days, week, date, year = _PHRASES[language].split("|")
    apart = (now.date() - then.date()).days
    if now - then < _A_MOMENT:
        return moment
    if apart < 2:
        return yesterday if apart else today
    if apart < 7:
        return days.format(_NUMBERS[language][apart - 2])
    if apart == 7:
        return week
    month = _MONTHS[language].split()[then.month - 1]
    return (date if then.year == now.year else year).format(then.day, month, _year(then, language))


def _year(then: datetime, language: Language) -> int:
    return then.year + (_BUDDHIST_ERA if language == "th" else 0)


def gap(happened_at: datetime, now: datetime) -> timedelta:
    return max(timedelta(), now - _in_the_clock_of(now, happened_at))


def _in_the_clock_of(now: datetime, other: datetime) -> datetime:
    if now.tzinfo is None or other.tzinfo is None:
        return other.replace(tzinfo=now.tzinfo)
    return other.astimezone(now.tzinfo)
