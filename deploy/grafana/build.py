"""The dashboard as code: `python -m deploy.grafana.build` writes aiworld.json, --check compares."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

OUTPUT = Path(__file__).with_name("aiworld.json")
SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
RATE = "$__rate_interval"


@dataclass(frozen=True)
class Graph:
    title: str
    unit: str
    queries: dict[str, str]
    """Legend -> expression."""
    meaning: str = ""


@dataclass(frozen=True)
class Figure(Graph):
    """One number."""


def quantile(share: float, histogram: str, by: str = "") -> str:
    of = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({of}) (rate({histogram}_bucket[{RATE}])))"


CACHED = 'source=~"cache|semantic_cache|template"'
ROWS: dict[str, list[Graph]] = {
    "At a glance": [
        Figure("Parts that do not answer", "short", {"": "sum(1 - aiworld_healthy) or vector(0)"}),
        Figure("Game servers", "short", {"": 'max(aiworld_servers{status="active"})'}),
        Figure("Calls", "reqps", {"": f"sum(rate(aiworld_grpc_calls_total[{RATE}]))"}),
        Figure("Work waits", "s", {"": "max(aiworld_outbox_oldest_seconds)"}),
        Figure("Given up on", "short", {"": "max(aiworld_outbox_dead)"}),
        Figure("Isolation", "short", {"": "sum(increase(aiworld_tenant_mismatches_total[1d]))"},
               "What the database refused to a server in a day. Always 0."),
    ],
    "Calls": [
        Graph("Calls by how they ended", "reqps",
              {"{{code}}": f"sum by (code) (rate(aiworld_grpc_calls_total[{RATE}]))"}),
        Graph("Calls by method", "reqps",
              {"{{method}}": f"sum by (method) (rate(aiworld_grpc_calls_total[{RATE}]))"}),
        Graph("Players wait for the first words", "s",
              {"half of them": quantile(0.5, "aiworld_first_line_seconds"),
               "one in twenty": quantile(0.95, "aiworld_first_line_seconds"),
               "one in a hundred": quantile(0.99, "aiworld_first_line_seconds")}),
        Graph("How long calls take, p95", "s",
              {"{{method}}": quantile(0.95, "aiworld_grpc_call_seconds", "method")}),
    ],
    "Answers and models": [
        Graph("Answers by source", "reqps",
              {"{{source}}": f"sum by (source) (rate(aiworld_answers_total[{RATE}]))"}),
        Graph("From caches and templates, of what a model could have been asked", "percentunit",
              {"share": f"sum(rate(aiworld_answers_total{{{CACHED}}}[1h])) / sum(rate("
                        'aiworld_answers_total{source=~"cache|semantic_cache|template|llm"}[1h]))'}),
        Graph("Language models by how they answered", "reqps",
              {"{{task}} {{outcome}}":
               f"sum by (task, outcome) (rate(aiworld_llm_calls_total[{RATE}]))"}),
        Graph("How long language models take, p95", "s",
              {"{{task}}": quantile(0.95, "aiworld_llm_call_seconds", "task")}),
        Graph("Not tried, as a service does not answer", "reqps",
              {"{{service}}": f"sum by (service) (rate(aiworld_breaker_refusals_total[{RATE}]))"}),
        Graph("Memory of models", "bytes",
              {"{{model}} on {{device}}": "max by (model, device) (aiworld_model_memory_bytes)"}),
    ],
    "Work": [
        Graph("Tasks by how they ended", "reqps",
              {"{{state}}": f"sum by (state) (rate(aiworld_tasks_total[{RATE}]))"}),
        Graph("Seconds of work a second", "short",
              {"{{task}}": f"topk(8, sum by (task) (rate(aiworld_task_seconds_sum[{RATE}])))"}),
        Graph("Outbox", "short", {"rows": "max(aiworld_outbox_rows)",
                                  "given up on": "max(aiworld_outbox_dead)"}),
        Graph("Since a worker was seen", "s",
              {"": "time() - max(aiworld_worker_seen_timestamp_seconds)"}),
        Graph("Budgets that reached a stop", "short",
              {"{{stop}}": "sum by (stop) (increase(aiworld_budget_stops_total[1h]))"}),
    ],
    "Machine": [
        Graph("Connections of PostgreSQL", "short", {"there": "max(aiworld_db_connections)",
                                                     "most": "max(aiworld_db_connections_max)"}),
        Graph("Disks", "percentunit",
              {"{{instance}} {{folder}}": "max by (instance, folder) (aiworld_disk_used_ratio)"}),
        Graph("Since the newest proven backup was made", "s",
              {"": "min(aiworld_backup_proven_age_seconds)"}),
        Graph("Certificates end in", "s",
              {"{{certificate}}": "min by (certificate) "
               "(aiworld_certificate_expires_timestamp_seconds) - time()"}),
        Graph("Calls with another server's certificate", "short",
              {"": "sum(increase(aiworld_certificate_refusals_total[1h]))"}),
    ],
}  # fmt: skip


def build() -> dashboard.Dashboard:
    board = (
        dashboard.Dashboard("AI World")
        .uid("aiworld")
        .tags(["aiworld"])
        .readonly()
        .refresh("30s")
        .time("now-3h", "now")
        .with_variable(dashboard.DatasourceVariable("datasource").type("prometheus"))
    )
    for title, graphs in ROWS.items():
        board = board.with_row(dashboard.Row(title))
        for graph in graphs:
            board = board.with_panel(_panel(graph))
    return board


def _panel(graph: Graph) -> stat.Panel | timeseries.Panel:
    small = isinstance(graph, Figure)
    panel: stat.Panel | timeseries.Panel = stat.Panel() if small else timeseries.Panel()
    panel = panel.title(graph.title).unit(graph.unit).datasource(SOURCE)
    panel = panel.description(graph.meaning).span(4 if small else 12).height(4 if small else 8)
    for name, (legend, expression) in zip(ascii_uppercase, graph.queries.items(), strict=False):
        query = prometheus.Dataquery().ref_id(name).expr(expression).legend_format(legend)
        panel = panel.with_target(query.datasource(SOURCE))
    return panel


def rendered() -> str:
    return JSONEncoder(sort_keys=True, indent=2).encode(build().build()) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="1 if the file is not as the code")
    if not parser.parse_args().check:
        OUTPUT.write_text(rendered())
    elif OUTPUT.read_text() != rendered():
        print(f"{OUTPUT} is not what the code says: python -m deploy.grafana.build")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
