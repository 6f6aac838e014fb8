"""The game's door, the queue, the sockets and the cache: every call, task and route there is, tried
with the name of one server and the things of another."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import grpc
import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from aiworld.asgi import application, routes
from aiworld.celery import app
from aiworld.errors import AIWorldError, Refused
from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2, dialogue_pb2_grpc
from grpc_api.servicers.catalogue import SERVICES
from tenants import live
from tenants.context import in_tenant
from tenants.jobs import JobTask, ServerTask
from tenants.models import Server
from tenants.provisioning import provision
from tests.conftest import make_npc
from tests.isolation import doors
from tests.web.rows import fill

METHODS = [(service, method) for service in SERVICES for method in service.methods]
NAMES = [method.full_name for _, method in METHODS]
OURS = (
    "aiworld.", "tenants.", "npcs.", "world.", "quests.", "agents.", "inference.", "portal.",
    "grpc_api.",
)  # fmt: skip
OF_NO_SERVER = {
    "tenants.tasks.relay_outbox": "hands rows of all servers over, each in its own name",
    "tenants.tasks.relay_jobs": "hands jobs over by their id",
    "tenants.tasks.back_up": "dumps all schemas, each into a sealed file of its own",
    "tenants.tasks.remove_departed": "removes servers whose waiting period is over",
    "tenants.tasks.keep_partitions": "each server in turn",
    "agents.tasks.hand_over": "each server in turn",
    "agents.tasks.forget_old": "each server in turn",
    "npcs.tasks.measure_junk": "each server in turn",
    "npcs.tasks.mail_alerts": "each server in turn",
    "npcs.tasks.backfill_embeddings": "each server in turn",
    "npcs.tasks.roll_up_usage": "each server in turn",
    "npcs.tasks.forget_old": "each server in turn",
    "npcs.tasks.end_lapsed_takeovers": "each server in turn",
    "portal.tasks.clear_exports": "removes archives that are older than a day",
    "tenants.tasks.forget_answers": "removes stored answers of `public` that are over",
    "tenants.tasks.remove_unclaimed": "removes servers that nobody ever used",
    "npcs.tasks.consolidate_memories": "each server in turn",
    "npcs.tasks.reflect": "each server in turn",
    "npcs.tasks.fade_bonds": "each server in turn",
    "npcs.tasks.review_talks": "each server in turn",
    "npcs.tasks.cross_memories": "towns of one owner's servers, where the operator allows it",
    "world.tasks.meet_talkers": "each server in turn",
    "world.tasks.look_ahead": "each server in turn",
    "quests.tasks.score_expectations": "each server in turn",
    "world.tasks.spread_gossip": "each server in turn",
    "world.tasks.keep_time": "each server in turn",
    "world.tasks.tell_tales": "each server in turn",
    "world.tasks.take_stock": "each server in turn",
    "quests.tasks.expire": "each server in turn",
    "inference.tasks.report_fleet": "touches no server",
    "inference.tasks.train_models": "each server in turn",
}
"""Tasks that may run without a server, and why. They take no argument that names one."""


@pytest.fixture
def attacked(other_server):
    return doors.with_canaries(other_server)


def request_for(method, rows):
    """A message that names things of the attacked server wherever it can."""
    return _filled(GetMessageClass(method.input_type)(), rows, depth=0)


def _filled(message, rows, depth):
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof or depth > 3:
            continue
        if field.message_type:
            inner = GetMessageClass(field.message_type)()
            _set(message, field, _filled(inner, rows, depth + 1))
        elif field.enum_type:
            _set(message, field, field.enum_type.values[-1].number)
        else:
            _set(message, field, _value(field, rows))
    return message


def _set(message, field, value):
    if field.message_type and field.message_type.GetOptions().map_entry:
        return
    if field.is_repeated:
        getattr(message, field.name).append(value)
    elif field.message_type:
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _value(field, rows):
    if field.type == FieldDescriptor.TYPE_STRING:
        npc = rows["npcs.npcpersonality"]
        return f"{doors.CANARY}/{npc.pk}" if field.name in ("npc", "key") else "hello there"
    if field.type == FieldDescriptor.TYPE_BYTES:
        return b""
    if field.type in (FieldDescriptor.TYPE_BOOL,):
        return True
    if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
        return 1.0
    return 150_001 if field.name == "char_id" else 1


def call(channel, method, request, metadata):
    """Replies as bytes, or the status code it was refused with."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    kind = channel.unary_stream if method.server_streaming else channel.unary_unary
    bare = kind(path, request_serializer=bytes, response_deserializer=bytes)
    try:
        answer = bare(request.SerializeToString(), metadata=metadata, timeout=10)
        return list(answer) if method.server_streaming else [answer]
    except grpc.RpcError as error:
        return error.code()


