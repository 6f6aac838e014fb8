"""A game server to measure on: made for it, and gone afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiworld.settings.env import BASE_DIR
from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs import following
from npcs.importing import import_characters
from npcs.scripts.tree import read_scripts
from tenants.context import in_tenant
from tenants.models import Server
from tenants.provisioning import Provisioned, provision, remove

SAMPLE = BASE_DIR / "samples" / "npc"
NPC = "prontera/Brannoc#town"
TALK = "/aiworld.v1.Dialogue/Talk"
UNLIMITED: dict[str, Any] = {
    "rate_limit_per_minute": 1_000_000,
    "rate_limit_per_hour": 60_000_000,
    "rate_limit_per_player": 10_000,
    "max_concurrent_npcs": 100_000,
}
"""The highest there are: what is measured is the work, not the refusal."""


@contextmanager
def game_server() -> Iterator[Provisioned]:
    made = provision(
        name=f"benchmark {uuid.uuid4().hex[:8]}", contact_email="bench@example.org", **UNLIMITED
    )
    try:
        yield made
    finally:
        remove(made.server)


def people(server: Server, *, embedded: bool) -> None:
    """The sample town; `embedded` gives their knowledge its vectors (the encoder must run)."""
    with in_tenant(server):
        import_characters(read_scripts([SAMPLE]).characters)
        while embedded and following.backfill():
            pass


def line(text: str, char_id: int, *, request_id: str | None = None) -> bytes:
    """What a player says to the blacksmith, as it travels."""
    request = dialogue_pb2.TalkRequest(
        request_id=request_id or uuid.uuid4().hex,
        npc=NPC,
        player=common_pb2.Player(char_id=char_id, name=f"Player {char_id}"),
        text=text,
    )
    encoded: bytes = request.SerializeToString()
    return encoded
