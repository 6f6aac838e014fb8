"""Limits of a server: in Redis, and without it."""

from __future__ import annotations

import asyncio
import copy
import socket
import threading
import time

import pytest
from django_redis import get_redis_connection
from redis.crc import key_slot

from aiworld.errors import OverQuota
from tenants import counting, quotas
from tenants.counting import Ask, Limit, Local, Place
from tenants.models import Server
from tenants.quotas import Talk


def make(name, **limits):
    unlimited = {
        "rate_limit_per_minute": 1_000_000,
        "rate_limit_per_hour": 60_000_000,
        "rate_limit_per_player": 10_000,
        "max_concurrent_npcs": 100_000,
    }
    return Server.fresh(name=name, **unlimited | limits)


@pytest.fixture(autouse=True)
def fresh():
    quotas.forget_all()
    yield
    quotas.forget_all()


@pytest.fixture(params=["sync", "async"])
def take(request):
    """Both ways to ask; the counters are the same."""
    if request.param == "sync":
        yield quotas.take
        return
    with asyncio.Runner() as runner:
        yield lambda *args, **kwargs: runner.run(quotas.atake(*args, **kwargs))


def taken(take, server, times, **kwargs):
    accepted = 0
    for _ in range(times):
        try:
            take(server, **kwargs)
            accepted += 1
        except OverQuota:
            continue
    return accepted


def refusal(take, server, **kwargs):
    with pytest.raises(OverQuota) as caught:
        take(server, **kwargs)
    return caught.value


def elsewhere():
    """As another process: it shares Redis and no memory."""
    counting.local.forget_all()


class TestCalls:
    def test_a_minute_holds_its_calls_and_no_more(self, take):
        server = make("A", rate_limit_per_minute=5)
        assert taken(take, server, 9) == 5
        refused = refusal(take, server)
        assert refused.limit == "calls_per_minute" and "5 calls of a minute" in refused.message
        assert 0 < refused.retry_after <= 65

    def test_an_hour_does_too(self, take):
        server = make("A", rate_limit_per_hour=7)
        assert taken(take, server, 9) == 7
        refused = refusal(take, server)
        assert refused.limit == "calls_per_hour" and 60 < refused.retry_after <= 3900

    def test_all_processes_count_together(self, take):
        server = make("A", rate_limit_per_minute=5)
        assert taken(take, server, 3) == 3
        elsewhere()
        assert taken(take, server, 9) == 2

    def test_another_server_has_its_own(self, take):
        server, other = make("A", rate_limit_per_minute=2), make("B", rate_limit_per_minute=2)
        taken(take, server, 9)
        assert taken(take, other, 9) == 2

    def test_a_cheap_call_counts_little_and_a_free_one_not_at_all(self, take):
        server = make("A", rate_limit_per_minute=2)
        assert taken(take, server, 30, cost=0.1) == 20
        assert taken(take, make("B", rate_limit_per_minute=2), 30, cost=0) == 30

    def test_what_is_refused_by_one_limit_counts_against_none(self, take):
        server = make("A", rate_limit_per_minute=3, rate_limit_per_player=1)
        talk = Talk(1, "prontera/Smith")
        assert taken(take, server, 5, subject=talk) == 1
        assert taken(take, server, 5) == 2

    def test_a_limit_that_was_raised_counts_at_once(self, take):
        server = make("A", rate_limit_per_minute=2)
        assert taken(take, server, 3) == 2
        server.rate_limit_per_minute = 4
        assert taken(take, server, 3) == 2

    def test_many_threads_get_the_limit_and_no_more(self):
        server = make("A", rate_limit_per_minute=50)
        accepted = []

        def work():
            accepted.append(taken(quotas.take, server, 20))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sum(accepted) == 50

    def test_many_coroutines_get_the_limit_and_no_more(self):
        server = make("A", rate_limit_per_minute=50)

        async def work():
            asked = [quotas.atake(server) for _ in range(120)]
            return await asyncio.gather(*asked, return_exceptions=True)

        found = asyncio.run(work())
        refused = [each for each in found if isinstance(each, OverQuota)]
        assert (len(found) - len(refused), len(refused)) == (50, 70)

    def test_the_counters_go_away_by_themselves(self, take):
        server = make("A")
        take(server, subject=Talk(1, "prontera/Smith"))
        connection = get_redis_connection("default")
        names = list(connection.scan_iter(f"quota:{{{server.server_id}}}:*"))
        assert len(names) == 4
        assert all(0 < connection.pttl(name) <= 3_900_000 for name in names)


