"""Every service there is: what reflection shows and Handshake lists."""

from __future__ import annotations

from functools import cache

from grpc_api.pb.aiworld.v1 import (
    dialogue_pb2,
    npcs_pb2,
    quests_pb2,
    server_pb2,
    society_pb2,
    world_pb2,
)

SERVICES = (
    server_pb2.DESCRIPTOR.services_by_name["Server"],
    dialogue_pb2.DESCRIPTOR.services_by_name["Dialogue"],
    npcs_pb2.DESCRIPTOR.services_by_name["Npcs"],
    society_pb2.DESCRIPTOR.services_by_name["Society"],
    quests_pb2.DESCRIPTOR.services_by_name["Quests"],
    world_pb2.DESCRIPTOR.services_by_name["World"],
)


@cache
def features() -> list[str]:
    """All calls, e.g. "Dialogue.Talk"."""
    return [f"{service.name}.{method.name}" for service in SERVICES for method in service.methods]
