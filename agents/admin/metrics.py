"""How the agents do, for the server's staff to read."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import FieldTextFilter

from agents.models import AgentPerformanceMetric
from aiworld.sites import server
from aiworld.staff import LogAdmin


@admin.register(AgentPerformanceMetric, site=server)
class AgentPerformanceMetricAdmin(LogAdmin):
    list_display = ("measured_at", "agent", "metric", "value")
    list_filter = (("agent", FieldTextFilter), ("metric", FieldTextFilter))
    search_fields = ("agent", "metric")
