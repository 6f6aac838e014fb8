"""Clues and hunts in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, gettext_noop, override

from tenants.context import tenant
from world.happenings.making import LANGUAGES
from world.treasure.clues import Feature

TITLE = gettext_noop("The treasure of %(npc)s")
TALE = gettext_noop(
    "%(npc)s has hidden something and will reward who finds it first: one place after the other, "
    "in their order, as the riddles say."
)
WHERE = {
    "lives": gettext_noop("where %(name)s live"),
    "most": gettext_noop("where more %(name)s live than anywhere"),
    "npc": gettext_noop("where %(name)s is to be met"),
    "shop": gettext_noop("where %(name)s keeps a shop"),
}
LANDS = {
    "temperate": gettext_noop("in the green lands"),
    "forest": gettext_noop("in the woods"),
    "mountains": gettext_noop("in the mountains"),
    "coast": gettext_noop("by the sea"),
    "desert": gettext_noop("in the desert"),
    "snow": gettext_noop("in the snow"),
    "": gettext_noop("where one sees no sky"),
}
RIDDLE = gettext_noop("Go %(where)s.")
BOTH = gettext_noop("%(one)s, %(other)s")
GUARDIAN = gettext_noop("There slay %(name)s.")


def riddle(features: Sequence[Feature]) -> str:
    """In the server's language."""
    with override(_language()):
        where = ""
        for one in features:
            said = _where(one)
            where = gettext(BOTH) % {"one": where, "other": said} if where else said
        return gettext(RIDDLE) % {"where": where}


def _where(one: Feature) -> str:
    return gettext(LANDS[one.name]) if one.sort == "land" else gettext(WHERE[one.sort]) % {
        "name": one.name
    }  # fmt: skip


def words(npc: str) -> tuple[str, str]:
    """Title and tale in the server's language."""
    with override(_language()):
        return gettext(TITLE) % {"npc": npc}, gettext(TALE) % {"npc": npc}


def whole(tale: str, riddles: Sequence[str], guardian: str) -> str:
    """The tale with its riddles in order, as everybody hears it."""
    numbered = [f"{number}. {text}" for number, text in enumerate(riddles, 1)]
    with override(_language()):
        return " ".join([tale, *numbered, gettext(GUARDIAN) % {"name": guardian}])


def _language() -> str:
    return LANGUAGES.get(tenant().language, tenant().language)
