"""A stand-in for AI World that does what a test says: fails, waits, sends too much, or asks for a
client certificate."""

from __future__ import annotations

import threading
import time
from concurrent import futures
from contextlib import contextmanager

import grpc
from google.rpc import error_details_pb2, status_pb2

from grpc_api.pb.aiworld.v1 import (
    dialogue_pb2,
    dialogue_pb2_grpc,
    server_pb2,
    server_pb2_grpc,
    world_pb2,
    world_pb2_grpc,
)

FEATURES = (
    "Dialogue.Talk",
    "Dialogue.Decide",
    "Dialogue.Recall",
    "World.ReportEvents",
    "World.StreamWorldEvents",
)


class Fake:
    def __init__(self):
        self.seen = []  # (method, request, metadata, peer)
        self.failures = []  # status codes of the next Recalls
        self.delay = 0.0
        self.reply = dialogue_pb2.RecallReply()
        self.cache_seconds = None
        self.refuse_handshake = None
        self.poison = None
        self.world = []
        self.cursors = []
        self.acts = []
        self.stop = threading.Event()

    def note(self, method, request, context):
        metadata = dict(context.invocation_metadata())
        self.seen.append((method, request, metadata, context.peer()))

    def requests(self, method):
        return [request for name, request, *_ in self.seen if name == method]

    def metadata(self, method):
        return [metadata for name, _, metadata, _ in self.seen if name == method]


class Server(server_pb2_grpc.ServerServicer):
    def __init__(self, fake):
        self.fake = fake

    def Handshake(self, request, context):
        self.fake.note("Handshake", request, context)
        if self.fake.refuse_handshake:
            context.abort(self.fake.refuse_handshake, "not you")
        return server_pb2.HandshakeReply(
            server_id="server-fake",
            schema_name="server_fake",
            code_page="cp1252",
            features=FEATURES,
            limits=server_pb2.Limits(concurrent_calls=250),
        )


class Dialogue(dialogue_pb2_grpc.DialogueServicer):
    def __init__(self, fake):
        self.fake = fake

    def Recall(self, request, context):
        fake = self.fake
        fake.note("Recall", request, context)
        time.sleep(fake.delay)
        if fake.failures:
            refuse(context, fake.failures.pop(0))
        if fake.cache_seconds is not None:
            context.set_trailing_metadata((("cache-seconds", str(fake.cache_seconds)),))
        return fake.reply


class World(world_pb2_grpc.WorldServicer):
    def __init__(self, fake):
        self.fake = fake

    def ReportEvents(self, request, context):
        self.fake.note("ReportEvents", request, context)
        if self.fake.failures:
            refuse(context, self.fake.failures.pop(0))
        if any(event.event_id == self.fake.poison for event in request.events):
            refuse(context, grpc.StatusCode.INVALID_ARGUMENT)
        return world_pb2.ReportEventsReply(accepted=len(request.events))

    def StreamWorldEvents(self, request, context):
        self.fake.cursors.append(request.cursor)
        self.fake.acts.append(list(request.acts.kinds) if request.HasField("acts") else None)
        told = int(request.cursor or 0)
        while not self.fake.stop.is_set() and context.is_active():
            while told < len(self.fake.world):
                event = self.fake.world[told]
                if event is None:  # the stream breaks here
                    self.fake.world[told] = world_pb2.WorldEvent(id=told + 1)
                    context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
                told += 1
                yield world_pb2.WorldMessage(cursor=str(told), event=event)
            time.sleep(0.02)


def refuse(context, code):
    """As AI World does, with details; with the code alone for what gRPC itself would say."""
    if code == grpc.StatusCode.RESOURCE_EXHAUSTED:
        status = status_pb2.Status(code=code.value[0], message="too much")
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(1500)
        for detail in (error_details_pb2.ErrorInfo(reason="OverQuota", domain="aiworld"), retry):
            status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, f"as told: {code.name}")


@contextmanager
def serving(fake, credentials=None, port=0):
    server = grpc.server(
        futures.ThreadPoolExecutor(64),
        options=[
            ("grpc.so_reuseport", 0),
            ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ],
    )
    server_pb2_grpc.add_ServerServicer_to_server(Server(fake), server)
    dialogue_pb2_grpc.add_DialogueServicer_to_server(Dialogue(fake), server)
    world_pb2_grpc.add_WorldServicer_to_server(World(fake), server)
    address = f"127.0.0.1:{port}"
    if credentials is None:
        bound = server.add_insecure_port(address)
    else:
        bound = server.add_secure_port(address, credentials)
    server.start()
    fake.stop.clear()
    try:
        yield bound
    finally:
        fake.stop.set()
        server.stop(0).wait(5)
