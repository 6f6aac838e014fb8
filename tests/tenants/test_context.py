"""Who sees whose rows: nothing of another server, however the work is interleaved."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest
from django.core.cache import cache
from django.db import OperationalError, ProgrammingError, connection, transaction

from npcs.models import NpcPersonality
from tenants import statements
from tenants.context import each_tenant, in_schema, in_tenant, run_in_tenant, tenant
from tenants.logs import ServerFilter
from tenants.models import Server
from tests.conftest import make_npc
from tests.services import superuser

KEY = "prontera/Canary"


@pytest.fixture
def canaries(server, other_server):
    """Two servers, and in each an NPC that bears its server's name."""
    for one in (server, other_server):
        with in_tenant(one):
            make_npc(KEY, name=one.server_id[:50])
    return [server, other_server]


def read():
    return NpcPersonality.objects.get(key=KEY).name


def read_by_hand():
    return statements.rows("SELECT name FROM npc_personalities WHERE key = %(key)s", {"key": KEY})[
        0
    ][0]


async def sees(server, how):
    with in_tenant(server):
        await asyncio.sleep(random.random() / 100)
        seen = await how(server)
        await asyncio.sleep(0)
        return seen == server.server_id and tenant() == server


async def unit(server):
    return await run_in_tenant(server, read)


async def unit_by_hand(server):
    return await run_in_tenant(server, read_by_hand)


async def orm(server):
    return (await NpcPersonality.objects.aget(key=KEY)).name


async def iterated(server):
    return [row.name async for row in NpcPersonality.objects.filter(key=KEY)][0]


async def in_a_thread(server):
    def work():
        try:
            return read()
        finally:
            connection.close()

    return await asyncio.to_thread(work)


async def in_a_task(server):
    return await asyncio.create_task(unit(tenant()))


@pytest.mark.parametrize("how", [unit, unit_by_hand, orm, iterated, in_a_thread, in_a_task])
def test_tasks_of_two_servers_see_their_own_rows_only(canaries, how):
    async def run():
        servers = islice(cycle(canaries), 200)
        return await asyncio.gather(*(sees(server, how) for server in servers))

    assert all(asyncio.run(run()))


def test_a_statement_that_is_prepared_for_one_server_is_not_run_on_another(canaries):
    for server in islice(cycle(canaries), 40):
        with in_tenant(server):
            assert read_by_hand() == server.server_id


def test_threads_of_two_servers_see_their_own_rows_only(canaries):
    def work(server):
        try:
            with in_tenant(server):
                return read() == server.server_id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, islice(cycle(canaries), 80)))


def test_a_plain_thread_is_on_no_server(canaries):
    seen = []

    def work():
        for what in (tenant, read):
            try:
                seen.append(what())
            except (LookupError, ProgrammingError) as error:
                seen.append(type(error))
        connection.close()

    with in_tenant(canaries[0]):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert seen == [LookupError, ProgrammingError]


def test_outside_of_a_server_there_is_none(committed):
    with pytest.raises(LookupError, match="no game server"):
        tenant()


def test_contexts_nest(canaries):
    one, other = canaries
    with in_tenant(one):
        with in_tenant(other):
            assert (tenant(), read()) == (other, other.server_id)
            with in_schema():
                with pytest.raises(LookupError):
                    tenant()
                assert Server.objects.count() >= 2
            assert read() == other.server_id
        assert (tenant(), read()) == (one, one.server_id)


def test_a_failure_leaves_the_context_as_it_was(canaries):
    one, other = canaries
    with in_tenant(one):
        with pytest.raises(RuntimeError), in_tenant(other):
            read()
            raise RuntimeError
        assert (tenant(), read()) == (one, one.server_id)
    with pytest.raises(LookupError):
        tenant()


@pytest.mark.parametrize("how", [read, read_by_hand])
def test_what_a_rollback_undoes_is_not_the_server(canaries, how):
    """PostgreSQL takes back a SET with the transaction it was made in."""
    one, other = canaries
    with in_tenant(other):
        how()
    with in_tenant(one):
        with pytest.raises(RuntimeError), transaction.atomic():
            how()
            raise RuntimeError
        assert how() == one.server_id


