"""Recall on request: what an NPC remembers of a character, and with its town and faction."""

from __future__ import annotations

from typing import cast

from django.utils import timezone

from aiworld.errors import NotFound
from npcs import confiding, memory, mind
from npcs.brief import Language, Recollection
from npcs.candidates import Vector
from npcs.language import detect
from npcs.memory import unknown_npc
from npcs.models import NpcPersonality, NpcRelationship
from npcs.models.relationship import FIRST_TRUST
from tenants.context import run_in_tenant, tenant


async def recall(
    *, npc_key: str, char_id: int, query: str, limit: int, seconds: float
) -> list[Recollection]:
    """Best match first, those shared with town and faction among them as far as the character is
    trusted; without a query the latest of the character. `seconds` are for the encoder.

    Raises NotFound."""
    vector = await mind.embed(query, seconds=seconds) if query else None
    return await run_in_tenant(tenant(), _recall, npc_key, char_id, query, vector, limit)


def _recall(
    npc_key: str, char_id: int, query: str, vector: Vector | None, limit: int
) -> list[Recollection]:
    npc = NpcPersonality.objects.filter(key=npc_key).first()
    if npc is None:
        raise NotFound(unknown_npc(npc_key), field="npc")
    if not query:
        return memory.latest(npc.pk, char_id, limit=limit)
    views = NpcRelationship.objects.filter(npc=npc, char_id=char_id)
    trust = views.values_list("trust", flat=True).first()
    return memory.recall(
        npc.pk, char_id, query, vector, limit=limit, now=timezone.now(),
        language=detect(query, default=cast(Language, tenant().language)),
        opened=int(confiding.opened(npc, FIRST_TRUST if trust is None else trust)),
    ).memories  # fmt: skip
