"""The LLM provider against a fake endpoint: real HTTP on loopback, every way to misbehave."""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import logging
import time

import pytest

from aiworld.errors import DeadlineExceeded, Unavailable
from inference import client, tokens
from inference.generation import Bill
from inference.providers import profile_of
from inference.providers.profiles import PROFILES
from tests.llm_endpoint import (
    MODEL,
    LLMEndpoint,
    answer,
    closed,
    drip,
    garbage,
    refusing,
    status,
    truncated,
)

MESSAGES = [{"role": "system", "content": "You are a guard."}, {"role": "user", "content": "Hi"}]
KEY = "sk-a-very-secret-key"


@pytest.fixture(autouse=True)
def deepseek(settings, llm):
    settings.DEEPSEEK_API_BASE = llm.base_url
    settings.DEEPSEEK_API_KEY = KEY
    settings.DEEPSEEK_MODEL = "deepseek-chat"
    settings.DEEPSEEK_MAX_TOKENS = 99
    settings.DEEPSEEK_TEMPERATURE = 0.5
    settings.DEEPSEEK_TIMEOUT = 5.0


def generate(deadline=None, bill=None):
    return asyncio.run(client.generate(MESSAGES, task="dialogue", deadline=deadline, bill=bill))


def stream(deadline=None, bill=None):
    async def collect():
        pieces = client.stream(MESSAGES, task="dialogue", deadline=deadline, bill=bill)
        return [piece async for piece in pieces]

    return asyncio.run(collect())


both = pytest.mark.parametrize("ask", [generate, stream])


def test_an_answer_with_its_costs(llm):
    generation = generate()
    assert generation.text == "Welcome, traveller."
    assert (generation.provider, generation.model) == ("127.0.0.1", MODEL)
    assert (generation.prompt_tokens, generation.completion_tokens) == (11, 7)
    assert generation.finish_reason == "stop"
    assert 0 < generation.seconds < 5


def test_what_is_asked_follows_the_settings(llm):
    generate()
    (request,) = llm.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "messages": MESSAGES,
        "model": "deepseek-chat",
        "max_tokens": 99,
        "temperature": 0.5,
        "stream": False,
    }


def test_the_synchronous_twin():
    assert client.generate_now(MESSAGES, task="quest").text == "Welcome, traveller."


def test_a_stream_comes_piece_by_piece(llm):
    """The first piece is there while the endpoint still waits to send the last."""
    llm.script(answer("One two three", between=1.0))

    async def first():
        pieces = client.stream(MESSAGES, task="dialogue")
        started = time.perf_counter()
        found = [await anext(pieces)]
        before_the_end = time.perf_counter() - started < 2.0
        return found + [piece async for piece in pieces], before_the_end

    assert asyncio.run(first()) == (["One", " two", " three"], True)


@both
def test_one_deadline_bounds_a_call_whose_endpoint_drips_keep_alive_bytes(llm, ask):
    llm.script(drip(seconds=10))
    started = time.perf_counter()
    with pytest.raises(DeadlineExceeded):
        ask(deadline=0.5)
    assert 0.5 <= time.perf_counter() - started < 5  # the bytes end after 10 s


def test_the_deadline_of_a_stream_counts_from_its_start(llm):
    llm.script(answer(pieces=["a"] * 100, between=0.05))
    with pytest.raises(DeadlineExceeded):
        stream(deadline=0.4)


def test_the_deadline_does_not_cut_off_who_takes_the_pieces(llm):
    llm.script(answer("One two"))

    async def slow():
        async for _ in client.stream(MESSAGES, task="dialogue", deadline=0.2):
            await asyncio.sleep(0.4)  # Would raise CancelledError under a timeout of the stream's.

    with pytest.raises(DeadlineExceeded):
        asyncio.run(slow())


@both
def test_the_longest_wait_is_that_of_the_settings(llm, ask, settings):
    settings.DEEPSEEK_TIMEOUT = 0.3
    llm.script(answer(delay=3))
    with pytest.raises(DeadlineExceeded):
        ask(deadline=10)


