"""Where traces go: OTLP over HTTP, in batches, by a thread of its own."""

from __future__ import annotations

from django.conf import settings
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from aiworld import __version__


def provider() -> TracerProvider:
    resource = Resource.create({"service.name": "aiworld", "service.version": __version__})
    sampler = ParentBased(TraceIdRatioBased(settings.TRACES_SHARE))
    made = TracerProvider(resource=resource, sampler=sampler)
    exporter = OTLPSpanExporter(endpoint=settings.TRACES_ENDPOINT)
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made
