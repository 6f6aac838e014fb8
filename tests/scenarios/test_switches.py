"""The switches that turn AI off, flipped in one process and obeyed by two others: real gRPC servers
on the database that the tests have."""

import os
import socket
import subprocess
import sys
import time
from itertools import count

import grpc
import pytest
from django.db import connection

from grpc_api.pb.aiworld.v1 import dialogue_pb2_grpc
from grpc_api.pb.aiworld.v1.common_pb2 import Player
from npcs.models import NpcPersonality
from tenants import lifecycle
from tenants.context import in_schema, in_tenant
from tenants.models import PlatformSwitch
from tests.grpc_api.calls import details, request

STARTED, OBEYED = 60.0, 20.0
"""Seconds; far more than is needed, on a busy machine too."""


@pytest.fixture
def doors(committed):
    """Stubs of two gRPC servers, each a process of its own."""
    processes, channels = [], []
    environment = os.environ | {"POSTGRES_DB": connection.settings_dict["NAME"]}
    try:
        for _ in range(2):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            command = [sys.executable, "manage.py", "grpcserver", "--host", "127.0.0.1"]
            processes.append(
                subprocess.Popen(
                    [*command, "--port", str(port)], env=environment,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
            channels.append(grpc.insecure_channel(f"127.0.0.1:{port}"))
        for channel in channels:
            grpc.channel_ready_future(channel).result(timeout=STARTED)
        yield [dialogue_pb2_grpc.DialogueStub(channel) for channel in channels]
    finally:
        for channel in channels:
            channel.close()
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


@pytest.fixture
def answers(doors, metadata, npc):
    """What each of the two does with a line: "" if it answers, else why not."""
    char_ids = count(400_000)  # nobody talks too often

    def one(stub):
        try:
            said = request("Hello", Player(char_id=next(char_ids), name="Guest"))
            assert stub.Talk(said, metadata=metadata, timeout=10).text
        except grpc.RpcError as error:
            return details(error)["ErrorInfo"].reason
        return ""

    return lambda: [one(stub) for stub in doors]


def test_a_switch_flipped_here_is_obeyed_by_every_process(answers, server, npc, owner):
    on, off = ["", ""], ["SwitchedOff"] * 2
    assert answers() == on

    def obeyed(expected):
        ends = time.monotonic() + OBEYED
        while answers() != expected and time.monotonic() < ends:
            time.sleep(0.2)
        assert answers() == expected, "and they stay so"

    with in_tenant(server):
        NpcPersonality.objects.filter(pk=npc.pk).update(ai_enabled=False)
    assert answers() == off, "an NPC's own counts with the next call"
    with in_tenant(server):
        NpcPersonality.objects.filter(pk=npc.pk).update(ai_enabled=True)
    lifecycle.switch_ai_off(server, by=owner)
    try:
        obeyed(off)
    finally:
        lifecycle.switch_ai_on(server, by=owner)
    obeyed(on)
    with in_schema():
        row = PlatformSwitch.objects.create(key="ai", on=False)
    try:
        obeyed(off)
    finally:
        with in_schema():
            row.delete()
    obeyed(on)