@both
def test_slow_keep_alive_bytes_before_a_proper_answer_do_no_harm(llm, ask):
    llm.script(drip(seconds=0.2))
    result = ask()
    assert (result if isinstance(result, list) else [result.text]) == ["late"]


@both
@pytest.mark.parametrize(
    "behaviour, says",
    [
        (status(500), "status 500"),
        (status(503), "status 503"),
        (status(404), "status 404"),
        (answer("  "), "empty answer"),
        (answer("<think>hm</think>"), "empty answer|thought and said nothing"),
        (answer("", thoughts="hm"), "thought and said nothing"),
        (answer("", finish_reason="length"), "before its first word"),
        (answer("I cannot", finish_reason="content_filter"), "did not finish|broke off"),
        (truncated(), "could not be asked|broke off"),
        (garbage(), "could not be asked|no chat completion"),
        (garbage("[1, 2]"), "could not be asked|no chat completion"),
        (garbage('{"choices": null}'), "no chat completion|broke off"),
        (garbage('{"choices": {}}'), "no chat completion|broke off"),
        (garbage('{"choices": {"a": 1}}'), "no chat completion|broke off"),
        (garbage('{"choices": [{"message": 7}]}'), "no chat completion|broke off"),
        (closed(), "could not be asked"),
    ],
)
def test_whatever_goes_wrong_is_unavailable(llm, ask, behaviour, says):
    llm.script(behaviour)
    with pytest.raises(Unavailable, match=says) as caught:
        ask()
    assert caught.value.retry_after
    assert caught.value.__cause__ is None


@both
def test_nobody_there(llm, ask, settings):
    settings.DEEPSEEK_API_BASE = "http://127.0.0.1:9/v1"
    with pytest.raises(Unavailable, match="could not be asked"):
        ask()


@both
@pytest.mark.parametrize("header, seconds", [("7", 7), ("0.5", 0.5), ("soon", 1), ("9999", 60)])
def test_too_many_requests_are_answered_with_the_wait_that_was_asked_for(llm, ask, header, seconds):
    llm.script(status(429, retry_after=header))
    with pytest.raises(Unavailable) as caught:
        ask()
    assert caught.value.retry_after == seconds
    with pytest.raises(Unavailable, match="left alone"):
        ask()
    assert len(llm.requests) == 1


@both
@pytest.mark.parametrize("code", [401, 402])
def test_a_rejected_key_makes_the_provider_unusable_for_a_minute(llm, ask, code):
    llm.script(status(code))
    with pytest.raises(Unavailable, match=f"status {code}"):
        ask()
    for _ in range(20):
        with pytest.raises(Unavailable, match="rejected") as caught:
            ask()
    assert 55 < caught.value.retry_after <= 60
    assert len(llm.requests) == 1


@both
def test_an_endpoint_that_keeps_failing_is_left_alone(llm, ask):
    llm.default = status(500)
    for _ in range(8):
        with pytest.raises(Unavailable):
            ask()
    assert len(llm.requests) == 5


@both
def test_requests_that_are_refused_for_what_they_are_do_not_count_against_the_endpoint(llm, ask):
    llm.default = status(404)
    for _ in range(8):
        with pytest.raises(Unavailable, match="404"):
            ask()
    assert len(llm.requests) == 8


@both
def test_no_retries(llm, ask):
    llm.script(status(500))
    with pytest.raises(Unavailable):
        ask()
    assert len(llm.requests) == 1


def test_thoughts_are_not_shown(llm):
    llm.script(answer("<think>He is poor.</think>\n\nWelcome."))
    assert generate().text == "Welcome."


def test_thoughts_are_not_shown_in_a_stream_however_it_is_cut(llm):
    llm.script(answer(pieces=["<th", "ink>He is", " poor.</", "think>", "\n\nWel", "come <", "3"]))
    assert "".join(stream()) == "Welcome <3"


def test_an_answer_cut_at_its_longest_length_says_so(llm):
    llm.script(answer("Once upon a", finish_reason="length"))
    assert generate().finish_reason == "length"


def test_no_llm_is_configured(settings):
    settings.DEEPSEEK_API_KEY = ""
    for base in ("https://api.deepseek.com", "https://api.deepseek.com/v1/", ""):
        settings.DEEPSEEK_API_BASE = base
        for ask in (generate, stream):
            with pytest.raises(Unavailable, match="no LLM is configured"):
                ask()


