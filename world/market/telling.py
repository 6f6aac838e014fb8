"""What merchants say of prices: known once, told only while it is so."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from aiworld.changes import Changes
from npcs.models import NpcKnowledge, NpcPersonality
from tenants.context import tenant
from world import states
from world.happenings.making import LANGUAGES
from world.models import WorldStateSnapshot

FLAG = "market"
"""`flag.market` in the conditions of knowledge: calm, heating, cooling, lopsided."""
SPEAKERS = 5
MERCHANTS = r"merchant|trader|seller|vendor|dealer|shop"
TOPIC = gettext_noop("prices")
SAID = {
    "heating": gettext_noop(
        "Everything costs more than it did last week. Who has to buy had better buy soon."
    ),
    "cooling": gettext_noop(
        "Prices are falling from day to day. Who has something to sell had better sell soon."
    ),
    "lopsided": gettext_noop("A few grow rich these days, and the rest look on."),
}


def tell(verdict: str, *, changes: Changes) -> int:
    """Note how the market is, and let a few merchants know what to say of it; returns how many
    learnt something. Call it in a transaction."""
    _note(verdict, changes)
    return _teach(verdict, changes) if verdict in SAID else 0


def _note(verdict: str, changes: Changes) -> None:
    now = timezone.now()
    row = states.latest([states.WORLD], now=now).get(states.WORLD)
    before = row.state if row and isinstance(row.state, dict) else {}
    noted = before.get("flags")
    flags: dict[str, Any] = noted if isinstance(noted, dict) else {}
    fresh = row is not None and row.taken_at > now - states.AGAIN
    if fresh and flags.get(FLAG) == verdict:
        return
    state = {**before, "flags": {**flags, FLAG: verdict}}
    changes.create(WorldStateSnapshot(taken_at=now, scope=states.WORLD, state=state))


def _teach(verdict: str, changes: Changes) -> int:
    branch = f"market:{verdict}"
    knowing = NpcKnowledge.objects.filter(branch=branch)
    missing = SPEAKERS - knowing.count()
    if missing < 1:
        return 0
    merchants = NpcPersonality.objects.filter(ai_enabled=True, role__iregex=MERCHANTS)
    new = list(merchants.exclude(knowledge__branch=branch).order_by("pk")[:missing])
    language = tenant().language
    with override(LANGUAGES.get(language, language)):
        topic, text = gettext(TOPIC), gettext(SAID[verdict])
    for npc in new:
        changes.create(
            NpcKnowledge(
                npc=npc, topic=topic, text=text, branch=branch, position=1_000,
                condition=f'flag.{FLAG} == "{verdict}"', origin=NpcKnowledge.Origin.HEARD,
            )
        )  # fmt: skip
    return len(new)
