"""What measures are called, and their values in units that a person can check against the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import exp, expm1
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Unit = Callable[[float], float]
FURTHEST = 60.0
"""A logarithm beyond it is no measure."""


def _plain(value: float) -> float:
    return value


def _log(value: float) -> float:
    """Of a logarithm."""
    return exp(min(value, FURTHEST))


def _log1p(value: float) -> float:
    """Of the logarithm of 1 + it."""
    return expm1(min(value, FURTHEST))


class Shown(NamedTuple):
    name: str
    here: float
    usual: float


SUMS: Mapping[str, Promise] = {
    "log_in": _("Log-ins"), "kill": _("Monsters killed"), "death": _("Deaths"),
    "base_level": _("Levels gained"), "map_change": _("Changes of map"), "trade": _("Trades"),
    "vending_sale": _("Sales in a shop of its own"), "quest_step": _("Steps of quests"),
    "party_join": _("Parties joined"), "turns": _("Lines said to NPCs"),
    "zeny_made": _("Zeny from monsters and shops"), "zeny_sales": _("Zeny from players"),
    "minutes": _("Minutes played"), "sittings": _("Sittings"),
}  # fmt: skip
"""Over so many days, as `<name>_<days>d`."""
ALONE: Mapping[str, tuple[Promise, Unit]] = {
    "recency": (_("Days since the last log-in"), _plain),
    "known": (_("Days since it was first seen"), _plain),
    "level": (_("Level"), _plain),
    "trend": (_("Minutes this week, times those of the week before"), _log),
    "shape_day": (_("Minutes of a day played"), _log1p),
    "shape_talk": (_("Lines said to NPCs an hour"), _log1p),
    "shape_pace": (_("Kills a minute"), _log),
    "shape_lives": (_("Kills a death"), _log),
    "shape_gap": (_("Seconds from kill to kill"), _log),
    "shape_rhythm": (_("Unevenness of the gaps between kills; 0 is a clock"), _plain),
    "shape_hours": (_("Evenness of the hours it plays; 1.39 is round the clock"), _plain),
    "shape_maps": (_("Changes of map a minute"), _log),
    "shape_zeny": (_("Zeny a kill"), _log1p),
    "shape_gifts": (_("Trades for nothing in 28 days"), _log1p),
    "shape_length": (_("Minutes of a usual sitting"), _log),
    "shape_active": (_("Share of the last 28 days on which it played"), _plain),
    "most_pace": (_("Kills a minute on its fastest day of the week"), _log),
    "most_zeny": (_("Zeny a kill on its richest day of the week"), _log1p),
    "most_steps": (_("Steps of quests on its busiest day of the week"), _log1p),
    "most_minutes": (_("Minutes on its longest day of the week"), _log1p),
    "change_hour": (_("Hours between the times of day of two sittings"), _plain),
    "change_pace": (_("Change of pace from one sitting to the next, times"), _log),
    "change_rhythm": (_("Change of rhythm from one sitting to the next"), _plain),
    "change_map": (_("Share of sittings that begin on another map"), _plain),
    "change_length": (_("Change of length from one sitting to the next, times"), _log),
    "changes": (_("Sittings compared"), _log1p),
    "sales": (_("Sales in 14 days"), _log1p),
    "buys": (_("Purchases in 14 days"), _log1p),
    "dear": (_("Price it asks, times the usual one"), _log),
    "cheap": (_("Price it pays, times the usual one"), _log),
    "dearest": (_("Dearest sale, times the usual price"), _log),
    "one_item": (_("Share of its dealings in one item"), _plain),
    "one_partner": (_("Share of its dealings with one partner"), _plain),
    "turned": (_("Pieces of one item both bought and sold"), _log1p),
    "back": (_("Partners with whom an item went there and back"), _log1p),
    "near_dearest": (_("Dearest sale of its partners, times the usual price"), _log),
    "near_one_item": (_("Share of its partners' dealings in one item"), _plain),
    "near_turned": (_("Pieces of one item its partners bought and sold"), _log1p),
    "near_back": (_("Partners of its partners with whom an item went there and back"), _log1p),
    "handed": (_("Times one logged in within ten minutes of the other's log-out"), _log),
    "share": (_("Of the sittings of whoever has fewer"), _plain),
    "overlap": (_("Share of the time in which both play"), _plain),
    "hours": (_("How far apart their hours are, 0 to 1"), _plain),
    "apart_pace": (_("Kills a minute, times the other's"), _log),
    "apart_rhythm": (_("Difference of unevenness between kills"), _plain),
    "apart_gap": (_("Seconds from kill to kill, times the other's"), _log),
    "apart_length": (_("Length of a sitting, times the other's"), _log),
    "apart_talk": (_("Lines said to NPCs, times the other's"), _log),
    "apart_lives": (_("Kills a death, times the other's"), _log),
    "apart_maps": (_("Changes of map, times the other's"), _log),
    "apart_hours": (_("Difference of evenness of hours"), _plain),
    "apart_day": (_("Minutes of a day played, times the other's"), _log),
}  # fmt: skip
TOGETHER = _("How far these change together from one sitting to the next: %(measures)s")
PARTS: Mapping[str, Promise] = {
    "hour": _("hour"), "pace": _("pace"), "rhythm": _("rhythm"), "map": _("map"),
}  # fmt: skip
_SUM = re.compile(r"(\w+)_(\d+)d")
_BOTH = re.compile(r"change_(hour|pace|rhythm)_(pace|rhythm|map)")


def shown(measure: str, here: float, usual: float) -> Shown:
    """In the language that is active; a measure without a name keeps its own."""
    if measure in ALONE:
        name, unit = ALONE[measure]
        return Shown(str(name), unit(here), unit(usual))
    if (found := _SUM.fullmatch(measure)) and found[1] in SUMS:
        days = gettext("%(what)s in %(days)s days") % {"what": SUMS[found[1]], "days": found[2]}
        return Shown(days, _log1p(here), _log1p(usual))
    if found := _BOTH.fullmatch(measure):
        both = f"{PARTS[found[1]]}, {PARTS[found[2]]}"
        return Shown(str(TOGETHER) % {"measures": both}, here, usual)
    return Shown(measure, here, usual)
