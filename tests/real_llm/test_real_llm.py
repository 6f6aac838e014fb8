"""End to end with a real small language model: shapes, order, counts, deadlines, hanging up. Never
its wording."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from aiworld.errors import DeadlineExceeded, Unavailable
from grpc_api.pb.aiworld.v1.common_pb2 import SOURCE_COMPOSER, SOURCE_LLM
from inference import client, tokens
from inference.generation import Bill
from inference.ledger.models import LLMRequestCache
from npcs.models import ConversationTurn
from tenants.context import in_tenant
from tests.grpc_api.calls import request

MESSAGES = [
    {"role": "system", "content": "You are a blacksmith. Answer in two short sentences."},
    {"role": "user", "content": "Where do you buy your iron?"},
]
QUESTION = "Where do you buy your iron?"


class Mood(BaseModel):
    mood: Literal["happy", "sad", "angry"]
    reason: str = Field(max_length=40)


def busy(base_url):
    with urllib.request.urlopen(base_url.replace("/v1", "/busy")) as answer:
        return json.load(answer)


def idle(base_url, seconds=30.0):
    ends = time.monotonic() + seconds
    while busy(base_url):
        assert time.monotonic() < ends, "it goes on writing for nobody"
        time.sleep(0.05)
    return True


async def heard_of(bill):
    return [piece async for piece in client.stream(MESSAGES, task="dialogue", bill=bill)]


def test_a_whole_answer_and_a_stream_are_the_same_and_cost_the_same():
    whole, streamed = Bill(), Bill()
    made = asyncio.run(client.generate(MESSAGES, task="dialogue", bill=whole))
    heard = []

    async def collect():
        try:
            async for piece in client.stream(MESSAGES, task="dialogue", bill=streamed):
                heard.append(piece)
        except Unavailable:  # as long as it may be
            assert made.finish_reason == "length"

    asyncio.run(collect())
    assert len(heard) > 3 and "".join(heard).strip() == made.text
    [one], [other] = whole.calls, streamed.calls
    assert not one.estimated and not other.estimated
    assert (one.prompt_tokens, one.completion_tokens) == (
        other.prompt_tokens, other.completion_tokens,
    )  # fmt: skip
    assert 0 < one.completion_tokens <= 40


def test_our_count_is_near_the_models_own():
    made = asyncio.run(client.generate(MESSAGES, task="dialogue"))
    assert 0.5 < tokens.count_chat(MESSAGES) / made.prompt_tokens < 1.5


def test_an_answer_is_as_long_as_it_may_be(settings):
    settings.DEEPSEEK_MAX_TOKENS = 5
    made = asyncio.run(client.generate(MESSAGES, task="dialogue"))
    assert (made.finish_reason, made.completion_tokens) == ("length", 5)
    with pytest.raises(Unavailable, match="longest"):
        asyncio.run(heard_of(Bill()))


def test_a_deadline_ends_the_call_and_the_models_work(base_url, settings):
    settings.DEEPSEEK_MAX_TOKENS = 400
    bill = Bill()
    with pytest.raises(DeadlineExceeded):
        asyncio.run(client.generate(MESSAGES, task="dialogue", deadline=1.0, bill=bill))
    assert bill.calls[0].estimated and bill.calls[0].prompt_tokens > 10
    assert idle(base_url)


def test_who_hangs_up_ends_the_models_work(base_url, settings):
    settings.DEEPSEEK_MAX_TOKENS = 400
    bill = Bill()

    async def leave():
        heard = client.stream(MESSAGES, task="dialogue", bill=bill)
        await anext(heard)
        assert busy(base_url) == 1
        await heard.aclose()

    asyncio.run(leave())
    assert bill.calls[0].outcome == "hung up"
    assert idle(base_url)


def test_a_typed_answer_has_its_form():
    bill = Bill()
    asked = [
        {"role": "system", "content": "Say how the speaker feels."},
        {"role": "user", "content": "My sister is ill and I have no money."},
    ]
    found = asyncio.run(client.decide(asked, output=Mood, task="extraction", bill=bill))
    assert isinstance(found, Mood)
    assert all(call.completion_tokens and not call.estimated for call in bill.calls)


@pytest.fixture
def stored(server):
    def stored():
        with in_tenant(server):
            return list(LLMRequestCache.objects.all()), list(ConversationTurn.objects.all())

    return stored


def test_a_talk_is_answered_by_it_and_the_ledger_has_its_own_counts(
    stubs, metadata, npc, player, stored
):
    reply = stubs.dialogue.Talk(request(QUESTION, player), metadata=metadata, timeout=120)
    [call], [turn] = stored()
    assert call.model == "SmolLM2-135M-Instruct" and not call.estimated
    assert call.prompt_tokens > 200 and 0 < call.completion_tokens <= 40
    assert turn.npc_text == reply.text and reply.text
    if reply.source == SOURCE_LLM:
        assert turn.tokens == call.prompt_tokens + call.completion_tokens
    shown = b"".join(line for page in reply.pages for line in page.raw_lines)
    assert not set(b"^<>\x00*[]") & set(shown)


def test_a_streamed_talk_is_its_sentences(stubs, metadata, npc, player, stored):
    parts = list(
        stubs.dialogue.StreamTalk(request(QUESTION, player), metadata=metadata, timeout=120)
    )
    sentences, reply = [part.sentence for part in parts[:-1]], parts[-1].reply
    assert reply.text == " ".join(sentences)
    [call], _ = stored()
    assert call.completion_tokens > 0


def test_a_model_that_is_too_slow_costs_the_player_no_answer(
    stubs, metadata, npc, player, base_url
):
    reply = stubs.dialogue.Talk(request(QUESTION, player), metadata=metadata, timeout=1.5)
    assert reply.source == SOURCE_COMPOSER and "Mjolnir" in reply.text
    assert idle(base_url)
