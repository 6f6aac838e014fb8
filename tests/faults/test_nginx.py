"""The configuration for nginx, run: two replicas behind it, one after the other goes and comes
back, and no call fails."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import grpc
import pytest
from django.db import connection

from aiworld.devstack import probes
from grpc_api.pb.aiworld.v1 import server_pb2, server_pb2_grpc
from grpc_api.tls import authority
from grpc_api.tls.revocation import write_list
from tests.devstack.running import free_port
from tests.faults.load import Load
from tests.faults.measuring import Measuring, Row, clean
from tests.faults.stage import HOST, Stage

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "aiworld.conf"
MISSING = "no nginx: apt install nginx"
NAME = "localhost"
IN_FLIGHT = 10
"""Calls that a replica may have when it is killed: they fail, and others do not."""
ELSEWHERE = "127.0.0.5"
"""Where nginx asks the replicas from, so that its address is none of a client's."""
AROUND = """
daemon off;
worker_processes 1;
error_log {folder}/error.log warn;
pid {folder}/pid;
{user}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    grpc_bind {elsewhere};
    include {folder}/aiworld.conf;
}}
"""


class Replicas(Stage):
    """Two of the gRPC server and two of the pages, each a process on a port of its own."""

    def __init__(self, database):
        super().__init__(database)
        self.door, self.web = free_port(), free_port()
        self.ports = {name: free_port() for name in ("one", "two", "left", "right")}
        self.settings = {
            "GRPC_TRUSTED_PROXY_COUNT": "1", "GRPC_PUBLIC_TLS": "true", "HTTPS": "true",
            "TRUSTED_PROXY_COUNT": "1", "ALLOWED_HOSTS": NAME,
        }  # fmt: skip

    def _one(self):
        return self._replica("one")

    def _two(self):
        return self._replica("two")

    def _left(self):
        return self._pages("left")

    def _right(self):
        return self._pages("right")

    def _replica(self, name):
        port = str(self.ports[name])
        arguments = ("manage.py", "grpcserver", "--host", HOST, "--port", port)
        return self._ours(
            name, (*arguments, "--processes", "1"), partial(probes.serves, HOST, port)
        )

    def _pages(self, name):
        port = str(self.ports[name])
        arguments = ("-m", "daphne", "-b", HOST, "-p", port, "aiworld.asgi:application")
        return self._ours(name, arguments, lambda: answers(int(port)))


def answers(port):
    asked = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        asked.request("GET", "/api/v1/health", headers={"Host": NAME})
        return asked.getresponse().status < 500
    except OSError:
        return False
    finally:
        asked.close()


@pytest.fixture(scope="module")
def nginx():
    program = shutil.which("nginx")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    return program


