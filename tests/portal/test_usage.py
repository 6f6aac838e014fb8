"""Usage by day: kept once, counted live, fast however much there was, and shown."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.costs import costs
from agents.models import AgentRun
from inference.ledger.models import LLMRequestCache, UsageDay
from inference.prices import Seller, price
from npcs import usage
from npcs.models import Conversation, ConversationTurn, NpcPersonality
from npcs.tasks import roll_up_usage
from portal import plots
from portal.csv_files import harmless
from tenants.context import in_tenant
from tests.conftest import make_npc

TODAY = datetime.now(UTC).date()
NOON = timedelta(hours=12)


def at(day, offset=NOON):
    return datetime.combine(day, datetime.min.time(), UTC) + offset


def talk(npc, *turns, char_id=150_001, name="Aline"):
    """`turns`: (when, source, tokens). One conversation."""
    times = [when for when, _, _ in turns]
    conversation = Conversation.objects.create(
        npc=npc, char_id=char_id, player_name=name, started_at=min(times), last_turn_at=max(times)
    )
    known = ConversationTurn.objects.count()
    for number, (when, source, tokens) in enumerate(turns):
        ConversationTurn.objects.create(
            conversation=conversation, request_id=f"r{known + number}", player_text="a",
            npc_text="b", trust=5, source=source, tokens=tokens, latency_ms=100, created_at=when,
        )  # fmt: skip


def ask(when, prompt=0, completion=0, model="some-model"):
    cost = price(Seller("localhost", model)).of(prompt, completion)
    row = LLMRequestCache.objects.create(
        task="dialogue", provider="llm", model=model, prompt_digest="x", prompt_tokens=prompt,
        completion_tokens=completion, seconds=0.5, cost=cost,
    )  # fmt: skip
    LLMRequestCache.objects.filter(pk=row.pk).update(asked_at=when)


@pytest.fixture
def prices(settings):
    settings.LLM_PRICE_INPUT, settings.LLM_PRICE_OUTPUT = 2.0, 10.0


@pytest.fixture
def other(inside):
    return make_npc("prontera/Hilda#inn")


def rows(day, kind):
    return {row.subject: row for row in usage.measured(day) if row.kind == kind}


def test_a_day_is_counted_from_every_side(inside, npc, other, prices):
    day = TODAY - timedelta(days=3)
    talk(npc, (at(day), "llm", 900), (at(day), "cache", 0))
    talk(other, (at(day), "llm", 300), char_id=150_002, name="Bruno")
    ask(at(day), 1000, 200)
    total = rows(day, "total")[""]
    assert (total.talks, total.latency_ms, total.tokens) == (3, 300, 1200)
    assert total.cost == Decimal("0.004")  # 1000 x 2 + 200 x 10 of a million
    assert {key: row.talks for key, row in rows(day, "source").items()} == {"llm": 2, "cache": 1}
    by_npc = rows(day, "npc")
    assert by_npc[str(npc.pk)].name == "Brannoc" and by_npc[str(npc.pk)].talks == 2
    assert by_npc[str(npc.pk)].cost == Decimal("0.003"), "shares are by tokens"
    assert rows(day, "player")["150002"].name == "Bruno"
    assert rows(day, "model")["some-model"].tokens == 1200


def test_days_are_told_apart_at_midnight_utc(inside, npc):
    day = TODAY - timedelta(days=3)
    late, early = at(day, timedelta(hours=24) - timedelta(microseconds=1)), at(day, timedelta(0))
    talk(npc, (early - timedelta(microseconds=1), "llm", 1), (early, "llm", 1), (late, "llm", 1),
         (late + timedelta(microseconds=1), "llm", 1))  # fmt: skip
    counted = [rows(day + timedelta(days=n), "total")[""].talks for n in (-1, 0, 1)]
    assert counted == [1, 2, 1]


def test_a_day_is_kept_once_and_today_never(inside, npc):
    first = TODAY - timedelta(days=3)
    talk(npc, (at(first), "llm", 1), (at(TODAY, timedelta(0)), "llm", 1))
    assert usage.roll_up(TODAY) == 3  # the days without a talk too
    kept = set(UsageDay.objects.filter(kind="total").values_list("day", "talks"))
    assert kept == {(first, 1), (first + timedelta(days=1), 0), (first + timedelta(days=2), 0)}
    assert usage.roll_up(TODAY) == 0
    UsageDay.objects.bulk_create(usage.measured(first), ignore_conflicts=True)  # another worker
    assert UsageDay.objects.filter(kind="total", day=first).count() == 1


def test_kept_and_live_days_add_up(inside, npc, other, prices):
    for back in range(5):
        day = TODAY - timedelta(days=back)
        talk(npc, (at(day, timedelta(0)), "llm", 10))
        ask(at(day, timedelta(0)), 10)
    talk(other, (at(TODAY, timedelta(0)), "composer", 0))
    before = summed(usage.usage(7, TODAY))
    with in_tenant(inside):
        usage.roll_up(TODAY - timedelta(days=1))
    assert summed(usage.usage(7, TODAY)) == before
    usage.roll_up(TODAY)
    found = usage.usage(7, TODAY)
    assert summed(found) == before
    assert [(share.name, share.talks) for share in found.shares("npc")] == [
        ("Brannoc", 5),
        ("Hilda", 1),
    ]
    assert len(found.shares("npc", most=1)) == 1
    assert [share.talks for share in usage.usage(3, TODAY).shares("npc")] == [3, 1]


def summed(found):
    table = plots.by_day(found)
    return [(day.day, day.talks, day.tokens, day.cost) for day in table]


def test_what_was_told_by_an_npc_that_is_gone_stays_in_the_books(inside, npc):
    talk(npc, (at(TODAY - timedelta(days=1)), "llm", 1))
    usage.roll_up(TODAY)
    NpcPersonality.objects.all().delete()
    assert [share.name for share in usage.usage(7, TODAY).shares("npc")] == ["Brannoc"]


def test_the_scheduled_task_keeps_every_server(server, other_server, npc, other_npc):
    for each, who in ((server, npc), (other_server, other_npc)):
        with in_tenant(each):
            talk(who, (at(TODAY - timedelta(days=1)), "llm", 1))
    assert roll_up_usage() == 2
    with in_tenant(other_server):
        assert UsageDay.objects.get(kind="npc").name == "Torvald"


MANY = """
INSERT INTO conversations (npc_id, char_id, player_name, map_name, language, started_at,
                           last_turn_at, turn_count, extracted_turn_id)
