"""Typed answers, against a fake endpoint."""

from __future__ import annotations

import asyncio
import json

import pytest
from pydantic import BaseModel, Field

from aiworld.errors import DeadlineExceeded, Unavailable
from inference import client
from inference.generation import Bill
from tests.llm_endpoint import answer, refusing, status

MESSAGES = [
    {"role": "system", "content": "Find what the player tells of others."},
    {"role": "user", "content": "My sister Mira is ill."},
]


class Found(BaseModel):
    names: list[str] = Field(max_length=3)
    mood: str


RIGHT = '{"names": ["Mira"], "mood": "sad"}'


@pytest.fixture(autouse=True)
def endpoint(settings, llm):
    settings.DEEPSEEK_API_BASE = llm.base_url
    settings.DEEPSEEK_API_KEY = "sk"
    settings.LLM_PROFILE = "openai"
    settings.LLM_TASK_TIMEOUT = 5.0


def decide(messages=MESSAGES, task="extraction", **more):
    return asyncio.run(client.decide(messages, output=Found, task=task, **more))


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        f"```json\n{RIGHT}\n```",
        f"<think>Mira is a {{name}}.</think>{RIGHT}",
        '{"mood": "sad", "names": ["Mira"], "more": 1}',
    ],
)
def test_the_answer_is_an_object_of_the_form_asked_for(llm, text):
    llm.script(answer(text))
    assert decide() == Found(names=["Mira"], mood="sad")
    assert len(llm.requests) == 1


def test_the_model_is_told_the_form_behind_the_rules_and_before_the_question(llm):
    llm.script(answer(RIGHT))
    decide()
    [request] = llm.requests
    system, user = request.body["messages"]
    assert system["content"].startswith(MESSAGES[0]["content"])
    assert '"names"' in system["content"] and user == MESSAGES[1]
    form = request.body["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["schema"] == Found.model_json_schema()


def test_without_rules_the_form_comes_first(llm):
    llm.script(answer(RIGHT))
    decide(MESSAGES[1:])
    assert [each["role"] for each in llm.requests[0].body["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    "text", ["Mira!", '{"names": ["Mira"', '{"names": 7, "mood": "sad"}', '{"names": []}', "[]"]
)
def test_an_answer_that_does_not_fit_is_sent_back_once_with_what_is_wrong(llm, text):
    llm.script(answer(text), answer(RIGHT))
    bill = Bill()
    assert decide(bill=bill).names == ["Mira"]
    first, second = (request.body["messages"] for request in llm.requests)
    assert second[:2] == first
    assert second[2] == {"role": "assistant", "content": text}
    assert second[3]["role"] == "user" and len(second) == 4
    assert [(call.outcome, call.prompt_tokens) for call in bill.calls] == [("ok", 11)] * 2


def test_a_second_answer_that_does_not_fit_is_the_last(llm):
    llm.default = answer("I cannot.")
    bill = Bill()
    with pytest.raises(Unavailable, match="form"):
        decide(bill=bill)
    assert len(llm.requests) == len(bill.calls) == 2


@pytest.mark.parametrize("behaviour", [status(500), status(401), answer(" ")])
def test_whatever_goes_wrong_on_the_way_is_what_it_is_for_every_call(llm, behaviour):
    llm.default = behaviour
    with pytest.raises(Unavailable, match="the LLM at 127.0.0.1"):
        decide()
    assert len(llm.requests) == 1


def test_the_repair_has_what_is_left_of_the_deadline(llm):
    llm.script(answer("no", delay=0.3), answer(RIGHT, delay=5))
    with pytest.raises(DeadlineExceeded):
        decide(deadline=0.8)
    assert len(llm.requests) == 2


def test_a_repeated_failure_opens_the_breaker_that_talks_have(llm):
    llm.default = status(500)
    for _ in range(5):
        with pytest.raises(Unavailable):
            decide()
    with pytest.raises(Unavailable, match="does not answer"):
        asyncio.run(client.generate(MESSAGES, task="dialogue"))
    assert len(llm.requests) == 5


def test_an_endpoint_that_knows_no_schema_is_told_the_form_in_words_alone(llm):
    llm.default = refusing("response_format")

    async def behave(exchange):
        refused = "response_format" in exchange.request.body
        await (refusing("response_format") if refused else answer(RIGHT))(exchange)

    llm.default = behave
    assert decide() == decide() == Found(names=["Mira"], mood="sad")
    assert ["response_format" in each.body for each in llm.requests] == [True, False, False]


def test_deepseek_is_asked_for_an_object_and_the_prompt_speaks_of_json(llm, settings):
    settings.LLM_PROFILE = "deepseek"
    llm.script(answer(RIGHT))
    decide()
    body = llm.requests[0].body
    assert body["response_format"] == {"type": "json_object"}
    assert "JSON" in body["messages"][0]["content"]


def test_a_task_has_limits_of_its_own(llm, settings):
    settings.DEEPSEEK_MAX_TOKENS, settings.DEEPSEEK_TEMPERATURE = 99, 0.8
    llm.default = answer(RIGHT)
    decide()
    decide(task="dialogue")
    limits = [(each.body["max_tokens"], each.body["temperature"]) for each in llm.requests]
    assert limits == [(600, 0.0), (99, 0.8)]


def test_the_synchronous_twin(llm):
    llm.script(answer(RIGHT))
    found = client.decide_now(MESSAGES, output=Found, task="extraction")
    assert json.loads(found.model_dump_json())["mood"] == "sad"


def test_an_answer_that_no_database_stores_is_none(llm):
    llm.default = answer('{"names": [], "mood": "sad\\u0000"}')
    with pytest.raises(Unavailable, match="stores"):
        decide()
