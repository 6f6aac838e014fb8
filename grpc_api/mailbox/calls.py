"""A row becomes a call of aiworld.v1, and its reply an answer for the script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from grpc_api.mailbox import logs, quests
from grpc_api.mailbox.asks import Answer, Ask, written
from grpc_api.mailbox.config import Platform, World
from grpc_api.mailbox.events import Event
from grpc_api.mailbox.events import request as event_request
from grpc_api.pb.aiworld.v1 import (
    common_pb2,
    dialogue_pb2,
    dialogue_pb2_grpc,
    npcs_pb2,
    npcs_pb2_grpc,
    quests_pb2,
    quests_pb2_grpc,
    server_pb2,
    server_pb2_grpc,
    world_pb2,
    world_pb2_grpc,
)

PROTOCOL_VERSION = 1
MARGIN = 0.5
"""Seconds of the script's patience that are kept for the way back."""
LONGEST = 30.0
"""Seconds of a call."""
LISTEN = 300
"""Seconds."""
MOST_RECALLED = 20
FOR_SURE = {
    grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.ABORTED,
    grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INVALID_ARGUMENT,
}  # fmt: skip
"""Refusals after which nothing can have happened."""


Future = Any
"""A call of gRPC under way; its types know no name for it."""


class Malformed(Exception):
    """No call can be made of the row; the reason is for the log."""


def channel(platform: Platform) -> grpc.Channel:
    options = [("grpc.keepalive_time_ms", 30_000), ("grpc.max_reconnect_backoff_ms", 2_000)]
    if not platform.tls:
        return grpc.insecure_channel(platform.endpoint, options)
    credentials = grpc.ssl_channel_credentials(
        root_certificates=platform.ca_cert.read_bytes() if platform.ca_cert else None,
        private_key=platform.client_key.read_bytes() if platform.client_key else None,
        certificate_chain=platform.client_cert.read_bytes() if platform.client_cert else None,
    )
    return grpc.secure_channel(platform.endpoint, credentials, options)