SELECT %(npc)s, 150000 + n %% 500, 'Player ' || n %% 500, '', 'en', t, t, 50, 0
FROM generate_series(1, %(number)s) n, LATERAL (SELECT %(first)s + n * %(step)s AS t) at;
INSERT INTO conversation_turns (conversation_id, request_id, player_text, npc_text, intent,
    emotion, trust, trust_change, trust_reason, source, model, prompt_version, tokens, facts_used,
    memories_used, latency_ms, created_at)
SELECT c.id, c.id || '-' || n, 'said', 'answered', '', 'neutral', 5, 0, '',
       (ARRAY['llm', 'composer', 'cache'])[1 + n %% 3], '', '', 100, '{}', '{}', 80, c.started_at
FROM conversations c, generate_series(1, 50) n;
ANALYZE conversations, conversation_turns;
"""


def test_a_day_is_found_without_reading_the_others(inside, npc):
    """100,000 turns over 90 days: a day's statement must not read the whole table."""
    with connection.cursor() as cursor:
        values = {"npc": npc.pk, "number": 2000, "first": at(TODAY - timedelta(days=90)),
                  "step": timedelta(days=90) / 2000}  # fmt: skip
        cursor.execute(MANY, values)
        for back in (0, 1):
            day = TODAY - timedelta(days=back)
            bounds = {"start": at(day, timedelta(0)), "end": at(day + timedelta(1), timedelta(0))}
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + usage.TALKS, bounds)
            plan = json.dumps(cursor.fetchone()[0])
            assert not re.search(r'"Seq Scan"[^{}]*"conversation_turns"', plan)
    assert sum(day.total for day in plots.by_day(usage.usage(90, TODAY))) > 98_000
    usage.roll_up(TODAY)
    with CaptureQueriesContext(connection) as queries:
        found = usage.usage(90, TODAY)
        plots.by_day(found)
        found.shares("npc", most=10)
        found.shares("player", most=10)
    assert len(queries) < 12