@pytest.mark.parametrize("service, method", METHODS, ids=NAMES)
def test_no_call_is_answered_without_a_key(channel, attacked, service, method):
    asked = request_for(method, attacked)
    code = grpc.StatusCode.UNAUTHENTICATED
    assert call(channel, method, asked, ()) == code
    assert call(channel, method, asked, (("x-api-key", f"sk-{'0' * 12}-{'x' * 43}"),)) == code


@pytest.mark.parametrize("service, method", METHODS, ids=NAMES)
def test_a_key_opens_no_other_server_whatever_the_call_says(
    channel, attacked, other_server, api_key, service, method
):
    asked = request_for(method, attacked)
    before = doors.checksum(other_server), doors.public_rows(other_server)
    claims = [
        call(channel, method, asked, (("x-api-key", api_key), ("x-server-id", claimed)))
        for claimed in (other_server.server_id, "server-0000000000000000")
    ]
    assert claims == [grpc.StatusCode.PERMISSION_DENIED] * 2
    answer = call(channel, method, asked, (("x-api-key", api_key),))
    if isinstance(answer, list):
        assert not any(doors.CANARY.encode() in part for part in answer)
        assert not any(other_server.server_id.encode() in part for part in answer)
    assert (doors.checksum(other_server), doors.public_rows(other_server)) == before


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(OURS)}


def test_every_task_is_of_a_server_of_a_job_or_declared(tasks):
    loose = {name for name, task in tasks.items() if not isinstance(task, ServerTask | JobTask)}
    assert loose - OF_NO_SERVER.keys() == set(), "new tasks: of which server are they?"


@pytest.mark.parametrize(
    "forged",
    [None, "", "public", "server-0000000000000000", "server-x' OR true --", "pg_catalog", 7],
)
def test_a_message_that_names_no_server_reaches_no_schema(
    tasks, server, django_assert_max_num_queries, forged
):
    for task in tasks.values():
        if isinstance(task, ServerTask):
            with django_assert_max_num_queries(1), pytest.raises(Refused, match="no active"):
                task.apply(("1",), headers={"server_id": forged}, throw=True)


def test_a_schemas_name_is_no_servers_name(tasks, other_server):
    for task in tasks.values():
        if isinstance(task, ServerTask):
            with pytest.raises(Refused):
                headers = {"server_id": other_server.schema_name}
                task.apply(("1",), headers=headers, throw=True)


def test_a_task_of_one_server_changes_nothing_of_another(tasks, server, other_server, attacked):
    before = doors.checksum(other_server)
    subjects = {str(row.pk) for row in attacked.values() if isinstance(row.pk, int)}
    for task in tasks.values():
        if isinstance(task, ServerTask):
            for subject in subjects:
                try:
                    task.apply((subject,), headers={"server_id": server.server_id}, throw=True)
                except (AIWorldError, LookupError):
                    continue
    assert doors.checksum(other_server) == before


def test_a_suspended_servers_tasks_stop(tasks, other_server):
    Server.objects.filter(pk=other_server.pk).update(status=Server.Status.SUSPENDED)
    for task in tasks.values():
        if isinstance(task, ServerTask):
            with pytest.raises(Refused):
                headers = {"server_id": other_server.server_id}
                task.apply(("1",), headers=headers, throw=True)


SOCKETS = [one.pattern._regex for one in routes.routes]
SITE = "http://localhost"


def sockets_of(server):
    """Addresses of every websocket route, for this server."""
    values = {"server_id": server.server_id, "job_id": str(uuid.UUID(int=1))}
    for regex in SOCKETS:
        route = regex.removeprefix("^").removesuffix("$")
        for name, value in values.items():
            start = route.find(f"(?P<{name}>")
            if start >= 0:
                route = route[:start] + value + route[route.index(")", start) + 1 :]
        assert "(" not in route, f"{regex}: tell this test what its parameters are"
        yield "/" + route