class Calls:
    """Calls with one game server's key."""

    def __init__(self, channel: grpc.Channel, world: World) -> None:
        self.code_page = "cp1252"
        self._world = world
        self._metadata = (("x-api-key", world.api_key),)
        self._dialogue = dialogue_pb2_grpc.DialogueStub(channel)
        self._npcs = npcs_pb2_grpc.NpcsStub(channel)
        self._quests = quests_pb2_grpc.QuestsStub(channel)
        self._reported = world_pb2_grpc.WorldStub(channel)
        self._server = server_pb2_grpc.ServerStub(channel)

    def greet(self) -> Future:
        request = server_pb2.HandshakeRequest(
            protocol_version=PROTOCOL_VERSION,
            game_server_id=self._world.game_server_id,
            client="ai_world tier 0 bridge",
        )
        return self._server.Handshake.future(request, timeout=5.0, metadata=self._metadata)

    def start(self, ask: Ask) -> Future:
        """Raises Malformed."""
        begin = {
            "talk": self._talk,
            "remember": self._remember,
            "recall": self._recall,
            "decide": self._decide,
            "optout": self._opt_out,
            "call": self._quest,
        }.get(ask.kind)
        if begin is None:
            raise Malformed(f"unknown kind {ask.kind[:12]!r}")
        if ask.char_id <= 0 and ask.kind != "decide":
            raise Malformed("no player")
        patience = ask.microseconds_left / 1e6 - MARGIN
        if patience <= 0:
            raise Malformed("too late")
        return begin(ask, min(patience, LONGEST))

    def _talk(self, ask: Ask, seconds: float) -> Future:
        request = dialogue_pb2.TalkRequest(
            request_id=ask.request_id,
            npc=self._key(ask),
            player=_player(ask),
            raw_text=ask.body,
            base_level=ask.base_level,
        )
        return self._dialogue.Talk.future(request, timeout=seconds, metadata=self._metadata)

    def _remember(self, ask: Ask, seconds: float) -> Future:
        request = dialogue_pb2.RememberRequest(
            request_id=ask.request_id,
            npc=self._key(ask),
            player=_player(ask),
            raw_text=ask.body,
            importance=ask.number if 0 <= ask.number <= 10 else None,
        )
        return self._dialogue.Remember.future(request, timeout=seconds, metadata=self._metadata)

    def _recall(self, ask: Ask, seconds: float) -> Future:
        request = dialogue_pb2.RecallRequest(
            npc=self._key(ask),
            player=_player(ask),
            raw_query=ask.body,
            limit=min(max(ask.number, 1), MOST_RECALLED),
        )
        return self._dialogue.Recall.future(request, timeout=seconds, metadata=self._metadata)

    def _decide(self, ask: Ask, seconds: float) -> Future:
        """Its first line is the situation, each further one an option."""
        situation, *options = ask.body.split(b"\n")
        request = dialogue_pb2.DecideRequest(
            request_id=ask.request_id,
            npc=self._key(ask),
            player=_player(ask) if ask.char_id > 0 else None,
            raw_situation=situation,
            options=[dialogue_pb2.Option(raw_text=one) for one in options],
            ask_model=bool(ask.number),
        )
        return self._dialogue.Decide.future(request, timeout=seconds, metadata=self._metadata)

    def _opt_out(self, ask: Ask, seconds: float) -> Future:
        request = dialogue_pb2.OptOutRequest(player=_player(ask), opted_out=bool(ask.number))
        return self._dialogue.OptOut.future(request, timeout=seconds, metadata=self._metadata)

    def _quest(self, ask: Ask, seconds: float) -> Future:
        try:
            name, request = quests.request(ask, npc=self._key(ask), player=_player(ask))
        except quests.Wrong as error:
            raise Malformed(str(error)) from None
        method = getattr(self._quests, name)
        return method.future(request, timeout=seconds, metadata=self._metadata)

    def introduce(self, ask: Ask) -> Future:
        """Make the NPC known that asks, where it stands."""
        place, _, unique = self._key(ask).partition("/")
        seen = npcs_pb2.NpcSeen(map=place, unique_name=unique, x=ask.npc_x, y=ask.npc_y)
        request = npcs_pb2.SyncNpcsRequest(npcs=[seen])
        return self._npcs.SyncNpcs.future(request, timeout=5.0, metadata=self._metadata)

    def report(self, events: Sequence[Event]) -> Future:
        request = event_request(events, self.code_page)
        return self._reported.ReportEvents.future(request, timeout=30.0, metadata=self._metadata)

    def report_logs(self, events: Sequence[world_pb2.GameEvent]) -> Future:
        request = logs.request(events)
        return self._reported.ReportEvents.future(request, timeout=30.0, metadata=self._metadata)

    def listen(self, cursor: str) -> Future:
        """What happens in the world from there on, as it happens; ends by itself in a while."""
        request = world_pb2.StreamWorldEventsRequest(
            cursor=cursor, max_seconds=LISTEN, acts=world_pb2.Acts(kinds=self._world.world)
        )
        return self._reported.StreamWorldEvents(
            request, timeout=LISTEN + 30.0, metadata=self._metadata
        )

    def _key(self, ask: Ask) -> str:
        return ask.npc.decode(self.code_page, errors="replace")

    def answer(self, reply: Message) -> Answer:
        if isinstance(reply, dialogue_pb2.TalkReply):
            pages = tuple(tuple(page.raw_lines) for page in reply.pages)
            return Answer(pages=pages, choice=int(reply.intent == "farewell"))
        if isinstance(reply, dialogue_pb2.DecideReply):
            return Answer(choice=reply.chosen + 1)
        if isinstance(reply, dialogue_pb2.RecallReply):
            return Answer(
                pages=(tuple(written(one.text, self.code_page) for one in reply.memories),)
            )
        if reply.DESCRIPTOR.file is quests_pb2.DESCRIPTOR:
            return Answer(fields=(*quests.told(reply, self.code_page), (b"ok", b"1")))
        return Answer()


def refused(ask: Ask, error: Any) -> Answer:
    """The NPC's own script; of a quest's call, where nothing happened for sure, the word why."""
    if ask.kind == "call" and error.code() in FOR_SURE:
        return Answer(fields=((b"error", reason(error).encode()),))
    return Answer(reason=reason(error))


def _player(ask: Ask) -> common_pb2.Player:
    return common_pb2.Player(char_id=ask.char_id, raw_name=ask.name)


def reason(error: Any) -> str:
    """One word for the row: the platform's own, else the status code."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info) and info.reason:
                    return str(info.reason)
    return str(error.code().name)