class TestTalks:
    def test_one_player_with_one_npc(self, take):
        server = make("A", rate_limit_per_player=3)
        assert taken(take, server, 9, subject=Talk(1, "prontera/Smith")) == 3
        assert taken(take, server, 9, subject=Talk(1, "prontera/Guard")) == 3
        assert taken(take, server, 9, subject=Talk(2, "prontera/Smith")) == 3
        refused = refusal(take, server, subject=Talk(1, "prontera/Smith"))
        assert refused.limit == "talks_per_player" and "3 times" in refused.message

    def test_a_further_npc_waits_and_the_others_go_on(self, take):
        server = make("A", max_concurrent_npcs=2)
        assert take(server, subject=Talk(1, "a"))
        assert take(server, subject=Talk(1, "b"))
        refused = refusal(take, server, subject=Talk(1, "c"))
        assert refused.limit == "concurrent_npcs" and "own script" in refused.message
        assert 0 < refused.retry_after <= quotas.CONVERSATION
        assert not take(server, subject=Talk(2, "a"))

    def test_all_processes_count_the_npcs_together(self, take):
        server = make("A", max_concurrent_npcs=2)
        take(server, subject=Talk(1, "a"))
        elsewhere()
        take(server, subject=Talk(1, "b"))
        elsewhere()
        assert refusal(take, server, subject=Talk(1, "c")).limit == "concurrent_npcs"
        elsewhere()
        assert not take(server, subject=Talk(1, "b"))

    def test_a_place_that_was_not_needed_is_given_back(self, take):
        server = make("A", max_concurrent_npcs=1)
        take(server, subject=Talk(1, "nobody"))
        quotas.leave(server, Talk(1, "nobody"))
        elsewhere()
        assert take(server, subject=Talk(1, "a"))

    def test_a_place_is_free_after_a_while(self, take, monkeypatch):
        monkeypatch.setattr(quotas, "CONVERSATION", 0.2)
        server = make("A", max_concurrent_npcs=1)
        take(server, subject=Talk(1, "a"))
        refusal(take, server, subject=Talk(1, "b"))
        time.sleep(0.25)
        assert take(server, subject=Talk(1, "b"))


class TestThrottles:
    def test_each_name_has_its_own(self):
        for _ in range(3):
            quotas.take_for("registration 198.51.100.7", limit=3, per_seconds=3600)
        with pytest.raises(OverQuota) as caught:
            quotas.take_for("registration 198.51.100.7", limit=3, per_seconds=3600)
        assert caught.value.limit == "throttle" and caught.value.retry_after > 60
        quotas.take_for("registration 198.51.100.8", limit=3, per_seconds=3600)

    def test_the_name_may_hold_anything(self):
        for name in ("", "}:{a", "x" * 10_000, "\0\n", "\ud800"):
            quotas.take_for(name, limit=1, per_seconds=60)
            with pytest.raises(OverQuota):
                quotas.take_for(name, limit=1, per_seconds=60)

    def test_it_works_on_an_event_loop_too(self):
        async def ask():
            await quotas.atake_for("a throttle", limit=1, per_seconds=60)
            await quotas.atake_for("a throttle", limit=1, per_seconds=60)

        with pytest.raises(OverQuota):
            asyncio.run(ask())


@pytest.fixture
def frozen():
    """A port where connections are taken and never answered."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        yield listening.getsockname()[1]


def moved(settings, port):
    caches = copy.deepcopy(settings.CACHES)
    caches["default"]["LOCATION"] = f"redis://127.0.0.1:{port}/0"
    caches["default"]["OPTIONS"]["CONNECTION_POOL_KWARGS"] |= {
        "socket_timeout": 0.05,
        "socket_connect_timeout": 0.05,
    }
    return caches


class TestRedisAway:
    @pytest.fixture(params=["closed", "frozen"])
    def away(self, request, settings, frozen):
        back = settings.CACHES
        settings.CACHES = moved(settings, 1 if request.param == "closed" else frozen)
        yield lambda: setattr(settings, "CACHES", back)
        settings.CACHES = back

    def test_the_limit_holds_all_the_same(self, take, away):
        server = make("A", rate_limit_per_minute=5, max_concurrent_npcs=1)
        assert take(server, subject=Talk(1, "a"))
        assert refusal(take, server, subject=Talk(1, "b")).limit == "concurrent_npcs"
        assert taken(take, server, 20) == 4

    def test_it_costs_the_timeout_a_few_times_only(self, take, away):
        server = make("A")
        began = time.perf_counter()
        taken(take, server, 200)
        assert time.perf_counter() - began < 200 * 0.05  # the timeout of each, if each waited
        assert counting.breaker.open

    def test_redis_is_used_again_when_it_is_back(self, take, away):
        server = make("A", rate_limit_per_minute=5)
        taken(take, server, 4)
        away()
        counting.breaker.succeeded()
        assert taken(take, server, 1) == 1
        assert list(get_redis_connection("default").scan_iter(f"quota:*{server.server_id}*"))


def test_losing_redis_and_what_it_held_gives_no_second_allowance(take, settings, frozen):
    server = make("A", rate_limit_per_minute=10)
    assert taken(take, server, 4) == 4
    back, settings.CACHES = settings.CACHES, moved(settings, frozen)
    assert taken(take, server, 4) == 4
    settings.CACHES = back
    get_redis_connection("default").flushdb()
    counting.breaker.succeeded()
    assert taken(take, server, 20) == 2


def test_what_this_process_keeps_is_bounded():
    kept = Local(most=100)
    for at in range(1000):
        kept.take(Ask((Limit(f"player {at}", 5, 60), Limit("server", 1_000_000, 60))))
    assert len(kept) == 100
    place = Place("npcs", "a", 1, 60)
    assert kept.take(Ask((Limit("server", 1000, 60),), place=place)).over.name == "server"


def test_every_limit_of_a_new_server_comes_from_the_settings(settings):
    settings.RATE_LIMIT_PER_MINUTE, settings.RATE_LIMIT_PER_HOUR = 12, 34
    fresh, chosen = Server.fresh(name="A"), Server.fresh(name="B", rate_limit_per_minute=99)
    assert (fresh.rate_limit_per_minute, fresh.rate_limit_per_hour) == (12, 34)
    assert chosen.rate_limit_per_minute == 99


def test_what_is_counted_together_is_in_one_slot_of_a_redis_cluster():
    server = make("Midgard")
    subject = Talk(char_id=7, npc_key="prontera/Guard")
    keys = quotas._ask(server, 1, subject).keys()
    assert len(keys) == 4 and len({key_slot(key.encode()) for key in keys}) == 1
