"""The cast: two servers, an owner, a viewer, a stranger, some NPCs; a gRPC server and a client."""

from __future__ import annotations

import asyncio
import os
import threading
import uuid
from functools import cache
from types import SimpleNamespace

import grpc
import hypothesis
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.cache import caches
from django.db import OperationalError, connection, transaction
from django.test.utils import setup_databases

from agents import gate
from aiworld.accounts.adapter import vouch_for_mail
from grpc_api.pb.aiworld.v1 import (
    common_pb2,
    dialogue_pb2_grpc,
    npcs_pb2_grpc,
    quests_pb2_grpc,
    server_pb2_grpc,
    society_pb2_grpc,
    world_pb2_grpc,
)
from grpc_api.server import build
from npcs import mind
from npcs.models import NpcKnowledge, NpcPersonality
from tenants import api_keys, handshakes, quotas, wrong_keys
from tenants.backend.base import DatabaseWrapper
from tenants.context import in_owner, in_schema, in_tenant
from tenants.current import PUBLIC
from tenants.models import ApiKey, Membership, Role, Server
from tenants.provisioning import provision, remove
from tests.services import make_database

CI = os.environ.get("CI") == "true"
# No test asserts a time, Hypothesis's neither: two busy cores draw and run slowly.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")
_holders = {}  # the thread that has each connection of the pool


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The test database, one per worker of xdist. It goes away with the throw-away PostgreSQL."""
    with django_db_blocker.unblock():
        make_database(connection.creation._get_test_db_name())  # the application may not
        setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=True)
    yield


@pytest.fixture(scope="session")
def servers(django_db_setup, django_db_blocker):
    """Two game servers with their keys, made once per test process."""
    with django_db_blocker.unblock():
        return [
            provision(name=f"{name} {uuid.uuid4().hex[:6]}", contact_email="owner@example.org")
            for name in ("Midgard", "Niflheim")
        ]


@pytest.fixture(autouse=True)
def no_connection_is_handed_out_with_a_foreign_role_or_path(monkeypatch):
    """The pool resets both when one comes back; a session that was forgotten fails the test."""
    foreign = []
    hand_out = DatabaseWrapper.get_new_connection

    def watched(self, parameters):
        session = hand_out(self, parameters)
        _holders[session] = threading.current_thread()
        found = session.execute(
            "SELECT current_user = session_user AND current_setting('search_path') = "
            "(SELECT reset_val FROM pg_settings WHERE name = 'search_path'), current_user::text"
        ).fetchone()
        if not found[0] or session.entered is not None:
            foreign.append(found[1])
        return session

    monkeypatch.setattr(DatabaseWrapper, "get_new_connection", watched)
    yield
    _take_back()
    assert foreign == []


def _take_back():
    """Threads of tests end without closing their connection, and the pool would run dry."""
    for session, thread in list(_holders.items()):
        pool = session._pool  # None while the pool has it
        if pool and not thread.is_alive():
            pool.putconn(session)
        if not pool or not thread.is_alive():
            del _holders[session]


@pytest.fixture
def committed(servers, django_db_blocker):
    """A database without a test's transaction around it, for what runs in other threads. What the
    test leaves in it is removed afterwards."""
    with django_db_blocker.unblock():
        yield
        _empty([each.server.schema_name for each in servers])
        first_keys = [each.api_key.split("-")[1] for each in servers]
        ApiKey.objects.exclude(prefix__in=first_keys).delete()
        ApiKey.objects.update(revoked_at=None, expires_at=None)
        caches["default"].clear()
        api_keys.forget_all()
        quotas.forget_all()
        wrong_keys.forget_all()
        handshakes.forget_all()
        gate.forget()


EMPTY = """
DO $$
DECLARE
    one regclass;
    filled boolean;
BEGIN
    FOR big IN 0..1 LOOP  -- the big ones first: what a deferred check waits for is not truncated
        FOR one IN
            WITH RECURSIVE emptied(oid) AS (
                SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ({schemas}) AND c.relname <> 'django_migrations'
                   OR n.nspname = 'public' AND c.relname IN
                   ('outbox', 'memberships', 'auth_user', 'django_session', 'django_admin_log',
                    'idempotent_requests', 'handshake_attempts', 'invitations', 'jobs',
                    'audit_entries', 'server_llms')
                UNION SELECT f.conrelid
                FROM pg_constraint f JOIN emptied ON f.confrelid = emptied.oid
            )
            SELECT oid FROM emptied JOIN pg_class c USING (oid)
            WHERE c.relkind = 'r' AND pg_relation_size(oid) > 0
              AND (pg_relation_size(oid) > 1000000) = (big = 0)
        LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO filled;
            IF filled AND big = 0 THEN
                EXECUTE format('TRUNCATE %s CASCADE', one);
            ELSIF filled THEN
                EXECUTE format('DELETE FROM %s', one);
            END IF;
        END LOOP;
    END LOOP;
