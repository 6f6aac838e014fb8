"""The model of many servers: its sums, and where it says that a layer is full."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.scale import model, plot

GIVEN = model.Measured(
    cached_ms={"grpc": 5, "postgres": 2, "cache": 1, "encoder": 0},
    composed_ms={"grpc": 15, "postgres": 4, "cache": 1, "encoder": 10},
    cached_share=0.5,
    model_share=0.25,
    provisioning_s=0.2,
)
HABITS = model.Habits(calls_a_minute=60)


def test_cores_are_what_the_mixture_of_calls_takes():
    assert model.cores(100, GIVEN, HABITS) == pytest.approx(
        {"grpc": 1.0, "postgres": 0.3, "cache": 0.1, "encoder": 0.5}
    )
    assert model.model_calls(100, GIVEN, HABITS) == 25
    assert model.processes(100, GIVEN, HABITS, model.Machines(use=0.5)) == 2


def test_a_layer_is_full_at_its_limit_and_the_first_comes_first():
    machines = model.Machines(
        use=0.5, grpc_cores=4, postgres_cores=30, connections=30, pool=10, encoder_cores=40
    )
    assert model.breaks(GIVEN, HABITS, machines) == {
        "connections, no PgBouncer": 150,
        "gRPC on one machine": 200,
        "one cache thread": 500,
        "one encoder machine": 4000,
        "one PostgreSQL": 5000,
    }


def test_what_is_given_comes_from_the_saved_runs():
    given = model.measured()
    assert all(given.composed_ms[layer] > 0 for layer in model.LAYERS)
    assert 0 < given.cached_share < 1 - given.model_share < 1


def test_a_plot_is_svg_with_each_value():
    drawn = ElementTree.fromstring(plot.bars({"a & b": 10, "c": 1000}, "servers"))
    assert {"a & b", "10", "1,000"} <= {one.text for one in drawn.iter()}
