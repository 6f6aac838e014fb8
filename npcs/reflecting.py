"""At night, what an NPC notices about a player is written down: by a language model where one is
named for it (`insight`), else by rules (`reflection`)."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from aiworld.breaker import NotAsked
from aiworld.errors import Unavailable
from aiworld.loops import wait_for
from npcs import gates, insight, naming
from npcs.brief import Language
from npcs.forgetting import Held
from npcs.language import detect
from npcs.models import NpcMemory
from npcs.reflection import IMPORTANCE, Reflection, reflections
from npcs.scales import Speaker
from tenants.context import tenant
from tenants.statements import rows

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=20)
"""A model is asked about one NPC and one player once a night, also if it fails."""
MOST_ASKED = 100
"""Pairs of one server that a model is asked about in one run."""
DUE = """
SELECT r.npc_id, r.char_id, r.player_name FROM npc_relationships r
WHERE r.char_id IS NOT NULL AND (r.reflected_at IS NULL OR r.reflected_at < %(before)s)
  AND r.last_met_at > COALESCE(r.reflected_at, '-infinity') AND r.last_met_at > %(lately)s
ORDER BY r.last_met_at LIMIT %(most)s
"""
LATELY = timedelta(hours=36)
CLAIM = """
UPDATE npc_relationships SET reflected_at = %(now)s
WHERE npc_id = %(npc_id)s AND char_id = %(char_id)s
  AND (reflected_at IS NULL OR reflected_at < %(before)s)
RETURNING id
"""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An NPC, a player, and what the one remembers of the other."""

    npc_id: int
    char_id: int
    player_name: str
    held: Sequence[Held]

    @property
    def told(self) -> list[Held]:
        return [each for each in self.held if each.speaker == Speaker.PLAYER]

    @property
    def language(self) -> Language:
        """Of the player's last lines."""
        default = cast(Language, tenant().language)
        return detect(" ".join(each.text for each in self.told[-5:]), default=default)


def thinks() -> bool:
    """Whether a language model reflects on this server."""
    try:
        return wait_for(insight.chosen())
    except NotAsked:
        return True  # the owner's, and just now it cannot be asked


def by_rules(pair: Pair) -> int:
    """How many are new. Call it in a transaction."""
    if not pair.told:
        return 0
    called = naming.called(pair.player_name, pair.language)
    found = reflections(pair.told, player_name=called, language=pair.language)
    return sum(keep(pair, each) for each in found)


def tonight(until: float) -> int:
    """By a language model, those who talked lately and what was not reflected on since, until the
    moment `until` of `time.monotonic`. Returns how many reflections are new.

    Raises SwitchedOff, OverQuota."""
    gates.check("memory")
    if not thinks():
        return 0
    made = 0
    now = timezone.now()
    due = {"before": now - AGAIN, "lately": now - LATELY, "most": MOST_ASKED}
    for npc_id, char_id, player_name in rows(DUE, due):
        left = until - time.monotonic()
        if left <= 1:
            break
        claim = {"npc_id": npc_id, "char_id": char_id, "now": now, "before": now - AGAIN}
        if rows(CLAIM, claim):
            pair = Pair(
                npc_id=npc_id, char_id=char_id, player_name=player_name,
                held=lines(npc_id, char_id),
            )  # fmt: skip
            made += _thought(pair, left)
    return made


def _thought(pair: Pair, seconds: float) -> int:
    """What rules notice where the model does not answer, or the budget has nothing left."""
    language = pair.language
    readable = insight.readable(pair.held, language)
    if not insight.enough(readable):
        return 0
    called = naming.called(pair.player_name, language)
    try:
        found = wait_for(
            insight.insights(readable, player_name=called, language=language, seconds=seconds)
        )
    except Unavailable as error:
        log.info("no model reflected: %s", error.message)
        found = None
    with transaction.atomic():
        if found is None:
            return by_rules(pair)
        there = _still(readable)
        fresh = [each for each in found if there.issuperset(each.drawn_from)]
        return sum(keep(pair, each, thought=True) for each in fresh)


def _still(lines: Sequence[Held]) -> set[int]:
    """Those that nobody erased or replaced while the model thought."""
    ids = [each.id for each in lines]
    rows = NpcMemory.objects.filter(pk__in=ids, superseded_by=None).select_for_update()
    return set(rows.values_list("pk", flat=True))


def lines(npc_id: int, char_id: int) -> list[Held]:
    """What this NPC remembers of this player and did not itself notice."""
    mine = NpcMemory.objects.about(npc_id, char_id).exclude(kind=NpcMemory.Kind.REFLECTION)
    columns = ("pk", "text", "speaker", "importance", "happened_at")
    return [
        Held(id=pk, text=text, speaker=speaker, importance=importance, happened_at=at)
        for pk, text, speaker, importance, at in mine.order_by("happened_at", "pk").values_list(
            *columns
        )
    ]


def keep(pair: Pair, found: Reflection, *, thought: bool = False) -> bool:
    """A newer one of the same thing replaces the older; one that says nothing new is not kept.
    `thought`: a model names things as it likes, so what is drawn from the same lines is the same
    thing too."""
    noticed = NpcMemory.objects.about(pair.npc_id, pair.char_id).filter(
        kind=NpcMemory.Kind.REFLECTION
    )
    mine = noticed.filter(subject=found.subject[:80])
    known = list((noticed if thought else mine.order_by("-pk")[:1]).values_list("drawn_from"))
    if any(set(found.drawn_from) <= set(drawn) for (drawn,) in known):
        return False
    if thought:
        mine = noticed.filter(
            Q(subject=found.subject[:80]) | Q(drawn_from__contained_by=list(found.drawn_from))
        )
    row = NpcMemory.objects.create(
        npc_id=pair.npc_id, char_id=pair.char_id, player_name=pair.player_name, text=found.text,
        kind=NpcMemory.Kind.REFLECTION, speaker=Speaker.NPC, subject=found.subject[:80],
        importance=IMPORTANCE, happened_at=found.happened_at, drawn_from=list(found.drawn_from),
    )  # fmt: skip
    mine.exclude(pk=row.pk).update(superseded_by=row)
    return True
