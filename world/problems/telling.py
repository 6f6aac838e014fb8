"""What problems are called, and what would end them, in the server's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop, override

from world.happenings.making import catalogue

TITLES: Mapping[str, str] = {
    "shortage": gettext_noop("%(name)s has become scarce"),
    "surge": gettext_noop("%(map)s is overrun"),
    "feud": gettext_noop("Bad blood with %(name)s"),
    "slump": gettext_noop("Trade dries up in %(map)s"),
}
TEXTS: Mapping[str, str] = {
    "shortage": gettext_noop("It costs far more than a week ago, and craftsmen run out of it."),
    "surge": gettext_noop("More adventurers fell there within hours than in all the days before."),
    "feud": gettext_noop("They were wronged once too often, and they remember every time."),
    "slump": gettext_noop("Stalls stay shut, and hardly anything changes hands."),
}
ENDS: Mapping[str, str] = {
    "shortage": gettext_noop("It ends when %(goal)d of them were gathered within %(hours)d hours."),
    "surge": gettext_noop("It ends when %(goal)d of them were slain there within %(hours)d hours."),
    "feud": gettext_noop("It ends when %(goal)d good deeds were done for them in %(hours)d hours."),
    "slump": gettext_noop("It ends when %(goal)d deals were made there within %(hours)d hours."),
}
OUTCOMES = {
    True: gettext_noop("Players have overcome it."),
    False: gettext_noop("Nobody overcame it in time."),
}


def words(cause: str, *, name: str, map_name: str) -> tuple[str, str]:
    """Title and text."""
    with override(catalogue()):
        title = gettext(TITLES[cause]) % {"name": name, "map": map_name}
        return title, gettext(TEXTS[cause])


def end(cause: str, *, goal: int, hours: int) -> str:
    with override(catalogue()):
        return gettext(ENDS[cause]) % {"goal": goal, "hours": hours}


def outcome(solved: bool) -> str:
    with override(catalogue()):
        return gettext(OUTCOMES[solved])
