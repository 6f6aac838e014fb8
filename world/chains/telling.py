"""What chains are called and how they are told without a language model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop, override

from world.happenings.making import catalogue
from world.happenings.tales import Measure


@dataclass(frozen=True, kw_only=True)
class Theme:
    measure: Measure
    title: str
    told: Mapping[str, tuple[tuple[str, str], ...]]
    """Part -> (title, text), the first for its first step and so on."""


THEMES: Mapping[str, Theme] = {
    "beasts": Theme(
        measure="kill",
        title=gettext_noop("The wild ones of %(map)s"),
        told={
            "opening": ((gettext_noop("Howling in %(map)s"),
                          gettext_noop("At night they come closer than ever. Thin them out.")),),
            "rising": ((gettext_noop("Tracks to %(map)s"),
                         gettext_noop("More of them gather. Every one that falls now counts.")),
                       (gettext_noop("The herds of %(map)s move"),
                         gettext_noop("They move together, as if somebody led them.")),
                       (gettext_noop("A ring around %(map)s"),
                         gettext_noop("They close the roads. Break the ring before it holds."))),
            "climax": ((gettext_noop("The onslaught on %(map)s"),
                         gettext_noop("They come all at once. Now it is decided.")),),
            "triumph": ((gettext_noop("Quiet over %(map)s"),
                          gettext_noop("They are scattered, and people sleep again.")),),
            "downfall": ((gettext_noop("%(map)s is theirs"),
                           gettext_noop("Nobody stopped them, and the land is theirs for now.")),),
        },
    ),
    "caravan": Theme(
        measure="trade",
        title=gettext_noop("The long caravan to %(map)s"),
        told={
            "opening": ((gettext_noop("A caravan asks for %(map)s"),
                          gettext_noop("It comes if there is trade enough to pay for the way.")),),
            "rising": ((gettext_noop("Orders from %(map)s"),
                         gettext_noop("The more changes hands now, the more they dare to load.")),
                       (gettext_noop("Rivals of %(map)s"),
                         gettext_noop("Others want the caravan. Only lively trade keeps it.")),
                       (gettext_noop("Toll on the way to %(map)s"),
                         gettext_noop("The way has become dear. Trade has to bear it."))),
            "climax": ((gettext_noop("The great day of %(map)s"),
                         gettext_noop("The caravan is there. Was the way worth it?")),),
            "triumph": ((gettext_noop("%(map)s on every map of trade"),
                          gettext_noop("They left content, and they will come again.")),),
            "downfall": ((gettext_noop("Empty carts leave %(map)s"),
                           gettext_noop("They found no trade, and say so everywhere.")),),
        },
    ),
    "pilgrims": Theme(
        measure="map_change",
        title=gettext_noop("The pilgrims of %(map)s"),
        told={
            "opening": ((gettext_noop("A sign over %(map)s"),
                          gettext_noop("Something was seen there. Who goes and looks?")),),
            "rising": ((gettext_noop("Lights above %(map)s"),
                         gettext_noop("It was seen again. The more come, the brighter it is.")),
                       (gettext_noop("Voices in %(map)s"),
                         gettext_noop("Some say that it speaks to those who are many.")),
                       (gettext_noop("The vigil of %(map)s"),
                         gettext_noop("It wanes when nobody is there."))),
            "climax": ((gettext_noop("The night of %(map)s"),
                         gettext_noop("Now it comes, or never. All who can should be there.")),),
            "triumph": ((gettext_noop("What %(map)s saw"),
                          gettext_noop("It came, and nobody who was there forgets it.")),),
            "downfall": ((gettext_noop("Dark over %(map)s"),
                           gettext_noop("Too few came, and the sign went out.")),),
        },
    ),
}  # fmt: skip


def title(theme: str, *, map_name: str) -> str:
    """In the server's language."""
    with override(catalogue()):
        return gettext(THEMES[theme].title) % {"map": map_name}


def words(theme: str, part: str, number: int, *, map_name: str) -> tuple[str, str]:
    """Title and text of the `number`th step of this part, from 0."""
    told = THEMES[theme].told[part]
    name, text = told[number % len(told)]
    with override(catalogue()):
        return gettext(name) % {"map": map_name}, gettext(text)
