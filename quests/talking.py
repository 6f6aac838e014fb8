"""Quests within a talk: an NPC that is asked for work offers some, and who was sent to talk to
somebody has done so when they talk."""

from __future__ import annotations

import asyncio
import logging

from django.utils import timezone

from aiworld.errors import AIWorldError
from npcs.turns import Reply, Said, Scene
from quests import offering, telling
from quests.models import DynamicQuest
from quests.offering import Asked
from quests.progress import Seen, see
from tenants.context import run_in_tenant, tenant

log = logging.getLogger(__name__)
QUEST = "quest"
"""The intent of who asks for work."""
_counting: set[asyncio.Task[int]] = set()


def offer(scene: Scene) -> str:
    """The words of an offer to this player, or '' (npcs.work). Told by a template: a talk does not
    wait for two models."""
    said = scene.said
    asked = Asked(
        npc_key=said.npc_key,
        char_id=said.char_id,
        player_name=said.player_name,
        level=said.base_level,
        language=scene.language,
        place=said.map_name,
    )
    try:
        found = offering.known(asked)
        if not isinstance(found, DynamicQuest):
            told = offering.told(*found)
            found = offering.write(told, now=timezone.now())
    except AIWorldError:
        return ""
    if found.status == DynamicQuest.Status.PROPOSED:
        return telling.later(scene.language, seed=said.request_id)
    return found.text if found.status == DynamicQuest.Status.OFFERED else ""


def offered(npc_key: str, char_id: int, reply: Reply) -> DynamicQuest | None:
    """The offer that a reply was about."""
    if reply.intent != QUEST:
        return None
    open_ones = DynamicQuest.objects.select_related("npc").filter(
        npc__key=npc_key, char_id=char_id, status=DynamicQuest.Status.OFFERED
    )
    found = open_ones.order_by("-pk").first()
    return found if found and found.text == reply.text else None


def spoken(said: Said) -> None:
    """After a turn, off the player's way: this NPC was spoken to."""
    task = asyncio.create_task(_count(said))
    _counting.add(task)
    task.add_done_callback(_counting.discard)


async def _count(said: Said) -> int:
    happened = Seen(char_id=said.char_id, kind="talk", target=said.npc_key)
    try:
        return await run_in_tenant(tenant(), _see, happened)
    except Exception:
        log.exception("a talk was not counted for the quests of character %s", said.char_id)
        return 0


def _see(happened: Seen) -> int:
    return see(happened, now=timezone.now())
