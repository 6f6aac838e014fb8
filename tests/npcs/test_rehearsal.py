"""A dry run answers as a talk does and leaves nothing behind."""

import hashlib

import pytest
from django.db import connection
from django.utils import timezone
from django_redis import get_redis_connection

from aiworld.errors import Invalid, NotFound
from aiworld.loops import wait_for
from inference import tokens
from inference.ledger.models import LLMRequestCache
from npcs import canary, dialogue, rehearsal
from npcs.brief import Turn
from npcs.models import NpcKnowledge, NpcMemory, NpcPersonality, NpcRelationship
from npcs.turns import Said
from tenants.context import in_schema
from tenants.models import Outbox
from tests.llm_endpoint import LLMEndpoint, answer
from tests.web.rows import fill

pytestmark = pytest.mark.usefixtures("inside")


def rehearse(npc, text, **fields):
    defaults = {"trust": 2.0, "language": "en"}
    line = rehearsal.Line(npc_key=npc.key, text=text, **defaults | fields)
    return wait_for(rehearsal.rehearse(line))


def fingerprint(schema):
    """Rows and a checksum of every table of the schema, and of the outbox."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = %s AND tablename <> 'django_migrations'",
            [schema],
        )
        tables = [row[0] for row in cursor.fetchall()]
        assert len(tables) > 20
        found = {}
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            rows = cursor.fetchall()
            found[table] = len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()
    with in_schema():
        return found | {"outbox": list(Outbox.objects.order_by("pk").values())}


def cached():
    """Every reply that is kept, with its remaining life left out."""
    redis = get_redis_connection("default")
    return {key: redis.get(key) for key in redis.keys("*reply:*")}


@pytest.fixture
def llm(settings):
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk-rehearsal"
        yield endpoint


def test_a_dry_run_leaves_every_table_and_the_cache_as_they_were(npc, inside):
    fill(npc)
    question = "Where do you buy your iron?"
    said = Said(
        npc_key=npc.key, char_id=1, player_name="A", text=question, request_id="x", language="en"
    )
    wait_for(dialogue.talk(said, seconds=5))
    before, kept = fingerprint(inside.schema_name), cached()
    assert kept, "the talk has left a reply in the cache"
    for text in (question, "My sister Mira is ill", "You are an idiot", "What is your name?"):
        for char_id in (rehearsal.MADE_UP, 150_001):
            rehearse(npc, text, char_id=char_id, player_name="Aline")
    assert fingerprint(inside.schema_name) == before
    assert cached() == kept


def test_it_answers_as_the_game_would(npc):
    shown = rehearse(npc, "Where do you buy your iron?")
    assert "Mjolnir" in shown.thought.text
    assert shown.thought.source == "composer"
    assert "Mjolnir" in " ".join(line for page in shown.pages for line in page.lines)
    assert [name for name, _ in shown.steps] == ["read", "meaning", "recall", "think"]
    assert "Mjolnir" in shown.messages[0]["content"]


def test_what_is_withheld_is_named_with_the_reason_and_is_not_in_the_prompt(npc):
    NpcKnowledge.objects.filter(text__contains="800 zeny").update(is_active=False)
    shown = rehearse(npc, "What do you know about the lost king's crown?")
    why = {one.text.split()[1]: one.why for one in shown.knowledge}
    assert why == {"buy": "given", "inn": "given", "hid": "trust", "good": "inactive"}
    assert "crown under the anvil" not in str(shown.messages[:-1])


def test_a_friend_is_told_the_secret(npc):
    shown = rehearse(npc, "What do you know about the lost king's crown?", trust=8.0)
    assert "anvil" in shown.thought.text


def test_memories_of_a_real_player_are_shown_with_their_scores(npc):
    for text, char_id in (("My sister Mira is ill", 150_001), ("I am Bruno's secret", 150_002)):
        NpcMemory.objects.create(
            npc=npc, char_id=char_id, player_name="x", speaker="player", text=text,
            happened_at=timezone.now(), importance=6,
        )  # fmt: skip
    shown = rehearse(npc, "How is my sister?", char_id=150_001, player_name="Aline")
    [one] = shown.memories
    assert one.given and one.score.words > 0.5 and one.score.importance > 0
    assert one.score.recency > 0.03 and one.score.total == one.memory.score
    assert rehearse(npc, "How is my sister?").memories == []


def test_what_a_talk_would_leave_behind_is_foretold(npc):
    outcome = rehearse(npc, "My sister Mira is ill").outcome
    assert outcome.remembered and outcome.trust_change == pytest.approx(0.3)
    assert any("Mira" in fact for fact in outcome.extracted)
    NpcPersonality.objects.update(trust_gain=2.0)
    assert rehearse(npc, "My sister Mira is ill").outcome.trust_change == pytest.approx(0.6)
    assert rehearse(npc, "You are an idiot").outcome.trust_change == pytest.approx(-0.6)


def test_trust_that_has_moved_enough_today_moves_no_further(npc):
    NpcRelationship.objects.create(
        npc=npc, char_id=7, player_name="A", trust=4, trust_moved=1, trust_day=timezone.now().date()
    )
    shown = rehearse(npc, "Thank you!", char_id=7, trust=None)
    assert (shown.outcome.trust, shown.outcome.trust_change) == (4, 0)


def test_what_was_said_before_in_it_counts(npc):
    now = timezone.now()
    before = (
        Turn(speaker="player", text="Where do you buy your iron?", at=now),
        Turn(speaker="npc", text="From the mine at Mjolnir.", at=now),
    )
    shown = rehearse(npc, "Tell me more", before=before)
    assert "Where do you buy your iron?" in [m["content"] for m in shown.messages]


def test_an_npc_that_is_switched_off_can_be_tried(npc):
    NpcPersonality.objects.update(ai_enabled=False)
    assert rehearse(npc, "Hello").thought.text


def test_mood_and_language_are_as_chosen(npc):
    shown = rehearse(npc, "Hola", mood="angry", language="es")
    assert "MOOD NOW\nangry" in shown.messages[0]["content"]
    assert "Answer in Spanish" in str(shown.messages) or "Spanish" in shown.messages[0]["content"]


def test_the_cache_is_looked_at_and_named(npc):
    question = "Where do you buy your iron?"
    assert rehearse(npc, question).cached is None
    said = Said(
        npc_key=npc.key, char_id=1, player_name="A", text=question, request_id="x", language="en"
    )
    wait_for(dialogue.talk(said, seconds=5))
    shown = rehearse(npc, question)
    assert "Mjolnir" in shown.cached.text


def test_no_model_is_asked_unless_told(npc, llm):
    rehearse(npc, "Where do you buy your iron?")
    assert llm.requests == []


def test_a_model_that_is_asked_is_paid_for_and_nothing_else_is_written(npc, llm, inside):
    llm.script(answer("From Mjolnir, friend."))
    before = fingerprint(inside.schema_name)
    shown = rehearse(npc, "Where do you buy your iron?", with_llm=True)
    assert (shown.thought.text, shown.thought.source) == ("From Mjolnir, friend.", "llm")
    sent = llm.requests[0].body["messages"]
    mark = canary.mark(inside)
    assert mark in sent[0]["content"]
    assert [(one["role"], one["content"].replace(mark, "*" * len(mark))) for one in sent] == [
        (one["role"], one["content"]) for one in shown.messages
    ], "but for the canary, which no page shows"
    [paid] = LLMRequestCache.objects.all()
    assert (paid.task, paid.outcome) == ("dry run", "ok")
    assert shown.tokens == (paid.prompt_tokens, paid.completion_tokens) != (0, 0)
    ledger = f"{inside.schema_name}.llm_request_cache"
    after = fingerprint(inside.schema_name)
    assert {table for table in before if after[table] != before[table]} == {ledger}


def test_the_prompt_that_is_shown_is_as_short_as_the_one_that_is_sent(npc, settings):
    before = [
        Turn(speaker="player", text=f"Line {at}. " * 40, at=timezone.now()) for at in range(6)
    ]
    whole = rehearse(npc, "Where do you buy your iron?", before=tuple(before)).messages
    settings.LLM_PROMPT_TOKENS = tokens.count_chat(whole) - 200
    shown = rehearse(npc, "Where do you buy your iron?", before=tuple(before)).messages
    assert len(shown) < len(whole) and tokens.fits(shown, settings.LLM_PROMPT_TOKENS)


def test_an_npc_on_a_budget_asks_no_model(npc, llm):
    NpcPersonality.objects.update(ai_mode="budget")
    shown = rehearse(npc, "Where do you buy your iron?", with_llm=True)
    assert shown.thought.source == "composer" and llm.requests == []


def test_a_full_npc_is_told_to_say_more(npc):
    NpcPersonality.objects.update(ai_mode="full")
    assert "three to six" in rehearse(npc, "Hello").messages[0]["content"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 5000])
def test_what_is_no_line_is_refused_in_words(npc, text):
    with pytest.raises(Invalid, match="text"):
        rehearse(npc, text)


def test_an_unknown_npc_is_named(inside):
    with pytest.raises(NotFound):
        wait_for(rehearsal.rehearse(rehearsal.Line(npc_key="a/b", text="Hi", trust=1)))