def test_an_endpoint_of_ones_own_needs_no_key(settings, llm):
    settings.DEEPSEEK_API_KEY = ""
    assert generate().text == "Welcome, traveller."


def test_the_key_is_in_no_log_and_no_error(llm, caplog):
    caplog.set_level(logging.DEBUG)
    llm.script(answer(), status(401, message=f"Incorrect API key provided: {KEY}"))
    generate()
    with pytest.raises(Unavailable) as caught:
        generate()
    assert KEY not in caplog.text
    assert KEY not in repr(caught.value) + str(caught.value.__dict__)


def test_many_calls_at_once(llm):
    llm.default = answer(delay=0.3)

    async def ask():
        calls = [client.generate(MESSAGES, task="dialogue") for _ in range(60)]
        return await asyncio.gather(*calls)

    started = time.perf_counter()
    assert len(asyncio.run(ask())) == 60
    assert time.perf_counter() - started < 9  # half of what they take one after the other


def test_leaving_a_stream_early_closes_it(llm):
    llm.script(answer(pieces=["a"] * 50, between=0.05), answer())

    async def leave():
        pieces = client.stream(MESSAGES, task="dialogue")
        async for _ in pieces:
            break
        await pieces.aclose()
        return (await client.generate(MESSAGES, task="dialogue")).text

    assert asyncio.run(leave()) == "Welcome, traveller."


def test_a_stream_that_was_left_leaves_nothing_to_the_collector_of_garbage(llm):
    """Which runs in any thread, also while the loop of this one is at the same generator."""
    llm.script(answer(pieces=["a"] * 50, between=0.05))

    async def leave():
        pieces = client.stream(MESSAGES, task="dialogue")
        await anext(pieces)
        await pieces.aclose()
        del pieces
        await asyncio.sleep(0.1)  # each generator closes the next one in a step of the loop
        return [
            each.__qualname__
            for each in gc.get_objects()
            if inspect.isasyncgen(each) and "site-packages" in each.ag_code.co_filename
        ]

    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(leave()) == []
    finally:
        gc.enable()


# What it took.


@both
def test_what_the_provider_says_it_took_is_on_the_bill(llm, ask):
    bill = Bill()
    ask(bill=bill)
    [call] = bill.calls
    assert (call.prompt_tokens, call.completion_tokens, call.estimated) == (11, 7, False)
    assert (call.provider, call.model, call.outcome) == ("127.0.0.1", MODEL, "ok")
    assert call.seconds > 0 and len(call.prompt_digest) == 64


