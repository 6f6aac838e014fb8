"""The timeline in words, for the pages of the administration and of the portal."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from world import timeline
from world.timeline import WIDTH, Timeline

SPANS = (("day", _("a day")), ("week", _("a week")), ("month", _("a month")))
BARS = (
    ("kill", _("monsters fell")),
    ("death", _("players fell")),
    ("base_level", _("levels gained")),
    ("log_in", _("log-ins")),
)
MONEY = (
    ("zeny_made", _("came into the world")),
    ("zeny_spent", _("left it")),
    ("vending_sale", _("sold by players")),
)
WEATHERS = (
    ("clear", _("clear")), ("cloudy", _("cloudy")), ("fog", _("fog")), ("rain", _("rain")),
    ("storm", _("storm")), ("snow", _("snow")), ("sandstorm", _("sandstorm")),
)  # fmt: skip
VERDICTS = {
    "unknown": _("too little sold"),
    "calm": _("calm"),
    "heating": _("prices rise"),
    "cooling": _("prices fall"),
    "lopsided": _("few earn it all"),
}


def shown(asked: str) -> dict[str, Any]:
    """What the templates in `templates/world/` need of the present server; an unknown span is a
    day."""
    span = asked if asked in timeline.SPANS else "day"
    line = timeline.look_back(span)
    change = line.economy.inflation
    return {
        "span": span,
        "spans": SPANS,
        "line": line,
        "width": WIDTH,
        "bars": [(words, kind, line.bars[kind], line.totals[kind]) for kind, words in BARS],
        "sky": line.sky.items(),
        "weathers": WEATHERS,
        "verdict": VERDICTS[line.economy.verdict.value],
        "inflation": f"{change:+.1%}" if change is not None else "",
        "plots": _plots(line, span),
    }


def _plots(line: Timeline, span: str) -> dict[str, Any]:
    form = "SHORT_DATE_FORMAT" if span == "month" else "D H:i" if span == "week" else "H:i"
    return {
        "days": [date_format(at, form) for at in line.begins],
        "lines": [{"label": str(words), "data": line.money[kind]} for kind, words in MONEY],
    }