END $$
"""
"""TRUNCATE of all of them would take longer than most tests do."""


def _delete_all(schemas, tries=5):
    try:
        with in_owner(PUBLIC), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(EMPTY.format(schemas=", ".join(f"'{each}'" for each in schemas)))
    except OperationalError:
        # A call that a test gave up on may still be writing, and wait in the other order.
        if not tries:
            raise
        _delete_all(schemas, tries - 1)


def _empty(schemas):
    _delete_all(schemas)
    for left_behind in Server.objects.exclude(schema_name__in=schemas):
        remove(left_behind)
    Server.objects.update(
        status=Server.Status.ACTIVE, last_handshake_at=None, ai_enabled=True, moderation="soften",
        ai_notice="field", code_page="cp1252", language="en", client_links="off", acts_on=[],
    )  # fmt: skip


@pytest.fixture
def server(servers, committed):
    with in_schema():
        servers[0].server.refresh_from_db()
    return servers[0].server


@pytest.fixture
def other_server(servers, committed):
    with in_schema():
        servers[1].server.refresh_from_db()
    return servers[1].server


@pytest.fixture
def api_key(servers):
    return servers[0].api_key


@pytest.fixture
def other_key(servers):
    return servers[1].api_key


@pytest.fixture
def inside(server):
    """The test itself is in the first server's schema."""
    with in_tenant(server):
        yield server


def make_npc(key="prontera/Brannoc#town", **fields):
    defaults = {
        "name": key.partition("/")[2].partition("#")[0],
        "map_name": key.partition("/")[0],
        "role": "blacksmith",
        "x": 164,
        "y": 181,
    }
    return NpcPersonality.objects.create(key=key, **defaults | fields)


def make_facts(npc, *texts, **fields):
    return [
        NpcKnowledge.objects.create(npc=npc, text=text, position=at, **fields)
        for at, text in enumerate(texts)
    ]


@pytest.fixture
def npc(server):
    """A blacksmith who knows three public things and a secret."""
    with in_tenant(server):
        npc = make_npc()
        make_facts(
            npc,
            "I buy my iron from the mine at Mjolnir, three days north of here.",
            "A good edge costs 800 zeny. Not one coin less.",
            "The inn of Dame Hedwig stands beside the west gate.",
        )
        make_facts(npc, "I hid the lost king's crown under the anvil.", sensitivity=8)
        return npc


@pytest.fixture
def other_npc(other_server):
    """The same stable key on the other server: somebody else."""
    with in_tenant(other_server):
        npc = make_npc(name="Torvald", role="sailor")
        make_facts(npc, "The ship to Alberta leaves at dawn from the third pier.")
        return npc


@cache
def _hashed():
    """Once for all: a hash is meant to take long."""
    return make_password("correct horse battery")


def _user(name, **fields):
    user = get_user_model().objects.create(
        username=name, email=f"{name}@example.org", password=_hashed(), **fields
    )
    vouch_for_mail(user)
    return user


@pytest.fixture
def owner(server):
    user = _user("owner")
    Membership.objects.create(user=user, server=server, role=Role.OWNER)
    return user


@pytest.fixture
def viewer(server):
    user = _user("viewer")
    Membership.objects.create(user=user, server=server, role=Role.VIEWER)
    return user


@pytest.fixture
def stranger(committed):
    return _user("stranger")


@pytest.fixture
def operator(committed):
    return _user("operator", is_staff=True, is_superuser=True)


@pytest.fixture(scope="session")
def grpc_address(servers):
    """A real gRPC server in a thread of its own."""
    started = threading.Event()
    state = SimpleNamespace()

    async def run():
        server, _ = build()
        mind.warm_up()  # as `serve` does: no test waits for what the first answer would load
        state.port = server.add_insecure_port("127.0.0.1:0")
        state.loop = asyncio.get_running_loop()
        state.stop = asyncio.Event()
        await server.start()
        started.set()
        await state.stop.wait()
        await server.stop(1)

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="grpc", daemon=True)
    thread.start()
    assert started.wait(120)
    yield f"127.0.0.1:{state.port}"
    state.loop.call_soon_threadsafe(state.stop.set)
    thread.join(10)


@pytest.fixture(scope="session")
def channel(grpc_address):
    with grpc.insecure_channel(grpc_address) as channel:
        yield channel


@pytest.fixture
def stubs(channel, committed):
    return SimpleNamespace(
        dialogue=dialogue_pb2_grpc.DialogueStub(channel),
        npcs=npcs_pb2_grpc.NpcsStub(channel),
        server=server_pb2_grpc.ServerStub(channel),
        society=society_pb2_grpc.SocietyStub(channel),
        quests=quests_pb2_grpc.QuestsStub(channel),
        world=world_pb2_grpc.WorldStub(channel),
    )


@pytest.fixture
def metadata(api_key):
    return (("x-api-key", api_key),)


@pytest.fixture
def player():
    return common_pb2.Player(char_id=150_001, name="Aline")


@pytest.fixture
def other_player():
    return common_pb2.Player(char_id=150_002, name="Bruno")
