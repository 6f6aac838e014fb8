"""REST: what the agents did, and how they do."""

from __future__ import annotations

from rest_framework import serializers

from agents.models import AgentPerformanceMetric, AgentRun
from aiworld.rest import filters
from aiworld.rest.bodies import Document, RowSerializer
from aiworld.rest.schema import example
from tenants.api_rows import Rows

MEASURED = {
    "id": 40,
    "measured_at": "2026-03-01T12:00:00Z",
    "agent": "dialogue",
    "metric": "seconds",
    "value": 0.4,
    "labels": {"source": "llm"},
}


@example(**MEASURED)
class MetricSerializer(RowSerializer):
    labels = Document(read_only=True, help_text="What it is about.")

    class Meta:
        model = AgentPerformanceMetric
        fields = tuple(MEASURED)
        read_only_fields = fields


class MetricFilters(filters.Filters):
    agent = filters.Text(help_text="Key of the agent.")
    metric = filters.Text(help_text="seconds, tokens, runs ...")
    since = filters.Moment("measured_at", lookup_expr="gte", help_text="From then on.")
    until = filters.Moment("measured_at", lookup_expr="lt", help_text="Before then.")


class AgentMetrics(Rows):
    """Figures per agent, kept 90 days."""

    tag, one, many = "Agents", "a figure", "figures of the agents"
    queryset = AgentPerformanceMetric.objects.all()
    serializer_class = MetricSerializer
    filterset_class = MetricFilters
    orderings = ("-measured_at",)


RUN = {
    "id": 51,
    "agent": "karma",
    "subject": "150001",
    "cause": "call",
    "by": "",
    "char_id": 150001,
    "params": {"deed": "rescue", "weight": 0.5},
    "status": "done",
    "source": "composer",
    "output": {"weight": 0.5, "reason": ""},
    "result": {"karma": 75, "moved": 75, "alignment": "true_neutral"},
    "undoable": True,
    "final": "",
    "idle": "",
    "error": "",
    "cost": "0.00000000",
    "seconds": 0.02,
    "began_at": "2026-03-01T12:00:00Z",
    "ended_at": "2026-03-01T12:00:00Z",
}


@example(**RUN)
class RunSerializer(RowSerializer):
    params = Document(read_only=True, help_text="What it was given.")
    output = Document(read_only=True, help_text="What it decided.")
    result = Document(read_only=True, help_text="What came of it.")
    source = serializers.CharField(  # type: ignore[assignment]
        read_only=True, help_text="llm, or composer: by rules; empty: it has not decided."
    )

    class Meta:
        model = AgentRun
        fields = tuple(RUN)
        read_only_fields = fields


class RunFilters(filters.Filters):
    agent = filters.Text(help_text="Key of the agent.")
    subject = filters.Text(help_text="What it ran over.")
    status = filters.Choice(choices=AgentRun.Status.choices, help_text="How it ended.")
    since = filters.Moment("began_at", lookup_expr="gte", help_text="From then on.")
    until = filters.Moment("began_at", lookup_expr="lt", help_text="Before then.")


class AgentRuns(Rows):
    """Runs of agents, kept 90 days."""

    tag, one, many = "Agents", "a run", "runs of the agents"
    queryset = AgentRun.objects.all()
    serializer_class = RunSerializer
    filterset_class = RunFilters
    orderings = ("-began_at", "-pk")
