"""DeepSeek, or anything else that speaks the OpenAI chat protocol."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
import openai
from django.conf import settings
from openai.types.chat import ChatCompletionMessageParam

from aiworld import egress
from aiworld.breaker import Breaker
from aiworld.errors import DeadlineExceeded, Invalid, Unavailable
from aiworld.loops import PerLoop
from inference.generation import Generation, Message
from inference.providers.answers import StreamedAnswer, Unusable, generation
from inference.providers.base import Endpoint
from inference.providers.pinned import Blocked, PinnedTransport
from inference.providers.retry_after import retry_after

logger = logging.getLogger(__name__)

CONNECTIONS = httpx2.Limits(max_connections=200, max_keepalive_connections=50)
UNUSABLE = 60.0
"""Seconds that a provider is left alone after it rejected the key or the account."""
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
        self._breaker = breaker or Breaker(f"the LLM at {self.name}", failures=5, seconds=5.0)
        self._clients = PerLoop(self._client, openai.AsyncOpenAI.close)

    async def generate(
        self, messages: Sequence[Message], *, task: str, deadline: float | None
    ) -> Generation:
        self._breaker.check()
        started = time.monotonic()
        async with self._asking(task, self._ends_at(deadline), deadline):
            reply = await self._create(messages, stream=False)
            seconds = time.monotonic() - started
            answer = generation(
                reply, provider=self.name, model=self._endpoint.model, seconds=seconds
            )
        self._breaker.succeeded()
        return answer

    async def stream(
        self, messages: Sequence[Message], *, task: str, deadline: float | None
    ) -> AsyncGenerator[str, None]:
        self._breaker.check()
        ends_at = self._ends_at(deadline)
        async with self._asking(task, ends_at, deadline):
            chunks = await self._create(messages, stream=True)
        answer = StreamedAnswer()
        try:
            while not answer.ended:
                # Not one timeout around the loop: it would also cut off whoever takes the pieces.
                async with self._asking(task, ends_at, deadline):
                    piece = answer.feed(await anext(chunks, None))
                if piece:
                    yield piece
        finally:
            await chunks.close()
        self._breaker.succeeded()

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

    async def _create(self, messages: Sequence[Message], *, stream: bool) -> Any:
        endpoint = self._endpoint
        return await self._clients.get().chat.completions.create(
            messages=cast(list[ChatCompletionMessageParam], list(messages)),
            model=endpoint.model,
            max_tokens=endpoint.max_tokens,
            temperature=endpoint.temperature,
            stream=stream,
        )

    def _ends_at(self, deadline: float | None) -> float:
        longest = self._endpoint.timeout
        seconds = longest if deadline is None else min(deadline, longest)
        return asyncio.get_running_loop().time() + seconds

    @asynccontextmanager
    async def _asking(
        self, task: str, ends_at: float, deadline: float | None
    ) -> AsyncIterator[None]:
        """One total deadline, since bytes that drip restart every timeout of the HTTP client; and
        every way to fail becomes Unavailable, without a word of what the endpoint sent."""
        try:
            if asyncio.get_running_loop().time() >= ends_at:
                raise TimeoutError
            async with asyncio.timeout_at(ends_at):
                yield
        except (TimeoutError, openai.APITimeoutError):
            if deadline is None or deadline >= TOO_SHORT:
                self._breaker.failed()
            raise self._failed(task, "did not answer in time", DeadlineExceeded, 1.0) from None
        except openai.APIStatusError as error:
            raise self._refused(task, error) from None
        except Unusable as error:
            self._breaker.failed()
            raise self._failed(task, str(error)) from None
        except (openai.OpenAIError, httpx2.HTTPError, OSError, ValueError, Invalid) as error:
            self._breaker.failed()
            raise self._failed(task, why(error)) from None

    def _refused(self, task: str, error: openai.APIStatusError) -> Unavailable:
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
        return self._failed(task, f"refused with HTTP status {status}", wait=wait)

    def _failed(
        self, task: str, what: str, kind: type[Unavailable] = Unavailable, wait: float = 1.0
    ) -> Unavailable:
        logger.warning("the LLM at %s %s (task %s)", self.name, what, task)
        return kind(f"the LLM at {self.name} {what}", retry_after=wait)
