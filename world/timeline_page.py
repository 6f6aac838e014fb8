"""The timeline in words, for the pages of the administration and of the portal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from world import away_page, maps_page, moments, timeline
from world.maps_page import Address
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


NEAR, FAR = timedelta(hours=30), timedelta(days=14)
"""Of a plot: until then the hour alone says when, from then on the day."""
LONGEST_NAME = 24
"""Letters of a map's name, as the tables have them."""


VISIT = "visit"
"""The span that begins where one's last visit ended."""


def shown(
    asked: str, *, place: str = "", picture: Address, visited: datetime | None
) -> dict[str, Any]:
    """What the templates in `templates/world/` need of the present server; an unknown span is a
    day. `place` is a map to look at alone, `picture` gives the address of a map's picture,
    `visited` is when the reader's last visit ended."""
    since = visited if asked == VISIT else None
    span = asked if since or asked in timeline.SPANS else "day"
    place = place.strip() if place.isprintable() else ""
    place = place if len(place) <= LONGEST_NAME else ""
    line = timeline.look_back("day" if since else span, place=place, since=since)
    inside = visited is not None and visited >= line.since
    change = line.economy.inflation
    return {
        "span": span,
        "spans": (*SPANS, (VISIT, _("since my last visit"))) if visited else SPANS,
        "away": away_page.shown(visited) if visited and not place else None,
        "visited": visited,
        "visited_x": line.across(visited) if visited and inside and not since else None,
        "moments": moments.marked(list(line.moments), visited)
        if visited and inside
        else line.moments,
        "line": line,
        "place": place,
        "maps": None if place else maps_page.drawn(line.since, picture),
        "one_map": maps_page.alone(place, line.since, picture) if place else None,
        "width": WIDTH,
        "bars": [(words, kind, line.bars[kind], line.totals[kind]) for kind, words in BARS],
        "sky": line.sky.items(),
        "weathers": WEATHERS,
        "verdict": VERDICTS[line.economy.verdict.value],
        "inflation": f"{change:+.1%}" if change is not None else "",
        "plots": _plots(line),
    }


def _plots(line: Timeline) -> dict[str, Any]:
    if line.until - line.since > FAR:
        form = "SHORT_DATE_FORMAT"
    else:
        form = "H:i" if line.until - line.since < NEAR else "D H:i"
    return {
        "days": [date_format(at, form) for at in line.begins],
        "lines": [{"label": str(words), "data": line.money[kind]} for kind, words in MONEY],
    }