@pytest.mark.parametrize("how", [read, read_by_hand])
def test_nor_is_it_what_a_savepoint_undoes(canaries, how):
    one, other = canaries
    with in_tenant(one), transaction.atomic():
        how()
        with in_tenant(other):
            with pytest.raises(RuntimeError), transaction.atomic():
                how()
                raise RuntimeError
            assert how() == other.server_id
        assert how() == one.server_id


def test_a_statement_that_fails_leaves_the_server_as_it_was(canaries):
    one, other = canaries
    with in_tenant(other):
        read()
    with in_tenant(one):
        with pytest.raises(ProgrammingError), transaction.atomic():
            NpcPersonality.objects.raw("SELECT nonsense FROM nowhere")[0]
        assert read() == one.server_id


def test_a_connection_that_goes_back_to_the_pool_takes_no_server_along(canaries):
    one, other = canaries
    with in_tenant(one):
        read()
    connection.close()
    with in_schema(), pytest.raises(ProgrammingError), transaction.atomic():
        read()
    with in_tenant(other):
        assert read() == other.server_id


def test_each_server_is_entered_while_it_is_yielded(canaries):
    seen = {server: read() for server in each_tenant() if server in canaries}
    assert seen == {server: server.server_id for server in canaries}
    with pytest.raises(LookupError):
        tenant()


def test_a_suspended_server_is_passed_over(canaries):
    Server.objects.filter(pk=canaries[0].pk).update(status="suspended")
    assert canaries[0] not in list(each_tenant())


def test_where_the_order_is_shuffled_everybody_is_first_some_time(canaries):
    orders = {tuple(one.pk for one in each_tenant(shuffled=True)) for _ in range(60)}
    assert len({order[0] for order in orders}) == len(next(iter(orders))) > 1
    assert len({frozenset(order) for order in orders}) == 1


def test_after_the_commit_the_server_is_still_the_one_of_the_change(canaries):
    one, other = canaries
    seen = []
    with in_tenant(one), transaction.atomic():
        transaction.on_commit(lambda: seen.append(tenant()))
    assert seen == [one]


class TestCache:
    def test_a_key_of_one_server_is_not_the_key_of_another(self, canaries):
        one, other = canaries
        with in_tenant(one):
            cache.set("reply", "of one")
        with in_tenant(other):
            assert cache.get("reply") is None
            cache.set("reply", "of the other")
        with in_schema():
            assert cache.get("reply") is None
        with in_tenant(one):
            assert cache.get("reply") == "of one"

    def test_a_key_cannot_be_made_to_look_like_anothers(self, canaries):
        one, other = canaries
        with in_tenant(other):
            cache.set("reply", "secret")
            full = cache.make_key("reply")
        with in_tenant(one):
            for key in (full, f":1:{full}", f"{other.schema_name}::1:reply", "*reply", "?eply"):
                assert cache.get(key) is None

    def test_many_keys_at_once_and_patterns_stay_inside(self, canaries):
        one, other = canaries
        for server in canaries:
            with in_tenant(server):
                cache.set_many({"a": server.server_id, "b": 1})
        with in_tenant(one):
            assert cache.get_many(["a"]) == {"a": one.server_id}
            cache.delete_pattern("*")
            assert cache.get("a") is None
        with in_tenant(other):
            assert cache.get("a") == other.server_id


def test_every_log_line_says_its_server(canaries):
    def named():
        record = logging.LogRecord("x", logging.INFO, "x", 1, "hello", (), None)
        assert ServerFilter().filter(record)
        return record.server

    assert named() == "public"
    with in_tenant(canaries[0]):
        assert named() == canaries[0].schema_name


def end_session(pid):
    with superuser() as database:  # a server's role may not even end its own
        database.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_unit_whose_connection_is_cut_is_done_again(server):
    calls = []

    def unit():
        calls.append("try")
        with transaction.atomic(), connection.cursor() as cursor:
            if len(calls) == 1:
                cursor.execute("SELECT pg_backend_pid()")
                end_session(cursor.fetchone()[0])
            return NpcPersonality.objects.count()

    assert asyncio.run(run_in_tenant(server, unit)) == 0
    assert len(calls) == 2


def test_a_unit_that_is_wrong_is_not_done_again(server):
    calls = []

    def unit():
        calls.append("try")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(1)")

    with pytest.raises(OperationalError):
        asyncio.run(run_in_tenant(server, unit))
    assert len(calls) == 1
