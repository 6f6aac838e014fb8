"""Traces go through gRPC, inference, language models and the queue; off they cost nothing."""

from __future__ import annotations

import http.server
import threading

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from aiworld import trace_export, tracing
from npcs.tasks import measure_junk
from tenants import counted
from tests.grpc_api.calls import refused, request, until
from tests.llm_endpoint import LLMEndpoint

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def spans():
    """What was traced, by name."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracing.use(provider)
    yield lambda: {span.name: span for span in kept.get_finished_spans()}
    tracing.use(None)
    provider.shutdown()


def test_a_talk_and_what_it_asks_are_one_trace_that_the_caller_began(
    spans, stubs, metadata, npc, player, settings, server
):
    caller = (*metadata, ("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01"))
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE, settings.DEEPSEEK_API_KEY = endpoint.base_url, "sk-x"
        stubs.dialogue.Talk(request("Tell me a tale of seals!", player), metadata=caller)
        said = request("And a tale of gulls?", player)
        list(stubs.dialogue.StreamTalk(said, metadata=caller))
    until(lambda: {"Dialogue/Talk", "Dialogue/StreamTalk"} <= set(spans()), 30)
    found = spans()
    assert {format(span.context.trace_id, "032x") for span in found.values()} == {TRACE}
    llm, stream = found["llm dialogue"], found["Dialogue/StreamTalk"]
    assert llm.parent.span_id == stream.context.span_id
    assert found["Dialogue/Talk"].attributes["server"] == server.server_id
    told = str([dict(span.attributes) for span in found.values()])
    assert "seals" not in told and player.name not in told and metadata[0][1] not in told


def test_how_a_call_failed_is_in_its_span(spans, stubs, metadata, npc, player):
    refused(
        lambda: stubs.dialogue.Talk(request("Hi", player, npc="prontera/No"), metadata=metadata)
    )
    until(lambda: "Dialogue/Talk" in spans(), 30)
    assert spans()["Dialogue/Talk"].attributes["error.type"] == "NOT_FOUND"


def test_a_task_goes_on_with_the_trace_of_whoever_sent_it(spans, committed):
    headers = {}
    with tracing.span("somebody"):
        counted.hand_on(headers=headers)
    measure_junk.apply(headers=headers)
    found = spans()
    task = found["npcs.tasks.measure_junk"]
    assert task.context.trace_id == found["somebody"].context.trace_id
    assert task.attributes.get("error.type") is None


def test_off_nothing_is_traced_and_nothing_is_carried_along(settings):
    assert not tracing.on()
    headers = {}
    with tracing.span("somebody"):
        counted.hand_on(headers=headers)
    assert headers == {} and tracing.begun("x") is tracing.begun("y")


def test_traces_arrive_where_the_settings_say(settings):
    came = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            came.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    collector = http.server.HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    settings.TRACES_ENDPOINT = f"http://127.0.0.1:{collector.server_port}/v1/traces"
    made = trace_export.provider()
    tracing.use(made)
    try:
        with tracing.span("a part of the work"):
            pass
        made.shutdown()
        until(lambda: came, 30)
    finally:
        tracing.use(None)
        collector.shutdown()
        collector.server_close()
    [scope] = came[0].resource_spans[0].scope_spans
    assert [span.name for span in scope.spans] == ["a part of the work"]
