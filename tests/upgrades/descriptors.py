"""The protos as descriptors: now, or written to a file for later.

python -m tests.upgrades.descriptors FILE"""

from __future__ import annotations

import sys
from pathlib import Path

from google.protobuf import descriptor_pb2

from grpc_api.pb.aiworld.v1 import (
    common_pb2,
    dialogue_pb2,
    npcs_pb2,
    quests_pb2,
    server_pb2,
    society_pb2,
    world_pb2,
)

MODULES = (common_pb2, dialogue_pb2, npcs_pb2, quests_pb2, server_pb2, society_pb2, world_pb2)


def current() -> descriptor_pb2.FileDescriptorSet:
    """Ours and what they import, each after what it needs."""
    found: dict[str, descriptor_pb2.FileDescriptorProto] = {}

    def add(file) -> None:
        for each in file.dependencies:
            add(each)
        if file.name not in found:
            found[file.name] = descriptor_pb2.FileDescriptorProto.FromString(file.serialized_pb)

    for module in MODULES:
        add(module.DESCRIPTOR)
    return descriptor_pb2.FileDescriptorSet(file=found.values())


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(current().SerializeToString(deterministic=True))
