"""Recall on request: what an NPC remembers of a character."""

from __future__ import annotations

from typing import cast

from django.utils import timezone

from aiworld.errors import NotFound
from npcs import memory, mind
from npcs.brief import Language, Recollection
from npcs.candidates import Vector
from npcs.language import detect
from npcs.memory import unknown_npc
from npcs.models import NpcPersonality
from tenants.context import run_in_tenant, tenant


async def recall(
    *, npc_key: str, char_id: int, query: str, limit: int, seconds: float
) -> list[Recollection]:
    """Best match first; without a query the latest first. `seconds` are for the encoder.

    Raises NotFound."""
    vector = await mind.embed(query, seconds=seconds) if query else None
    return await run_in_tenant(tenant(), _recall, npc_key, char_id, query, vector, limit)


def _recall(
    npc_key: str, char_id: int, query: str, vector: Vector | None, limit: int
) -> list[Recollection]:
    npc_id = NpcPersonality.objects.filter(key=npc_key).values_list("pk", flat=True).first()
    if npc_id is None:
        raise NotFound(unknown_npc(npc_key), field="npc")
    if not query:
        return memory.latest(npc_id, char_id, limit=limit)
    language = detect(query, default=cast(Language, tenant().language))
    return memory.search(
        npc_id, char_id, query, vector, language=language, limit=limit, now=timezone.now()
    )
