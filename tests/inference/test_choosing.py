"""Which model answers what: by task, and the second when the first does not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from pydantic import BaseModel

from aiworld.errors import DeadlineExceeded, Unavailable
from inference import checks, client
from inference.client import Own
from inference.generation import Bill
from tests.llm_endpoint import LLMEndpoint, answer, drip, status, truncated

MESSAGES = [{"role": "user", "content": "Hi"}]
NOTHING = {"base_url": "", "key": "", "model": ""}


@pytest.fixture(autouse=True)
def first(settings, llm):
    settings.DEEPSEEK_API_BASE = llm.base_url
    settings.DEEPSEEK_API_KEY = "sk-first"
    settings.DEEPSEEK_MODEL = "talker"
    settings.DEEPSEEK_TIMEOUT = 5.0
    llm.default = answer("First.")
    return llm


@pytest.fixture
def second(settings):
    with LLMEndpoint(default=answer("Second.")) as endpoint:
        settings.LLM_FALLBACK_API_BASE = endpoint.base_url
        settings.LLM_FALLBACK_API_KEY = "sk-second"
        settings.LLM_FALLBACK_MODEL = "other"
        settings.LLM_HEDGE_AFTER = 20.0
        yield endpoint


@pytest.fixture
def hedged(settings):
    settings.LLM_HEDGE_AFTER = 0.2


def generate(task="dialogue", **more):
    return asyncio.run(client.generate(MESSAGES, task=task, **more)).text


def stream(task="dialogue", **more):
    async def collect():
        return "".join([piece async for piece in client.stream(MESSAGES, task=task, **more)])

    return asyncio.run(collect())


both = pytest.mark.parametrize("ask", [generate, stream])


def outcomes(bill):
    return sorted(call.outcome for call in bill.calls)


# By task.


def test_a_task_may_have_a_model_of_its_own_at_the_same_endpoint(first, settings):
    settings.LLM_TASKS = {"planning": {**NOTHING, "model": "planner"}}
    for task in ("planning", "dialogue", "extraction"):
        generate(task)
    assert [each.body["model"] for each in first.requests] == ["planner", "talker", "talker"]


def test_a_task_may_have_an_endpoint_of_its_own_which_gets_no_other_key(first, settings):
    with LLMEndpoint() as own:
        chosen = {"base_url": own.base_url, "key": "", "model": "planner"}
        settings.LLM_TASKS = {"planning": chosen}
        generate("planning")
        [request] = own.requests
        assert request.body["model"] == "planner"
        assert "sk-first" not in str(request.headers)
        assert first.requests == []


def test_an_owner_may_have_a_model_for_a_task(first, settings):
    settings.LLM_ALLOWED_PRIVATE_HOSTS = [first.base_url.split("/")[2]]
    mine = Own(owner="s1", base_url=first.base_url, model="mine", api_key="sk")
    mine = replace(mine, models={"planning": "my-planner"})
    settings.LLM_TASKS = {"planning": {**NOTHING, "model": "planner"}}
    for task in ("planning", "dialogue"):
        generate(task, own=mine)
    assert [each.body["model"] for each in first.requests] == ["my-planner", "mine"]


def test_half_a_choice_is_reported(settings):
    assert checks.endpoints_have_models() == checks.profiles_are_known() == []
    settings.LLM_TASKS = {"planning": {**NOTHING, "base_url": "http://127.0.0.1:1/v1"}}
    settings.LLM_FALLBACK_API_BASE = "http://127.0.0.1:1/v1"
    settings.LLM_PROFILE = "chatgpt"
    assert len(checks.endpoints_have_models()) == 2
    assert len(checks.profiles_are_known()) == 1


# When the first does not answer.


@both
def test_while_the_first_answers_the_second_is_not_asked(first, second, ask):
    bill = Bill()
    assert ask(bill=bill) == "First."
    assert second.requests == [] and outcomes(bill) == ["ok"]


@both
@pytest.mark.parametrize("behaviour", [status(500), status(401), answer(" "), truncated("")])
def test_when_the_first_fails_the_second_answers(first, second, ask, behaviour):
    first.default = behaviour
    bill = Bill()
    assert ask(bill=bill) == "Second."
    [request] = second.requests
    assert request.body["model"] == "other"
    assert request.headers["authorization"] == "Bearer sk-second"
    assert len(bill.calls) == 2 and bill.calls[-1].outcome == "ok"


@both
def test_when_the_first_is_silent_for_a_while_the_faster_one_is_heard(first, second, ask, hedged):
    first.default = drip(10)
    bill = Bill()
    assert ask(bill=bill) == "Second."
    assert outcomes(bill) == ["ok", "outrun"]
    outrun = next(call for call in bill.calls if call.outcome == "outrun")
    assert outrun.estimated and outrun.prompt_tokens > 0
    assert len(first.requests) == len(second.requests) == 1


def test_typed_answers_have_a_second_too(first, second):
    first.default = status(500)
    second.default = answer('{"names": []}')

    class Found(BaseModel):
        names: list[str]

    found = client.decide_now(MESSAGES, output=Found, task="extraction")
    assert found.names == []


@both
def test_the_first_may_still_be_the_faster_one(first, second, ask, hedged):
    first.default = answer("First.", delay=0.6)
    second.default = drip(10)
    bill = Bill()
    assert ask(bill=bill) == "First."
    assert outcomes(bill) == ["ok", "outrun"]


@both
def test_a_long_answer_is_not_taken_for_silence(first, second, ask, settings):
    settings.LLM_HEDGE_AFTER = 2.0
    first.default = answer(pieces=["It", " takes", " its", " time."], between=0.8)
    bill = Bill()
    assert ask(bill=bill) == "It takes its time."
    assert second.requests == [] and outcomes(bill) == ["ok"]


def test_an_answer_has_what_its_own_call_took(first, second, hedged):
    first.default = drip(10)
    second.default = answer("The king lives", finish_reason="length")
    made = asyncio.run(client.generate(MESSAGES, task="dialogue"))
    assert (made.text, made.finish_reason) == ("The king lives", "length")
    assert (made.prompt_tokens, made.completion_tokens, made.estimated) == (11, 7, False)


def test_who_said_the_first_word_is_heard_to_the_end(first, second):
    """Nothing that was said is taken back, and the other's words are not mixed in."""
    first.default = answer(pieces=["One", " two", " three."], between=0.1)
    bill = Bill()
    assert stream(bill=bill) == "One two three."
    assert second.requests == [] and outcomes(bill) == ["ok"]