def test_a_server_without_a_talk(server, as_role):
    page = as_role("viewer").get(reverse("portal:usage", args=[server.server_id]))
    assert page.status_code == 200 and "Nobody has talked" in page.text


def test_the_page_shows_numbers_and_hands_the_same_to_the_plots(server, npc, as_role, prices):
    with in_tenant(server):
        day = TODAY - timedelta(days=2)
        talk(npc, (at(day), "llm", 1200), (at(day), "composer", 0))
        ask(at(day), 1000, 200)
    client = as_role("viewer")
    page = client.get(reverse("portal:usage", args=[server.server_id]) + "?days=7").text
    data = json.loads(re.search(r'id="usage-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    assert [len(each["values"]) for each in data["talks"]] == [7, 7]
    assert sum(data["cost"]) == pytest.approx(0.004)
    for words in ("Brannoc", "Aline", "some-model", "language model", "USD"):
        assert words in page
    assert len(re.findall(r'<th scope="row" class="nowrap">', page)) == 7


def test_what_each_agent_cost_is_told(server, as_role):
    def ran(agent, cost, source, days=0):
        AgentRun.objects.create(
            agent=agent, subject=uuid.uuid4().hex, window="w", cause="schedule", status="done",
            source=source, cost=cost, began_at=at(TODAY - timedelta(days=days), timedelta(0)),
            lease_until=at(TODAY),
        )  # fmt: skip

    with in_tenant(server):
        ran("karma", "0.25", "llm")
        ran("karma", "0.5", "composer")  # asked in vain
        ran("faction", "0", "llm")
        ran("reputation", "0", "composer")
        ran("faction", "9", "llm", days=8)
        found = costs(TODAY - timedelta(days=6))
    assert [(each.agent, each.runs, each.cost) for each in found] == [
        ("karma", 2, Decimal("0.75")), ("faction", 1, Decimal(0)),
    ]  # fmt: skip
    text = as_role("viewer").get(reverse("portal:usage", args=[server.server_id]) + "?days=7").text
    assert "Agents that asked a language model" in text and "0.7500" in text


def test_without_prices_no_cost_is_made_up(server, npc, as_role):
    with in_tenant(server):
        talk(npc, (at(TODAY, timedelta(0)), "llm", 1200))
        ask(at(TODAY, timedelta(0)), 1000, 200)
    page = as_role("viewer").get(reverse("portal:usage", args=[server.server_id])).text
    assert "Nothing that was asked costs anything" in page and "USD" not in page


@pytest.mark.parametrize(
    ("asked", "shown"), [("7", 7), ("90", 90), ("", 30), ("1000000", 30), ("x", 30)]
)
def test_csv_has_a_line_a_day(server, npc, as_role, asked, shown):
    with in_tenant(server):
        talk(npc, (at(TODAY, timedelta(0)), "composer", 0))
    address = reverse("portal:usage_csv", args=[server.server_id]) + f"?days={asked}"
    lines = list(csv.DictReader(io.StringIO(as_role("viewer").get(address).text)))
    assert len(lines) == shown
    assert lines[-1]["day"] == str(TODAY) and lines[-1]["composer"] == lines[-1]["talks"] == "1"


def test_usage_of_another_server_is_not_counted(server, other_server, other_npc, as_role):
    with in_tenant(other_server):
        talk(other_npc, (at(TODAY, timedelta(0)), "llm", 1))
    assert "Nobody has talked" in as_role("owner").get(
        reverse("portal:usage", args=[server.server_id])
    ).text  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_name_never_becomes_a_formula(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("Aline") == "Aline" and harmless(-5) == -5


def test_first_uncounted_never_lies_in_the_future(inside):
    UsageDay.objects.create(day=TODAY + timedelta(days=9), kind="total")
    assert usage.first_uncounted(TODAY) == TODAY
    assert usage.days(TODAY, date(TODAY.year, TODAY.month, TODAY.day)) == [TODAY]
