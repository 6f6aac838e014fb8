"""The hours in words, for the page of the administration."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from world import hourly
from world.timeline_page import SPANS

PLOTS = (
    ("people", _("Players"), (("active", _("played in the hour")), ("online", _("online")))),
    ("fights", _("Fights"), (("kill", _("monsters fell")), ("death", _("players fell")))),
    ("money", _("Money"), (("zeny_made", _("came into the world")), ("zeny_spent", _("left it")))),
    (
        "prices",
        _("Prices"),
        (("inflation", _("inflation")), ("gini", _("inequality of earnings (Gini)"))),
    ),
)


def shown(asked: str) -> dict[str, Any]:
    """What the template needs of the present server; an unknown span is a day."""
    span = asked if asked in hourly.SPANS else "day"
    found = hourly.hours(span)
    points = hourly.thinned(found)
    form = "SHORT_DATE_FORMAT" if span == "month" else "D H:i" if span == "week" else "H:i"
    days = [date_format(hour.at, form) for hour in points]
    return {
        "span": span,
        "spans": SPANS,
        "hours": list(reversed(found))[: hourly.LISTED],
        "taken": len(found),
        "plots": [
            {
                "key": f"plot-{key}",
                "title": title,
                "data": {"days": days,
                         "lines": [{"label": str(words), "data": hourly.line(points, name)}
                                   for name, words in lines]},
            }
            for key, title, lines in PLOTS
        ],
    }  # fmt: skip