def rendered(folder, ports, door, web):
    """As an operator would edit it. What is not there to be replaced fails."""
    text = SHIPPED.read_text()
    replaced = {
        r"127\.0\.0\.1:50061": f"127.0.0.1:{ports['one']}",
        r"127\.0\.0\.1:50062": f"127.0.0.1:{ports['two']}",
        r"127\.0\.0\.1:8001": f"127.0.0.1:{ports['left']}",
        r"127\.0\.0\.1:8002": f"127.0.0.1:{ports['right']}",
        "listen 50051 ssl": f"listen 127.0.0.1:{door} ssl",
        "listen 443 ssl": f"listen 127.0.0.1:{web} ssl",
        r"server_name npc\.example\.org": f"server_name {NAME}",
        r"/etc/aiworld/tls/(server|web)\.": f"{folder}/server.",
        "/var/log/nginx/": f"{folder}/",
    }
    for before, after in replaced.items():
        text, times = re.subn(before, after, text)
        assert times, before
    (folder / "aiworld.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    whole = AROUND.format(folder=folder, user=user, elsewhere=ELSEWHERE)
    (folder / "nginx.conf").write_text(whole)


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    root = authority.make_authority(days=3)
    own = authority.issue_server(root, [NAME, HOST], days=2)
    (folder / "ca.pem").write_bytes(root.certificate_pem)
    (folder / "server.pem").write_bytes(own.certificate_pem)
    (folder / "server.key").write_bytes(own.key_pem)
    return folder


def test_nginx_takes_the_configuration_with_mutual_tls_too(nginx, certified):
    ports = {"one": 50061, "two": 50062, "left": 8001, "right": 8002}
    rendered(certified, ports, free_port(), free_port())
    path = certified / "aiworld.conf"
    empty = certified / "crl.pem"
    empty.write_bytes(write_list({}, authority.make_authority(days=1)))
    text, times = re.subn(r"#(ssl_\w+ .*;)", r"\1", path.read_text())
    assert times == 3
    text = text.replace("/etc/aiworld/tls/", f"{certified}/")
    for written in (path.read_text(), text):
        path.write_text(written)
        done = subprocess.run(
            [nginx, "-t", "-c", str(certified / "nginx.conf"), "-e", str(certified / "error.log")],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0 and "warn" not in done.stderr, done.stderr


@pytest.fixture(scope="module")
def stage(nginx, certified, game_servers):
    stage = Replicas(connection.settings_dict["NAME"])
    try:
        stage.copy_from(os.environ["POSTGRES_HOST"])
        stage.start("cache", "broker", "postgres")
        stage.start("one", "two")
        rendered(certified, stage.ports, stage.door, stage.web)
        with running(nginx, certified, stage.door):
            yield stage
    finally:
        stage.close()


@contextmanager
def running(nginx, folder, port):
    arguments = [nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(arguments)
    try:
        until(lambda: probes.shown(HOST, port) is not None)
        yield
    finally:
        process.terminate()
        process.wait(20)


def until(condition, seconds=120.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.05)


def lately(folder, kind, since):
    """The ports of the replicas that answered since so many lines were written."""
    lines = (folder / f"aiworld-{kind}.log").read_text().splitlines()[since:]
    return [port for line in lines for port in re.findall(r" 127\.0\.0\.1:(\d+) 200 ", line)]


def lines(folder, kind):
    path = folder / f"aiworld-{kind}.log"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_replicas_go_and_come_back_and_no_call_fails_and_one_that_dies_takes_only_its_own(
    stage, certified, game_servers
):
    trusted = (certified / "ca.pem").read_bytes()
    address = f"{NAME}:{stage.door}"
    with Load(address, game_servers, rate=30, deadline=30.0, authority=trusted) as load:
        until(lambda: load.recovered(0) is not None)
        for name in ("one", "two"):
            served = load.answered()
            assert stage.stop(name) == 0
            until(lambda served=served: load.answered() > served + 30)
            stage.start(name)
            since, port = lines(certified, "grpc"), str(stage.ports[name])
            until(lambda since=since, port=port: lately(certified, "grpc", since).count(port) > 5)
        ended, served = time.monotonic(), load.answered()
        until(lambda: load.answered() > served + 30)
        stage.kill("one")
        killed, served = time.monotonic(), load.answered()
        until(lambda: load.answered() > served + 30)
    assert load.failures(until=ended) == {}
    assert load.failures(since=killed) == {}
    assert load.failures().total() <= IN_FLIGHT
    row = Row("nginx", "replicas restarted", "no call fails")
    Measuring(stage, game_servers, [])._look(row, load)
    clean(row)
    stage.start("one")


def test_who_is_behind_nginx_is_written_down_and_what_they_claim_is_not(
    stage, certified, game_servers
):
    one = game_servers[0]
    with grpc.secure_channel(
        f"{NAME}:{stage.door}", grpc.ssl_channel_credentials((certified / "ca.pem").read_bytes())
    ) as over:
        metadata = (("x-api-key", one.api_key), ("x-forwarded-for", "203.0.113.9"))
        asked = server_pb2.HandshakeRequest(protocol_version=1, client="behind nginx")
        assert server_pb2_grpc.ServerStub(over).Handshake(asked, metadata=metadata, timeout=60)
        found = "SELECT host(address) FROM handshake_attempts WHERE client = 'behind nginx'"
        until(lambda: stage.sql(found))
        assert stage.sql(found)[0] == (HOST,)
        large = server_pb2.HandshakeRequest(protocol_version=1, client="x" * 600_000)
        with pytest.raises(grpc.RpcError):
            server_pb2_grpc.ServerStub(over).Handshake(large, metadata=metadata, timeout=60)


def page(stage, certified, path):
    trust = ssl.create_default_context(cafile=str(certified / "ca.pem"))
    asked = http.client.HTTPSConnection(NAME, stage.web, timeout=30, context=trust)
    try:
        asked.request("GET", path)
        return asked.getresponse().status
    finally:
        asked.close()


def test_pages_go_on_while_a_replica_of_them_is_away(stage, certified):
    stage.start("left", "right")
    statuses, over = [], threading.Event()

    def look():
        while not over.is_set():
            statuses.append(page(stage, certified, "/api/v1/health"))
            time.sleep(0.25)  # not above the rate of one address

    reader = threading.Thread(target=look)
    reader.start()
    try:
        until(lambda: len(statuses) > 2)
        for name in ("left", "right"):
            stage.stop(name)
            seen = len(statuses)
            until(lambda seen=seen: len(statuses) > seen + 10)
            stage.start(name)
            since, port = lines(certified, "web"), str(stage.ports[name])
            until(lambda since=since, port=port: port in lately(certified, "web", since))
    finally:
        over.set()
        reader.join(60)
    assert set(statuses) == {200}
    assert page(stage, certified, "/api/v1/metrics") == 404
