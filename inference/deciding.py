"""Typed answers of an LLM. pydantic-ai tells the model the form, reads what comes and asks once
more if it does not fit (docs/decisions, "Typed answers by pydantic-ai"). Whom it asks, and for how
long, is said by the `Ask`: its model here is a function that asks our provider."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel
from pydantic_ai import Agent, PromptedOutput
from pydantic_ai.exceptions import AgentRunError, UserError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from aiworld.errors import Unavailable
from inference.generation import Ask, Message
from inference.providers.base import Provider

M = TypeVar("M", bound=BaseModel)
REPAIRS = 1
"""How often a model is told what is wrong with its answer."""


async def decide(provider: Provider, ask: Ask, output: type[M]) -> M:
    """Within the deadline of `ask`, repair included. Raises Unavailable, DeadlineExceeded."""
    clock = asyncio.get_running_loop().time
    ends_at = None if ask.deadline is None else clock() + ask.deadline
    schema = output.model_json_schema()

    async def answer(said: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        chat = [*with_form(ask.messages, info.instructions or ""), *_repair(said)]
        left = None if ends_at is None else ends_at - clock()
        made = await provider.generate(replace(ask, messages=chat, deadline=left, schema=schema))
        return ModelResponse(parts=[TextPart(made.text)])

    try:
        # The prompt is in `ask`; what pydantic-ai adds to it follows from the second message on.
        run = await _agent(output).run("", model=FunctionModel(answer, model_name="ours"))
    except (AgentRunError, UserError):
        raise Unavailable("the LLM did not answer in the form it was asked for") from None
    found: M = run.output
    if "\\u0000" in found.model_dump_json().replace("\\\\", ""):
        raise Unavailable("the LLM's answer holds what no database stores")
    return found


def with_form(messages: Sequence[Message], form: str) -> list[Message]:
    """The form is the same for every question of a kind, so it stands with the rules, in front.
    Some chat formats know one system message only."""
    first, rest = messages[0], messages[1:]
    if first["role"] != "system":
        return [{"role": "system", "content": form}, *messages]
    return [{"role": "system", "content": f"{first['content']}\n\n{form}"}, *rest]


@cache
def _agent(output: type[BaseModel]) -> Agent[None, Any]:
    return Agent(output_type=PromptedOutput(output), retries=REPAIRS)


def _repair(said: Sequence[ModelMessage]) -> list[Message]:
    """The answer that did not fit, and what is wrong with it."""
    chat: list[Message] = []
    for message in said[1:]:
        text = "\n".join(str(getattr(part, "content", "")) for part in message.parts)
        if message.kind == "response":
            chat.append({"role": "assistant", "content": text})
        else:
            chat.append({"role": "user", "content": text})
    return chat
