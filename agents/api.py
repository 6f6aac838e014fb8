"""REST: how the agents do."""

from __future__ import annotations

from agents.models import AgentPerformanceMetric
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


ROUTES = (("agents/metrics", AgentMetrics),)
