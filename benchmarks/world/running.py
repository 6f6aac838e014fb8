"""Runs of agents per second without a language model, beside the bare row of a run."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from statistics import median

from django.db import transaction
from django.utils import timezone

from agents import runner
from agents.models import AgentRun
from agents.runner import Order
from aiworld.errors import AIWorldError
from aiworld.loops import wait_for
from benchmarks import machine, results, screen, world
from benchmarks.world import realm
from tenants.context import in_tenant
from world.models import PlayerProfile, WorldEventLimit

BARE = "bare INSERT of a run"
PLAYERS = 50
ASKED: dict[str, tuple[str, dict[str, object]]] = {
    "karma": ("{player}", {"deed": "help"}),
    "reputation": ("{player}", {"deed": "help", "faction": "city"}),
    "faction": ("city", {"act": "trade", "target": "guild"}),
    "economy": ("everybody", {}),
    "merchant_economy": ("everybody", {}),
    "weather_time": ("everybody", {}),
    "map_hazard": ("everybody", {}),
    "problem": ("everybody", {}),
    "archaeology": ("map_01:{cell}:1", {"map": "map_01", "y": 7}),
}
"""Agent -> subject and what it is asked."""


def main(*, quick: bool = False, save: bool = False) -> None:
    rounds, each = (2, 10) if quick else (5, 40)
    found: dict[str, list[float]] = {}
    window = machine.Window(machine.stores())
    with (
        screen.progress("agents", steps=rounds * (len(ASKED) + 1)) as step,
        world.game_server() as made,
        in_tenant(made.server),
        window,
    ):
        _furnish()
        ways: dict[str, Callable[[int], None]] = {BARE: _insert}
        ways |= {agent: _running(agent) for agent in ASKED}
        for number in range(rounds):
            for name, way in ways.items():
                step(f"{name}, {number + 1} of {rounds}")
                began = time.perf_counter()
                for at in range(each):
                    way(number * each + at)
                found.setdefault(name, []).append(each / (time.perf_counter() - began))
    results.publish(_result(found, window.others, quick), screen.console, saved=save)


def _furnish() -> None:
    realm.furnish()
    WorldEventLimit.objects.create(kind="find", per_day=10_000)
    WorldEventLimit.objects.create(kind="hazard", per_day=10_000)
    WorldEventLimit.objects.filter(kind="all").update(per_day=1_000)
    PlayerProfile.objects.bulk_create(
        PlayerProfile(char_id=1 + at, name=f"P{at}", base_level=30) for at in range(PLAYERS)
    )


def _insert(number: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        AgentRun.objects.create(
            agent="none", subject=str(number), window=uuid.uuid4().hex, cause="call",
            began_at=now, lease_until=now + timedelta(seconds=60),
        )  # fmt: skip


def _running(agent: str) -> Callable[[int], None]:
    subject, asked = ASKED[agent]

    def run(number: int) -> None:
        cell = number % (realm.SIDE // 5)
        params = {**asked, "x": 5 * cell} if agent == "archaeology" else asked
        order = Order(
            agent=agent, subject=subject.format(player=1 + number % PLAYERS, cell=cell),
            window=uuid.uuid4().hex, cause="call", params=params,
        )  # fmt: skip
        try:
            wait_for(runner.run(order, with_model=False))
        except AIWorldError as error:
            raise SystemExit(f"{agent}: {error.message}") from error

    return run


def _result(found: dict[str, list[float]], others: float, quick: bool) -> results.Result:
    bare = found[BARE]
    rows: list[results.Row] = [
        {
            "way": name,
            "runs/s": round(median(rates), 1),
            "ratio": round(median(a / b for a, b in zip(rates, bare, strict=True)), 3),
        }
        for name, rates in found.items()
    ]
    return results.Result(
        name="agents",
        baseline="INSERT and commit of the run's row alone",
        rows=rows,
        others=others,
        quick=quick,
        notes=[
            "One caller, one run after the other: claim, read, decide by rules, check, write, log "
            "changes and figures. Where there is no cause, a run ends with nothing to do."
        ],
    )
