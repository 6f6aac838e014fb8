"""How fast the made-up server lives, and what is in it."""

from __future__ import annotations

import time

import numpy as np
from rich.console import Console

from benchmarks import results
from benchmarks.machine import Window
from benchmarks.population.settings import SETTINGS, Setting
from benchmarks.population.world import ROLES, Population

AIM = 50_000
"""Events a second."""


def main(*, quick: bool, save: bool) -> None:
    rows: list[results.Row] = []
    with Window({}) as window:
        for setting in SETTINGS.values():
            rows.append(_lived(setting, days=10 if quick else setting.days))
    results.publish(
        results.Result(
            name="population",
            baseline=f"the aim, {AIM:,} events/s of processor time",
            rows=rows,
            others=window.others,
            quick=quick,
        ),
        Console(),
        saved=save,
    )


def _lived(setting: Setting, *, days: int) -> results.Row:
    population = Population(setting)
    started, events = time.process_time(), 0
    for day, lived in enumerate(population.stream(), 1):
        events += len(lived.events)
        if day == days:
            break
    seconds = time.process_time() - started
    roles = np.bincount(population.people.role, minlength=len(ROLES))
    return {
        "what": setting.name,
        "players": setting.players,
        "days": days,
        "events": events,
        "events/s": events / seconds,
        "ratio": events / seconds / AIM,
        **{name: int(number) for name, number in zip(ROLES.values(), roles, strict=True)},
    }
