from __future__ import annotations

import pytest

from tests.grpc_api.calls import request
from tests.llm_endpoint import LLMEndpoint


@pytest.fixture
def llm(settings):
    """A language model at the network edge; every test has one of its own."""
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk-a-very-secret-key"
        settings.DEEPSEEK_TIMEOUT = 4.0
        yield endpoint


@pytest.fixture
def talk(stubs, metadata, npc):
    def talk(text, player, *, timeout=5.0, **fields):
        said = request(text, player, **fields)
        return stubs.dialogue.Talk(said, metadata=metadata, timeout=timeout)

    return talk


@pytest.fixture
def stream(stubs, metadata, npc):
    """The sentences, and the whole reply."""

    def stream(text, player, *, timeout=5.0, **fields):
        said = request(text, player, **fields)
        sent = stubs.dialogue.StreamTalk(said, metadata=metadata, timeout=timeout)
        parts = [part for part in sent if part.WhichOneof("part") != "filler"]
        assert [part.WhichOneof("part") for part in parts[:-1]] == ["sentence"] * (len(parts) - 1)
        return [part.sentence for part in parts[:-1]], parts[-1].reply

    return stream
