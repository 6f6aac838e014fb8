"""What 10, 1,000 and 100,000 game servers need, and with how many each layer is full."""

from __future__ import annotations

from pathlib import Path

from benchmarks import results, screen
from benchmarks.scale import model, plot

SERVERS = (10, 1_000, 100_000)
PLOT = Path(__file__).parents[2] / "docs" / "images" / "scale.svg"


def main(*, quick: bool = False, save: bool = False) -> None:
    given, habits, machines = model.measured(), model.Habits(), model.Machines()
    full = model.breaks(given, habits, machines)
    result = results.Result(
        name="scale",
        baseline="none: computed from the saved runs of dialogue, replay and provisioning",
        rows=[_row(servers, given, habits, machines) for servers in SERVERS],
        others=0.0,
        quick=quick,
        notes=[
            f"Assumed: {habits.calls_a_minute:g} calls a minute and server at the busiest, "
            f"{habits.busy_hours:g} such hours a day, machines {machines.use:.0%} busy, a model's "
            f"answer takes {habits.model_s:g} s and costs {habits.model_usd:g} USD.",
            f"Measured: {given.cached_share:.0%} of answers from a cache, {given.model_share:.0%} "
            "by a model.",
            "Full, in servers: " + ", ".join(f"{name} {most:,}" for name, most in full.items()),
            "Not in it: disk and rows, Celery, waiting in queues, growth of a call's own cost.",
        ],
    )
    results.publish(result, screen.console, saved=save)
    if save:
        PLOT.write_text(plot.bars(full, "Game servers with which a layer is full"))


def _row(
    servers: int, given: model.Measured, habits: model.Habits, machines: model.Machines
) -> results.Row:
    busy = model.cores(servers, given, habits)
    processes = model.processes(servers, given, habits, machines)
    asked = model.model_calls(servers, given, habits)
    return {
        "what": f"{servers:,} servers",
        "calls/s": servers * habits.calls_a_minute / 60,
        **{f"{layer} cores": used / machines.use for layer, used in busy.items()},
        "gRPC processes": processes,
        "connections": processes * machines.pool,
        "models at once": asked * habits.model_s,
        "models USD/day": asked * habits.model_usd * habits.busy_hours * 3600,
        "provisioning h": servers * given.provisioning_s / 3600,
    }
