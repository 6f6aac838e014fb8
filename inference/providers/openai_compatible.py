"""DeepSeek, or anything else that speaks the OpenAI chat protocol."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from itertools import takewhile
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
import openai
from django.conf import settings
from openai.types.chat import ChatCompletionMessageParam

from aiworld import egress, measures
from aiworld.breaker import Breaker
from aiworld.errors import DeadlineExceeded, Invalid, Unavailable
from aiworld.loops import PerLoop
from inference.generation import Ask, CutShort, Generation, Message
from inference.providers.answers import (
    CutOff,
    StreamedAnswer,
    Unusable,
    answer,
    model_of,
    tokens_of,
)
from inference.providers.base import Endpoint
from inference.providers.entry import Entry
from inference.providers.parameters import Parameters
from inference.providers.pinned import Blocked, PinnedTransport
from inference.retry_after import retry_after

logger = logging.getLogger(__name__)

CONNECTIONS = httpx2.Limits(max_connections=200, max_keepalive_connections=50)
UNUSABLE = 60.0
"""Seconds that a provider is left alone after it rejected the key or the account."""
TALLY = 0.5
"""Seconds that an answer which is whole waits for the provider to say what it took."""
GOODBYE = 0.1
"""Seconds for [DONE], after which the connection can be used again."""
SAID = 2000
"""Characters of a refusal that are searched for the names of parameters."""
TOO_SHORT = 1.0
"""Seconds; a timeout below this says more about the caller's deadline than about the provider."""


def why(error: Exception) -> str:
    """What the guard of a customer's address said, or the kind of error."""
    for each in (error, error.__cause__):
        if isinstance(each, Blocked):
            return str(each)
    return error.message if isinstance(error, Invalid) else f"could not be asked ({_name(error)})"


def _name(error: Exception) -> str:
    return type(error).__name__


