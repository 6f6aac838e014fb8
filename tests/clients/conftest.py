"""The map-server's library, built once per flavour, and a gRPC server that may be killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import grpc
import pytest
from django.db import connection
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tenants.context import in_schema
from tenants.models import Server
from tests.clients.fake import Fake, serving
from tests.clients.library import Game, opened

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "clients" / "rathena"
BUILD = ROOT / "build" / "rathena"
TOOLS = ("cmake", "ninja", "c++", "protoc", "pkg-config")
PACKAGES = "cmake ninja-build g++ pkg-config libgrpc++-dev libprotobuf-dev protobuf-compiler"
ALONE = "AI_BRIDGE_ALONE"
"""Set in the process that loads the library. Its gRPC and protobuf abort beside others, such as those
that the libraries of models bring."""
BESIDE = ["test_alone.py", "test_bridge.py", "test_rathena_scripts.py"]
WITHIN = ["test_connection.py", "test_keys.py"]
collect_ignore = BESIDE if os.environ.get(ALONE) else WITHIN
FLAVOURS = {"plain": "", "address": "address", "thread": "thread"}


def missing():
    """What the machine lacks to build the library."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not lacking and subprocess.run(["pkg-config", "--exists", "grpc++", "protobuf"]).returncode:
        lacking = ["libgrpc++-dev"]
    return lacking


@pytest.fixture(scope="session")
def built():
    """built("plain") is the folder with libai_sidecar_bridge.so. Where the C++ tools are missing,
    the tests that need them are skipped, and fail in CI."""
    if lacking := missing():
        words = f"no C++ tools ({', '.join(lacking)}): apt install {PACKAGES}"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)

    def build(flavour):
        folder = BUILD / flavour
        folder.mkdir(parents=True, exist_ok=True)
        with (BUILD / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # other workers of xdist wait: one build at a time
            sanitize = f"-DAI_BRIDGE_SANITIZE={FLAVOURS[flavour]}"
            run("cmake", "-S", SOURCE, "-B", folder, "-G", "Ninja", sanitize)
            run("nice", "-n", "5", "cmake", "--build", folder, "-j", os.cpu_count() or 1)
        return folder

    return build


def run(*command):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"


@pytest.fixture
def roomy(server):
    """The server's limits are out of the way."""
    with in_schema():
        Server.objects.filter(pk=server.pk).update(
            rate_limit_per_minute=1_000_000, rate_limit_per_hour=1_000_000
        )
    yield server
    with in_schema():
        Server.objects.filter(pk=server.pk).update(
            rate_limit_per_minute=server.rate_limit_per_minute,
            rate_limit_per_hour=server.rate_limit_per_hour,
        )


@pytest.fixture(scope="session")
def library(built):
    return opened(built("plain"))


@pytest.fixture
def fake():
    return Fake()


@pytest.fixture
def play(library, fake, tmp_path):
    """play(key=value ...) is a game that is connected to the stand-in, with these keys set."""
    with ExitStack() as stack:
        port = None

        def start(connected=True, credentials=None, through=None, **keys):
            nonlocal port
            if port is None:
                port = stack.enter_context(serving(fake, credentials))
            door = through.to(port) if through else port
            path = written(tmp_path, f"127.0.0.1:{door}", **keys)
            game = stack.enter_context(Game(library, path))
            return game.active() if connected else game

        yield start


class Scales:
    """A door to a server that counts the bytes which go in."""

    def __init__(self):
        self.sent, self.doors = 0, []

    def to(self, port):
        scales = self

        class Passing(socketserver.BaseRequestHandler):
            def handle(self):
                with socket.create_connection(("127.0.0.1", port)) as inside:
                    back = threading.Thread(target=scales.pass_on, args=(inside, self.request, 0))
                    back.start()
                    scales.pass_on(self.request, inside, 1)
                    back.join()

        door = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Passing)
        door.daemon_threads = True
        threading.Thread(target=door.serve_forever, daemon=True).start()
        self.doors.append(door)
        return door.server_address[1]

    def pass_on(self, source, target, weight):
        with suppress(OSError):
            while data := source.recv(65536):
                self.sent += weight * len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def scales():
    scales = Scales()
    yield scales
    for door in scales.doors:
        door.shutdown()
        door.server_close()


def written(folder, endpoint, **keys):
    """An ai_sidecar.conf."""
    lines = {"enabled": "yes", "endpoint": endpoint, "api_key": "sk-of-a-test"} | keys
    path = folder / f"ai_sidecar_{len(list(folder.iterdir()))}.conf"
    path.write_text("".join(f"ai_sidecar_{key}: {value}\n" for key, value in lines.items()))
    path.chmod(0o600)
    return path


class Sidecar:
    """`manage.py grpcserver` in a process of its own, always on the same port."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None

    def start(self):
        command = [sys.executable, "manage.py", "grpcserver", "--host", "127.0.0.1"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            cwd=ROOT,
            env=os.environ | {"POSTGRES_DB": connection.settings_dict["NAME"]},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with grpc.insecure_channel(f"127.0.0.1:{self.port}") as channel:
            check = health_pb2_grpc.HealthStub(channel).Check
            for _ in range(1200):
                assert self.process.poll() is None, "the gRPC server ended"
                try:
                    return check(health_pb2.HealthCheckRequest(), timeout=1)
                except grpc.RpcError:
                    time.sleep(0.1)
        raise TimeoutError(self.port)

    def end(self, with_signal=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(60)
            self.process = None


@pytest.fixture
def sidecar(roomy):
    sidecar = Sidecar()
    sidecar.start()
    yield sidecar
    sidecar.end(signal.SIGKILL)


@contextmanager
def control(sidecar):
    """Port where the C++ tests say "kill", "stop" or "start"."""
    doing = {
        "kill": lambda: sidecar.end(signal.SIGKILL),
        "stop": sidecar.end,
        "start": sidecar.start,
    }

    class Asked(socketserver.StreamRequestHandler):
        def handle(self):
            doing[self.rfile.readline().decode().strip()]()
            self.wfile.write(b"+")

    with socketserver.TCPServer(("127.0.0.1", 0), Asked) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