@both
@pytest.mark.parametrize(
    "more",
    [
        {"prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 3},  # DeepSeek
        {"prompt_tokens_details": {"cached_tokens": 8}},  # OpenAI, OpenRouter, vLLM
    ],
)
def test_tokens_that_the_provider_had_in_its_cache_are_told_apart(llm, ask, more):
    llm.script(answer(usage={"prompt_tokens": 11, "completion_tokens": 7, **more}))
    bill = Bill()
    ask(bill=bill)
    assert (bill.calls[0].prompt_tokens, bill.calls[0].cached_tokens) == (11, 8)


@both
@pytest.mark.parametrize(
    "usage",
    [
        None,
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": -4, "completion_tokens": 7},
        {"prompt_tokens": "many", "completion_tokens": 7},
        {"prompt_tokens": 10**12, "completion_tokens": 7},
    ],
)
def test_tokens_of_which_nothing_sensible_is_said_are_counted_here(llm, ask, usage):
    llm.script(answer("Welcome, traveller.", usage=usage))
    bill = Bill()
    ask(bill=bill)
    [call] = bill.calls
    assert call.estimated and call.outcome == "ok"
    assert call.prompt_tokens == tokens.count_chat(MESSAGES) > 5
    assert call.completion_tokens == tokens.count("Welcome, traveller.") == 5


def test_thoughts_are_paid_for_too(llm):
    llm.script(answer("Yes.", thoughts="He is poor and far from home.", usage=None))
    bill = Bill()
    assert stream(bill=bill) == ["Yes."]
    assert bill.calls[0].completion_tokens > tokens.count("He is poor and far from home.")


@both
@pytest.mark.parametrize("behaviour", [status(429), status(401), status(400), closed()])
def test_what_was_refused_cost_nothing(llm, ask, behaviour):
    llm.default = behaviour
    bill = Bill()
    with pytest.raises(Unavailable):
        ask(bill=bill)
    [call] = bill.calls
    assert call.outcome == "Unavailable"
    if "closed" not in behaviour.__qualname__:  # it may have read the question
        assert (call.prompt_tokens, call.completion_tokens, call.estimated) == (0, 0, False)


@both
def test_what_was_asked_and_not_waited_for_is_on_the_bill(llm, ask):
    llm.script(answer(delay=5))
    bill = Bill()
    with pytest.raises(DeadlineExceeded):
        ask(deadline=0.2, bill=bill)
    [call] = bill.calls
    assert call.outcome == "DeadlineExceeded" and call.estimated
    assert call.prompt_tokens == tokens.count_chat(MESSAGES)


@both
def test_what_was_never_asked_is_on_no_bill(llm, ask):
    llm.script(status(401))
    with pytest.raises(Unavailable):
        ask()
    bill = Bill()
    with pytest.raises(Unavailable, match="rejected"):
        ask(bill=bill)
    assert bill.calls == []


def test_who_hangs_up_pays_for_what_was_said(llm):
    llm.script(answer(pieces=["One", " two"] * 50, between=0.05))
    bill = Bill()

    async def leave():
        pieces = client.stream(MESSAGES, task="dialogue", bill=bill)
        await anext(pieces)
        await pieces.aclose()

    asyncio.run(leave())
    [call] = bill.calls
    assert (call.outcome, call.estimated) == ("hung up", True)
    assert call.completion_tokens == 1


def test_an_answer_that_is_whole_does_not_wait_for_its_end(llm):
    """Some endpoints keep the connection open after the last word."""
    llm.script(answer("Welcome, friend.", done=False))
    bill = Bill()
    assert "".join(stream(deadline=4, bill=bill)) == "Welcome, friend."
    assert (bill.calls[0].outcome, bill.calls[0].estimated) == ("ok", True)


def test_a_stream_that_is_cut_off_says_so_after_its_last_word(llm):
    llm.default = answer("The king lives in the", finish_reason="length")
    bill, heard = Bill(), []

    async def collect():
        async for piece in client.stream(MESSAGES, task="dialogue", bill=bill):
            heard.append(piece)

    for _ in range(6):  # it is no fault of the endpoint's
        with pytest.raises(Unavailable, match="longest"):
            asyncio.run(collect())
    assert "".join(heard[:5]) == "The king lives in the"
    assert {call.outcome for call in bill.calls} == {"ok"}
    assert {call.completion_tokens for call in bill.calls} == {7}


# Kinds of endpoints.


@pytest.mark.parametrize(
    "address, key",
    [
        ("https://api.deepseek.com", "deepseek"),
        ("https://api.deepseek.com/v1", "deepseek"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("http://127.0.0.1:11434/v1", "ollama"),
        ("http://gpu.lan:8000/v1", "vllm"),
        ("http://127.0.0.1:8080/v1", "llamacpp"),
        ("http://127.0.0.1:1234/v1", "lmstudio"),
        ("https://api.mistral.ai/v1", "mistral"),
        ("https://api.example.org/v1", "openai"),
        ("https://notdeepseek.com/v1", "openai"),
        ("http://[broken", "openai"),
    ],
)
def test_the_kind_of_endpoint_is_told_by_its_address(address, key):
    assert profile_of(address).key == key


@pytest.mark.parametrize("key", sorted(PROFILES))
def test_every_kind_is_asked_for_its_tokens_and_not_to_think(llm, settings, key):
    settings.LLM_PROFILE = key
    profile = PROFILES[key]
    assert "".join(stream()) == "Welcome, traveller."
    assert generate().text == "Welcome, traveller."
    streamed, whole = (request.body for request in llm.requests)
    asked = {"stream_options": {"include_usage": True}} if profile.usage_in_streams else {}
    plain = {"messages", "model", "max_tokens", "temperature", "stream"}
    assert whole == {**{name: whole[name] for name in plain}, **profile.thinking_off}
    assert streamed == {**whole, "stream": True, **asked}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("code", [400, 422])
def test_a_parameter_that_is_refused_is_left_out_from_then_on(llm, settings, named, code):
    settings.LLM_PROFILE = "deepseek"
    llm.default = refusing("thinking", named=named, code=code)
    bill = Bill()
    for _ in range(3):
        assert generate(bill=bill).text == "Welcome, traveller."
    assert ["thinking" in request.body for request in llm.requests] == [True, False, False, False]
    assert [call.outcome for call in bill.calls] == ["ok"] * 3
    assert all(request.body["max_tokens"] == 99 for request in llm.requests)


def test_only_what_is_named_is_left_out(llm, settings):
    settings.LLM_PROFILE = "deepseek"
    llm.default = refusing("thinking")
    stream()
    assert "stream_options" in llm.requests[-1].body
    assert "thinking" not in llm.requests[-1].body


def test_a_request_is_shortened_once_and_not_again_when_that_was_in_vain(llm, settings):
    settings.LLM_PROFILE = "deepseek"
    llm.default = status(400)
    for _ in range(3):
        with pytest.raises(Unavailable, match="400"):
            generate()
    assert ["thinking" in request.body for request in llm.requests] == [True, False, True, True]
    llm.default = answer()
    assert generate().text == "Welcome, traveller."


def test_a_model_that_wants_its_limit_by_another_name_gets_it(llm):
    async def behave(exchange):
        wrong = "max_tokens" in exchange.request.body
        message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        await (status(400, message=message) if wrong else answer())(exchange)

    llm.default = behave
    for _ in range(2):
        assert generate().text == "Welcome, traveller."
    limits = [request.body.get("max_completion_tokens") for request in llm.requests]
    assert limits == [None, 99, 99]


def test_a_limit_is_never_left_out(llm):
    llm.default = status(400, message="the sum of messages and max_tokens is too long")
    with pytest.raises(Unavailable):
        stream()
    assert all(request.body["max_tokens"] == 99 for request in llm.requests)


@pytest.mark.parametrize("key", sorted(PROFILES))
def test_where_formats_know_one_system_message_it_gets_one(llm, settings, key):
    settings.LLM_PROFILE = key
    told = [{"role": "system", "content": "Rules."}, {"role": "system", "content": "Player."}]
    asyncio.run(client.generate([*told, *MESSAGES[1:]], task="dialogue"))
    sent = llm.requests[0].body["messages"]
    if PROFILES[key].one_system_message:
        assert sent == [{"role": "system", "content": "Rules.\n\nPlayer."}, *MESSAGES[1:]]
    else:
        assert sent == [*told, *MESSAGES[1:]]


def test_a_prompt_has_room_for_the_answer_and_a_margin_for_other_vocabularies(settings):
    settings.LLM_PROMPT_TOKENS = 5000
    settings.LLM_PROFILE = "deepseek"
    assert client.longest_prompt() == 5000
    settings.LLM_PROFILE = "vllm"
    assert client.longest_prompt() == 4000
    settings.LLM_PROFILE = "ollama"
    assert client.longest_prompt() == int((4096 - 99) / 1.25)
    mine = client.Own(owner="s", base_url="https://api.deepseek.com", model="m", api_key="k")
    assert client.longest_prompt(mine) == 5000


@both
def test_a_kind_is_learned_of_each_endpoint_apart(llm, ask, settings):
    settings.LLM_PROFILE = "deepseek"
    llm.default = refusing("thinking")
    ask()
    with LLMEndpoint() as other:
        settings.DEEPSEEK_API_BASE = other.base_url
        ask()
        assert "thinking" in other.requests[0].body


def test_what_cannot_be_stored_is_no_part_of_an_answer(llm):
    sent = {
        "model": "m\0\ud800",
        "choices": [{"message": {"content": "Hail\0\udc00."}, "finish_reason": "stop"}],
    }
    llm.default = garbage(json.dumps(sent))
    generation = generate()
    assert (generation.text, generation.model) == ("Hail.", "m")