class OpenAICompatible:
    def __init__(self, endpoint: Endpoint, breaker: Breaker | None = None) -> None:
        self.name = urlsplit(endpoint.base_url).hostname or "llm"
        self._endpoint = endpoint
        self._parameters: dict[str, Parameters] = {}
        """Of each model: behind one address they understand different ones."""
        self._breaker = breaker or Breaker(
            f"the LLM at {self.name}",
            failures=5,
            seconds=5.0,
            refused=measures.turned_away.labels("owners llm" if endpoint.owner else "llm").inc,
        )
        self._clients = PerLoop(self._client, openai.AsyncOpenAI.close)

    async def generate(self, ask: Ask) -> Generation:
        self._breaker.check()
        ends_at = self._ends_at(ask.deadline)
        with Entry(ask, self.name, ask.model or self._endpoint.model) as entry:
            async with self._asking(ask, entry, ends_at):
                reply = await self._create(ask, entry, stream=False)
                entry.tokens, entry.model = tokens_of(reply), model_of(reply, entry.model)
                found = answer(reply, entry.model)
                entry.raw = found.text
            self._breaker.succeeded()
        call = entry.call
        return Generation(
            text=found.text,
            provider=self.name,
            model=found.model,
            prompt_tokens=call.prompt_tokens,
            completion_tokens=call.completion_tokens,
            cached_tokens=call.cached_tokens,
            estimated=call.estimated,
            finish_reason=found.finish_reason,
            seconds=call.seconds,
        )

    async def stream(self, ask: Ask) -> AsyncGenerator[str, None]:
        """What was given out stays: an answer that is cut off or breaks off raises after it."""
        self._breaker.check()
        ends_at = self._ends_at(ask.deadline)
        with Entry(ask, self.name, ask.model or self._endpoint.model) as entry:
            async with self._asking(ask, entry, ends_at):
                chunks = await self._create(ask, entry, stream=True)
            try:
                async with aclosing(self._pieces(chunks, ask, entry, ends_at)) as pieces:
                    async for piece in pieces:
                        entry.said = True
                        yield piece
            finally:
                await _hang_up(chunks)
            self._breaker.succeeded()

    async def _pieces(
        self, chunks: Any, ask: Ask, entry: Entry, ends_at: float
    ) -> AsyncGenerator[str, None]:
        heard = StreamedAnswer(entry.model)
        while not heard.ended:
            # Not one timeout around the loop: it would also cut off whoever takes the pieces.
            async with self._asking(ask, entry, ends_at, late=heard.finished):
                piece = heard.feed(await self._chunk(chunks, heard, ends_at))
                entry.raw, entry.tokens, entry.model = heard.raw, heard.tokens, heard.model
            if piece:
                yield piece
        async with self._asking(ask, entry, ends_at, late=True):
            heard.check_length()

    async def _chunk(self, chunks: Any, heard: StreamedAnswer, ends_at: float) -> Any:
        """The next one; None at the end. After the last word they have little time."""
        if not heard.finished:
            return await anext(chunks, None)
        longest = TALLY if heard.tokens is None else GOODBYE
        left = ends_at - asyncio.get_running_loop().time()
        try:
            return await asyncio.wait_for(anext(chunks, None), min(longest, max(left, 0.0)))
        except (TimeoutError, openai.OpenAIError, httpx2.HTTPError, OSError, ValueError):
            return None

    def close(self) -> None:
        """It is asked no more."""
        self._clients.close()

    def _client(self) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(
            base_url=self._endpoint.base_url,
            api_key=self._endpoint.api_key or "none",
            max_retries=0,
            http_client=self._http(),
        )

    def _http(self) -> httpx2.AsyncClient:
        if not self._endpoint.owner:
            return openai.DefaultAsyncHttpxClient(limits=CONNECTIONS, follow_redirects=False)
        target = egress.target(
            self._endpoint.base_url, private_hosts=settings.LLM_ALLOWED_PRIVATE_HOSTS
        )
        return openai.DefaultAsyncHttpxClient(
            transport=PinnedTransport(target), trust_env=False, follow_redirects=False
        )

    async def _create(self, ask: Ask, entry: Entry, *, stream: bool) -> Any:
        """Asks, and if a parameter is refused that can be done without, once more without it."""
        known = self._parameters.setdefault(ask.model, Parameters(self._endpoint))
        parameters = known.of(ask, stream=stream)
        entry.sent = True
        try:
            return await self._send(ask, parameters, stream=stream)
        except openai.APIStatusError as error:
            said = error.response.text[:SAID]
            shorter = known.without(parameters, error.status_code, said)
            if shorter is None:
                raise
        try:
            reply = await self._send(ask, shorter, stream=stream)
        except openai.APIStatusError:
            known.did_not_help()
            raise
        logger.info("the LLM at %s is asked without %s", self.name, _names(parameters, shorter))
        known.helped(parameters, shorter)
        return reply

    async def _send(self, ask: Ask, parameters: dict[str, Any], *, stream: bool) -> Any:
        return await self._clients.get().chat.completions.create(
            messages=cast(list[ChatCompletionMessageParam], self._chat(ask)),
            model=ask.model or self._endpoint.model,
            stream=stream,
            extra_body=parameters,
        )

    def _chat(self, ask: Ask) -> list[Message]:
        merge = self._endpoint.profile.one_system_message
        return merged(ask.messages) if merge else list(ask.messages)

    def _ends_at(self, deadline: float | None) -> float:
        seconds = self._endpoint.timeout if deadline is None else deadline
        return asyncio.get_running_loop().time() + seconds

    @asynccontextmanager
    async def _asking(
        self, ask: Ask, entry: Entry, ends_at: float, *, late: bool = False
    ) -> AsyncIterator[None]:
        """One total deadline, since bytes that drip restart every timeout of the HTTP client; and
        every way to fail becomes Unavailable, without a word of what the endpoint sent."""
        try:
            if not late and asyncio.get_running_loop().time() >= ends_at:
                raise TimeoutError
            async with asyncio.timeout_at(None if late else ends_at):
                yield
        except (TimeoutError, openai.APITimeoutError):
            if ask.deadline is None or ask.deadline >= TOO_SHORT:
                self._breaker.failed()
            raise self._failed(ask, "did not answer in time", DeadlineExceeded) from None
        except openai.APIStatusError as error:
            entry.refused = True
            raise self._refused(ask, error) from None
        except CutOff as error:
            self._breaker.succeeded()
            raise self._failed(ask, str(error), CutShort) from None
        except Unusable as error:
            self._breaker.failed()
            raise self._failed(ask, str(error)) from None
        except (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError, Invalid) as error:
            self._breaker.failed()
            entry.refused = isinstance(error.__cause__, httpx2.ConnectError)
            raise self._failed(ask, why(error)) from None

    def _refused(self, ask: Ask, error: openai.APIStatusError) -> Unavailable:
        status, wait = error.status_code, 1.0
        if status in (401, 402, 403):
            wait = UNUSABLE
            self._breaker.open_for(wait, f"rejected the API key or the account ({status})")
        elif status == 429:
            wait = retry_after(error.response.headers, otherwise=1.0)
            self._breaker.open_for(wait, "asked to be left alone for a while (429)")
        elif status >= 500:
            wait = retry_after(error.response.headers, otherwise=1.0)
            self._breaker.failed()
        else:
            # It answers; this request was at fault.
            self._breaker.succeeded()
        return self._failed(ask, f"refused with HTTP status {status}", wait=wait)

    def _failed(
        self, ask: Ask, what: str, kind: type[Unavailable] = Unavailable, wait: float = 1.0
    ) -> Unavailable:
        logger.warning("the LLM at %s %s (task %s)", self.name, what, ask.task)
        return kind(f"the LLM at {self.name} {what}", retry_after=wait)


async def _hang_up(chunks: Any) -> None:
    """`chunks.close()` ends the connection alone. The SDK's generators, which hold on to the stream
    and it to them, would be left to whichever thread collects garbage next, while the loop of this
    one closes them: "async generator already executing"."""
    await chunks.close()
    await chunks._iterator.aclose()


def merged(messages: Sequence[Message]) -> list[Message]:
    """With the system messages at the beginning as one."""
    system = list(takewhile(lambda each: each["role"] == "system", messages))
    if len(system) < 2:
        return list(messages)
    content = "\n\n".join(each["content"] for each in system)
    return [{"role": "system", "content": content}, *messages[len(system) :]]


def _names(sent: dict[str, Any], taken: dict[str, Any]) -> str:
    return ", ".join(sorted(set(sent) - set(taken)))
