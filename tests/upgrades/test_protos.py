"""Map-servers are upgraded when their owners like: those with earlier protos are answered.

`released/<version>.binpb` is what a release was built with. After a release:

    .venv/bin/python -m tests.upgrades.descriptors tests/upgrades/released/<version>.binpb"""

from __future__ import annotations

import uuid
from pathlib import Path

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tests.upgrades.compatibility import breaks
from tests.upgrades.descriptors import current

RELEASED = sorted((Path(__file__).parent / "released").glob("*.binpb"))


def read(path):
    return descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes())


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request):
    return read(request.param)


def test_there_is_a_release_to_compare_with():
    assert RELEASED


def test_nothing_that_a_client_relies_on_has_changed(released):
    assert breaks(released, current()) == []


def changed(change):
    files = current()
    [dialogue] = [file for file in files.file if file.name == "aiworld/v1/dialogue.proto"]
    [request] = [each for each in dialogue.message_type if each.name == "TalkRequest"]
    change(dialogue, request)
    return breaks(current(), files)


@pytest.mark.parametrize(
    "change",
    [
        lambda file, request: request.field.pop(),
        lambda file, request: setattr(request.field[0], "number", 99),
        lambda file, request: setattr(request.field[0], "type", 5),
        lambda file, request: setattr(request.field[0], "label", 3),
        lambda file, request: setattr(request.field[0], "name", "other"),
        lambda file, request: file.service[0].method.pop(),
        lambda file, request: setattr(file.service[0].method[0], "server_streaming", True),
    ],
    ids=["gone", "renumbered", "retyped", "repeated", "renamed", "call gone", "call streams"],
)
def test_a_change_that_breaks_a_client_is_noticed(change):
    assert changed(change)


def test_what_is_only_added_breaks_nobody():
    assert changed(lambda file, request: request.field.add(name="x", number=900, type=9)) == []


def test_an_earlier_client_talks_with_the_present_server(released, channel, metadata, npc):
    pool = descriptor_pool.DescriptorPool()
    for file in released.file:
        pool.Add(file)
    wanted, reply = (
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"aiworld.v1.{name}"))
        for name in ("TalkRequest", "TalkReply")
    )
    asked = wanted(request_id=uuid.uuid4().hex, npc=npc.key, text="Where do you buy your iron?")
    asked.player.char_id, asked.player.name = 150_001, "Aline"
    talk = channel.unary_unary(
        "/aiworld.v1.Dialogue/Talk", wanted.SerializeToString, reply.FromString
    )
    try:
        answer = talk(asked, metadata=metadata, timeout=10)
    except grpc.RpcError as error:
        pytest.fail(f"{error.code()}: {error.details()}")
    assert "Mjolnir" in answer.text