async def closing(path, *, cookie="", origin=SITE):
    """Close code of a websocket that is refused; None if it stays open."""
    headers = [(b"host", b"localhost"), (b"cookie", cookie.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    browser = WebsocketCommunicator(application, path, headers=headers)
    connected, code = await browser.connect(timeout=10)
    if not connected:
        return code
    message = await browser.receive_output(timeout=10)
    await browser.disconnect()
    return message.get("code") if message["type"] == "websocket.close" else None


@pytest.fixture
def cookie(owner):
    client = Client()
    client.force_login(owner)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def test_no_socket_of_another_server_stays_open(server, other_server, cookie):
    for path in sockets_of(other_server):
        assert asyncio.run(closing(path, cookie=cookie)) in (4403, 4404), path
    assert asyncio.run(closing(next(iter(sockets_of(server))), cookie=cookie)) is None


def test_no_socket_stays_open_for_nobody_or_from_elsewhere(server, cookie):
    for path in sockets_of(server):
        assert asyncio.run(closing(path)) == 4401, path
        for origin in ("https://evil.example", "null", ""):
            assert asyncio.run(closing(path, cookie=cookie, origin=origin)) is not None, path


def test_what_happens_on_one_server_is_told_to_its_own_watchers_alone(server, other_server, cookie):
    async def watch():
        path = next(iter(sockets_of(server)))
        headers = [
            (b"host", b"localhost"), (b"origin", SITE.encode()), (b"cookie", cookie.encode()),
        ]  # fmt: skip
        browser = WebsocketCommunicator(application, path, headers=headers)
        assert (await browser.connect(timeout=10))[0]
        await browser.receive_json_from(timeout=10)
        await sync_to_async(_publish)(other_server, doors.CANARY)
        await sync_to_async(_publish)(server, "ours")
        heard = await browser.receive_json_from(timeout=10)
        assert await browser.receive_nothing(timeout=0.5)
        await browser.disconnect()
        return heard

    assert asyncio.run(watch())["payload"] == {"text": "ours"}


def _publish(server, text):
    with in_tenant(server):
        live.publish("test", {"text": text})


def test_the_same_key_of_the_cache_is_another_for_another_server(server, other_server):
    for key in ("k", "a:b", f"{other_server.schema_name}:1:k", f":1:{other_server.server_id}"):
        with in_tenant(other_server):
            cache.set(key, doors.CANARY, 60)
        with in_tenant(server):
            assert cache.get(key) is None
            cache.set(key, "ours", 60)
        with in_tenant(other_server):
            assert cache.get(key) == doors.CANARY


UNLIMITED = {
    "rate_limit_per_minute": 1_000_000,
    "rate_limit_per_hour": 60_000_000,
    "rate_limit_per_player": 10_000,
    "max_concurrent_npcs": 100_000,
}
CALLS = 2_000
AT_ONCE = 16


@pytest.fixture
def eight(committed):
    made = [
        provision(name=f"Isle {n} {uuid.uuid4().hex}", contact_email="o@x.io", **UNLIMITED)
        for n in range(8)
    ]
    for one in made:
        with in_tenant(one.server):
            fill(make_npc("prontera/Canary"))
    return made


def test_eight_servers_call_two_thousand_times_each_and_hear_of_themselves(eight, grpc_address):
    """The same NPC and the same character on all of them; only what is remembered differs."""
    player = common_pb2.Player(char_id=7, name="Seven")

    def remembering(stub, one):
        stub.Remember(
            dialogue_pb2.RememberRequest(
                npc="prontera/Canary", player=player, text=f"I come from {one.server.server_id}."
            ),
            metadata=(("x-api-key", one.api_key),),
            timeout=20,
        )

    def calls(first):
        heard = []
        with grpc.insecure_channel(grpc_address) as channel:
            stub = dialogue_pb2_grpc.DialogueStub(channel)
            for one in islice(cycle(eight), first, first + 8 * CALLS // AT_ONCE):
                reply = stub.Recall(
                    dialogue_pb2.RecallRequest(npc="prontera/Canary", player=player, limit=5),
                    metadata=(("x-api-key", one.api_key),),
                    timeout=30,
                )
                texts = [memory.text for memory in reply.memories]
                heard.append(texts == [f"I come from {one.server.server_id}."])
        return heard

    with grpc.insecure_channel(grpc_address) as channel:
        for one in eight:
            remembering(dialogue_pb2_grpc.DialogueStub(channel), one)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        heard = [one for some in pool.map(calls, range(AT_ONCE)) for one in some]
    assert len(heard) == 8 * CALLS and all(heard)
