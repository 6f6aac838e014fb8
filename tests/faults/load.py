"""Calls at a steady rate from several map-servers, which remember what was acknowledged: the one
client of all fault tests, of `make faults` and of `make soak`.

It behaves as the map-server's library does: one deadline for all attempts of a call, one retry of
what was UNAVAILABLE, a backoff of half a second to two, pings on idle connections."""

from __future__ import annotations

import itertools
import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

import grpc

from grpc_api.pb.aiworld.v1 import (
    common_pb2,
    dialogue_pb2,
    dialogue_pb2_grpc,
    quests_pb2,
    quests_pb2_grpc,
)

NPC = "prontera/Brannoc#town"
QUESTION = "Where do you buy your iron?"
RETRY = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 2,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.1s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
OPTIONS = [
    ("grpc.service_config", json.dumps(RETRY)),
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 2000),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.use_local_subchannel_pool", 1),
]
IN_A_ROW = 10
"""Calls in a row that are answered: then it has recovered."""


@dataclass(frozen=True)
class GameServer:
    schema: str
    api_key: str
    word: str
    """Stands in what its NPC answers, and in no other server's."""
    chars: int
    """Ids of its players begin here."""
    quests: tuple[tuple[int, int], ...] = ()
    """Quests that are ready to be completed, and whose they are."""


@dataclass
class Call:
    kind: str
    began: float
    took: float
    code: str
    details: str = ""


@dataclass
class Acknowledged:
    """What this server's map-server was told is done."""

    turns: set[str] = field(default_factory=set)
    memories: set[int] = field(default_factory=set)
    grants: set[int] = field(default_factory=set)


def _channel(address: str, authority: bytes) -> grpc.Channel:
    if not authority:
        return grpc.insecure_channel(address, options=OPTIONS)
    # Nothing is tried again here: what is in front of the replicas does.
    options = [*OPTIONS[1:], ("grpc.enable_retries", 0)]
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(authority), options=options)


class Load:
    def __init__(
        self,
        address: str,
        servers: list[GameServer],
        *,
        rate: float = 20,
        deadline: float = 1.0,
        authority: bytes = b"",
    ) -> None:
        """`authority`: PEM of whom to trust with TLS; empty: without TLS."""
        self._servers, self._pause, self._deadline = servers, 1 / rate, deadline
        # A connection each, as map-servers have; several, so that every process gets some.
        self._channels = [[_channel(address, authority) for _ in range(3)] for _ in servers]
        self._quests = [iter(each.quests) for each in servers]
        self._lock, self._over = threading.Lock(), threading.Event()
        self._open = 0
        self.calls: list[Call] = []
        self.acknowledged = [Acknowledged() for _ in servers]
        self.foreign = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        ends = time.monotonic() + self._deadline + 5
        while self._open and time.monotonic() < ends:
            time.sleep(0.02)
        for channel in itertools.chain(*self._channels):
            channel.close()

    def _run(self) -> None:
        began = time.monotonic()
        for number in itertools.count():
            if self._over.wait(max(began + number * self._pause - time.monotonic(), 0)):
                return
            self._call(number)

    def _call(self, number: int) -> None:
        at = number % len(self._servers)
        server, channel = self._servers[at], self._channels[at][number // 2 % 3]
        turn = number // len(self._servers)
        player = common_pb2.Player(char_id=server.chars + turn % 500, name=f"Guest {turn % 500}")
        quest = next(self._quests[at], None) if turn % 10 == 9 else None
        if quest:
            asked = quests_pb2.CompleteQuestRequest(quest_id=quest[0])
            asked.player.char_id, asked.player.name = quest[1], "Hunter"
            self._send(at, "grant", quests_pb2_grpc.QuestsStub(channel).CompleteQuest, asked, "")
            return
        stub, ident = dialogue_pb2_grpc.DialogueStub(channel), uuid.uuid4().hex
        common = {"npc": NPC, "player": player, "request_id": ident}
        if turn % 5 == 4:
            said = dialogue_pb2.RememberRequest(text=f"I saw a {ident[:6]} bird.", **common)
            self._send(at, "memory", stub.Remember, said, ident)
        else:
            said = dialogue_pb2.TalkRequest(text=QUESTION, **common)
            self._send(at, "turn", stub.Talk, said, ident)

    def _send(self, at, kind, method, request, ident) -> None:
        began = time.monotonic()
        with self._lock:
            self._open += 1
        metadata = (("x-api-key", self._servers[at].api_key),)
        future = method.future(request, timeout=self._deadline, metadata=metadata)
        future.add_done_callback(lambda done: self._ended(at, kind, ident, began, done))

    def _ended(self, at, kind, ident, began, done) -> None:
        took, code = time.monotonic() - began, done.code().name
        with self._lock:
            self._open -= 1
            details = "" if code == "OK" else str(done.details())[:100]
            self.calls.append(Call(kind, began, took, code, details))
            if code != "OK":
                return
            reply, mine = done.result(), self.acknowledged[at]
            if kind == "turn":
                mine.turns.add(ident)
                words = [each.word for each in self._servers if each is not self._servers[at]]
                self.foreign += any(word in reply.text for word in words)
            elif kind == "memory":
                mine.memories.add(reply.memory_id)
            elif reply.HasField("grant"):
                mine.grants.add(reply.grant.id)

    def failures(self, since: float = 0.0, until: float = float("inf")) -> Counter[str]:
        """Codes and words of the calls that began between these moments and were not answered."""
        chosen = [each for each in self._taken() if since <= each.began < until]
        failed = [each for each in chosen if each.code != "OK"]
        return Counter(f"{each.code}: {each.details}" for each in failed)

    def p99(self, since: float, until: float) -> float | None:
        """Of all calls that began then, answered or not, in milliseconds."""
        times = sorted(each.took for each in self._taken() if since <= each.began < until)
        return 1000 * times[int(0.99 * (len(times) - 1))] if times else None

    def recovered(self, since: float) -> float | None:
        """Seconds until the first of IN_A_ROW calls in a row that were answered; None: not yet."""
        good = 0
        for each in sorted(self._taken(), key=lambda call: call.began):
            if each.began < since:
                continue
            good = good + 1 if each.code == "OK" else 0
            if good == 1:
                first = each.began
            if good == IN_A_ROW:
                return first - since
        return None

    def answered(self) -> int:
        return sum(each.code == "OK" for each in self._taken())

    def _taken(self) -> list[Call]:
        with self._lock:
            return list(self.calls)
