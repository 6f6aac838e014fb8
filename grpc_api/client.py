"""A small client of our own door: for `manage.py talk`, benchmarks and tests."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2, dialogue_pb2_grpc


@dataclass(frozen=True)
class Trust:
    """PEM files: whom the client believes, and what it shows in mutual TLS."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None


def channel(address: str, trust: Trust | None = None) -> grpc.Channel:
    """Without TLS where nobody is to be trusted. Raises OSError."""
    if trust is None:
        return grpc.insecure_channel(address)
    credentials = grpc.ssl_channel_credentials(
        root_certificates=trust.ca.read_bytes(),
        private_key=trust.key.read_bytes() if trust.key else None,
        certificate_chain=trust.certificate.read_bytes() if trust.certificate else None,
    )
    return grpc.secure_channel(address, credentials)


class Talker:
    """One character talking with one NPC over the real gRPC call."""

    def __init__(
        self,
        address: str,
        api_key: str,
        *,
        npc: str,
        name: str,
        char_id: int,
        trust: Trust | None = None,
    ) -> None:
        self._channel = channel(address, trust)
        self._stub = dialogue_pb2_grpc.DialogueStub(self._channel)
        self._metadata = (("x-api-key", api_key),)
        self._npc = npc
        self._player = common_pb2.Player(char_id=char_id, name=name)

    def say(self, text: str, *, timeout: float = 10.0) -> dict[str, Any]:
        """What the NPC answers, as plain data. Raises grpc.RpcError."""
        request = dialogue_pb2.TalkRequest(
            request_id=str(uuid.uuid4()), npc=self._npc, player=self._player, text=text
        )
        began = time.perf_counter()
        reply = self._stub.Talk(request, timeout=timeout, metadata=self._metadata)
        return described(reply, latency_ms=(time.perf_counter() - began) * 1000)

    def close(self) -> None:
        self._channel.close()


def described(reply: dialogue_pb2.TalkReply, *, latency_ms: float) -> dict[str, Any]:
    return {
        "text": reply.text,
        "pages": [list(page.lines) for page in reply.pages],
        "emotion": common_pb2.Emotion.Name(reply.emotion).removeprefix("EMOTION_").lower(),
        "trust": round(reply.trust, 2),
        "trust_change": round(reply.trust_change, 2),
        "source": common_pb2.Source.Name(reply.source).removeprefix("SOURCE_").lower(),
        "recalled": [
            {
                "text": memory.text,
                "happened_at": memory.happened_at.ToDatetime().isoformat() + "Z",
                "speaker": common_pb2.Speaker.Name(memory.speaker).removeprefix("SPEAKER_").lower(),
                "subject": memory.subject,
                "score": round(memory.score, 3),
            }
            for memory in reply.recalled
        ],
        "latency_ms": round(latency_ms, 1),
        "language": reply.language,
        "intent": reply.intent,
        "conversation_id": reply.conversation_id,
        "turn_id": reply.turn_id,
    }