def test_a_stream_that_breaks_after_its_first_word_is_not_begun_anew(first, second):
    first.default = truncated("It comes from")
    heard = []

    async def collect():
        async for piece in client.stream(MESSAGES, task="dialogue"):
            heard.append(piece)

    with pytest.raises(Unavailable, match="broke off"):
        asyncio.run(collect())
    assert heard[0] == "It" and second.requests == []


@both
def test_when_both_fail_that_is_what_the_caller_hears(first, second, ask):
    first.default, second.default = status(500), status(503)
    bill = Bill()
    with pytest.raises(Unavailable, match="status 50"):
        ask(bill=bill)
    assert len(bill.calls) == 2


@both
def test_one_deadline_bounds_both(first, second, ask, hedged):
    first.default = second.default = drip(10)
    bill = Bill()
    with pytest.raises(DeadlineExceeded):
        ask(deadline=0.8, bill=bill)
    assert len(bill.calls) == 2


@both
def test_each_has_a_breaker_of_its_own(first, second, ask):
    first.default = status(401)
    for _ in range(3):
        assert ask() == "Second."
    assert (len(first.requests), len(second.requests)) == (1, 3)


def test_without_hedging_the_second_waits_for_the_first_to_fail(first, second, settings):
    settings.LLM_HEDGE_AFTER = 0.0
    first.default = answer("First.", delay=0.6)
    assert generate() == "First."
    assert second.requests == []


def test_the_second_may_be_another_model_of_the_first(first, settings):
    settings.LLM_FALLBACK_MODEL = "other"
    first.script(status(500))
    assert generate() == "First."
    assert [each.body["model"] for each in first.requests] == ["talker", "other"]


def test_a_caller_that_leaves_hangs_up_on_both(first, second, hedged):
    first.default = second.default = drip(30)
    bill = Bill()

    async def leave():
        call = asyncio.create_task(client.generate(MESSAGES, task="dialogue", bill=bill))
        while not second.requests:
            await asyncio.sleep(0.01)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)

    asyncio.run(leave())
    assert outcomes(bill) == ["hung up", "hung up"]


def test_nobody_stands_in_for_an_owners_model(first, second, settings):
    settings.LLM_ALLOWED_PRIVATE_HOSTS = [first.base_url.split("/")[2]]
    first.default = status(500)
    mine = Own(owner="s2", base_url=first.base_url, model="mine", api_key="sk")
    with pytest.raises(Unavailable):
        generate(own=mine)
    assert second.requests == []
