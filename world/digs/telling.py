"""What finds are called and what they tell, in the server's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop, override

from world.digs.strata import Found
from world.happenings.making import catalogue

ERAS: Mapping[str, str] = {
    "living": gettext_noop("living memory"),
    "guilds": gettext_noop("the age of the guilds"),
    "border_wars": gettext_noop("the border wars"),
    "young_kingdom": gettext_noop("the young kingdom"),
    "ash": gettext_noop("the age of ash"),
    "builders": gettext_noop("the first builders"),
}
KINDS: Mapping[str, str] = {
    "clay_pipe": gettext_noop("a clay pipe"),
    "guild_seal": gettext_noop("a guild's seal"),
    "copper_buckle": gettext_noop("a copper buckle"),
    "arrow_bundle": gettext_noop("a bundle of arrows"),
    "field_order": gettext_noop("an order from the field"),
    "minted_coin": gettext_noop("a worn coin"),
    "prayer_tablet": gettext_noop("a prayer tablet"),
    "glazed_tile": gettext_noop("a glazed tile"),
    "burnt_beam": gettext_noop("a burnt beam"),
    "urn": gettext_noop("an urn"),
    "stone_key": gettext_noop("a key of stone"),
    "star_chart": gettext_noop("a chart of the stars"),
}
TITLE = gettext_noop("A find in %(map)s, %(object)s")
TEXT = gettext_noop(
    "It lay %(depth)d cm deep, in layer %(layer)d, and came there %(latest)d to %(earliest)d years "
    "ago. It tells of %(era)s."
)
OLDER = gettext_noop("Nothing as old was found there before.")


def kind(key: str) -> str:
    with override(catalogue()):
        return gettext(KINDS[key])


def era(key: str) -> str:
    with override(catalogue()):
        return gettext(ERAS[key])


def words(found: Found, *, map_name: str, oldest_yet: bool) -> tuple[str, str]:
    """Title and text; `oldest_yet`: of all finds of the map."""
    with override(catalogue()):
        title = gettext(TITLE) % {"map": map_name, "object": gettext(KINDS[found.kind.key])}
        text = gettext(TEXT) % {
            "depth": found.depth_cm, "layer": found.layer.number, "latest": found.latest,
            "earliest": found.earliest, "era": gettext(ERAS[found.era.key]),
        }  # fmt: skip
        return title, f"{text} {gettext(OLDER)}" if oldest_yet else text
