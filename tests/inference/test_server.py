"""The inference process as its clients see it: real sockets, real frames, a real process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import time

import msgpack
import pytest

from inference import wire
from inference.catalogue import EMBEDDER
from inference.sockets import InUse, connect, listening
from tests.inference.serving import serving


async def ask(address, *requests):
    """Every answer, by id, of requests sent at once on one connection."""
    reader, writer = await connect(address)
    for request in requests:
        writer.write(wire.encode(request))
    replies = [await wire.read(reader) for _ in requests]
    writer.close()
    await writer.wait_closed()
    return {reply["id"]: reply for reply in replies}


def one(address, **request):
    return asyncio.run(ask(address, {"id": 1, **request}))[1]


def test_embed_answers_little_endian_float32(address):
    reply = one(address, op="embed", items=["a", "b"])
    assert reply["ok"]
    assert [len(block) for block in reply["result"]] == [4 * 384, 4 * 384]


def test_many_requests_share_a_connection(address):
    requests = [{"id": n, "op": "embed", "items": [f"t{n}"]} for n in range(50)]
    replies = asyncio.run(ask(address, *requests, {"id": 99, "op": "health"}))
    assert len(replies) == 51
    assert all(reply["ok"] for reply in replies.values())


def test_models_tell_what_ran(address):
    one(address, op="embed", items=["a", "b", "c"])
    about = one(address, op="models")["result"][EMBEDDER]
    assert about["state"] == "ready"
    assert about["calls"] >= 3
    assert about["batches"] >= 1
    assert about["run_seconds"] > 0
    assert about["memory"] > 50_000_000


@pytest.mark.parametrize(
    "request_, field",
    [
        ({"op": "explode"}, "operation"),
        ({}, "operation"),
        ({"op": "embed"}, "items"),
        ({"op": "embed", "items": "text"}, "items"),
        ({"op": "embed", "items": ["a"] * 65}, "items"),
        ({"op": "embed", "items": [1]}, "text"),
        ({"op": "embed", "items": ["a"], "deadline_ms": "soon"}, "deadline_ms"),
        ({"op": "embed", "items": ["a"], "deadline_ms": -1}, "deadline_ms"),
        ({"op": "embed", "items": ["a"], "deadline_ms": float("nan")}, "deadline_ms"),
        ({"op": "embed", "items": ["a"], "priority": "now"}, "priority"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_so(address, request_, field):
    reply = one(address, **request_)
    assert not reply["ok"]
    assert reply["error"]["kind"] == "Invalid"
    assert field in reply["error"]["message"]


def test_a_deadline_too_short_is_answered_in_time(address):
    items = ["word " * 300] * 64
    reply = one(address, op="embed", items=items, deadline_ms=50)
    assert reply["error"]["kind"] == "DeadlineExceeded"


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">I", wire.MAX_FRAME + 1) + b"x",
        struct.pack(">I", 5) + b"\xc1\xc1\xc1\xc1\xc1",
        struct.pack(">I", 2) + msgpack.packb([1]),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_ends_its_connection_and_no_other(address, data):
    async def trial():
        reader, writer = await connect(address)
        writer.write(data)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()

    asyncio.run(trial())
    assert one(address, op="health")["ok"]


def test_a_client_that_leaves_in_the_middle_harms_nobody(address):
    async def trial():
        for cut in (2, 10, None):
            _, writer = await connect(address)
            writer.write(wire.encode({"id": 1, "op": "embed", "items": ["a"] * 64})[:cut])
            await writer.drain()
            writer.transport.abort()
            await asyncio.sleep(0.01)

    asyncio.run(trial())
    assert one(address, op="health")["ok"]


def test_more_requests_than_one_connection_may_have_are_refused(address):
    requests = [{"id": n, "op": "embed", "items": ["a b c"]} for n in range(400)]
    replies = asyncio.run(ask(address, *requests)).values()
    refused = [reply for reply in replies if not reply["ok"]]
    assert refused
    assert {reply["error"]["kind"] for reply in refused} == {"Overloaded"}
    assert sum(reply["ok"] for reply in replies) >= 256


def test_a_client_that_never_reads_does_not_keep_the_server_from_ending(engine, tmp_path):
    with socket.socket(socket.AF_UNIX) as deaf:
        with serving(engine, tmp_path / "i.sock", drain=0.2) as address:
            deaf.connect(address)
            for _ in range(60):
                deaf.sendall(wire.encode({"id": 1, "op": "embed", "items": ["a"] * 8}))
            time.sleep(1.5)
            assert one(address, op="health")["ok"]
            stopped = time.perf_counter()
        assert time.perf_counter() - stopped < 20


def test_a_socket_is_for_its_owner_alone_and_gone_afterwards(tmp_path):
    path = tmp_path / "run" / "i.sock"
    with listening(str(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(InUse, match="already answers"), listening(str(path)):
            pass
    assert not path.exists()


def test_a_stale_socket_is_replaced_and_anything_else_is_not(tmp_path):
    path = tmp_path / "i.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    with listening(str(path)):
        pass
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(str(path))
        foreign.listen()
        with pytest.raises(InUse, match="another process"), listening(str(path)):
            pass
    path.unlink()
    path.write_text("precious")
    with pytest.raises(InUse, match="not a socket"), listening(str(path)):
        pass
    assert path.read_text() == "precious"


@pytest.fixture
def start(tmp_path, folders):
    """Starts `manage.py inferenceserver` and waits for its line."""
    path, running = tmp_path / "i.sock", []
    environment = {**os.environ, "ML_MODEL_PATH": str(folders.models)}
    environment |= {"SECRET_KEY": "test", "API_KEY_SALT": "test"}

    def start():
        command = [sys.executable, "manage.py", "inferenceserver", "--socket", str(path)]
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        return process, process.stdout.readline()

    yield path, start
    for process in running:
        process.kill()
        process.communicate()


def test_the_process_starts_refuses_a_twin_drains_and_ends(engine, start):
    path, start = start
    process, line = start()
    assert "ready" in line and str(path) in line
    twin, _ = start()
    assert twin.wait(20) != 0
    assert "already answers" in twin.stderr.read()

    async def stop_in_the_middle():
        reader, writer = await connect(str(path))
        writer.write(wire.encode({"id": 1, "op": "embed", "items": ["word " * 200] * 8}))
        await writer.drain()
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        reply = await wire.read(reader)
        assert await reader.read() == b""
        writer.close()
        return reply

    assert asyncio.run(stop_in_the_middle())["ok"]
    assert process.wait(10) == 0
    assert not path.exists()


def test_a_killed_process_can_be_started_again(start):
    path, start = start
    process, _ = start()
    process.kill()
    process.wait(10)
    assert path.exists()
    _, line = start()
    assert "ready" in line
