"""Trains what is shipped in one made-up world and examines it in the other.

python -m benchmarks.population.schooling [NAME ...] [--save]"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from benchmarks.population.people import BOT, CHEATER, MANIPULATOR, SHARED
from benchmarks.population.settings import TESTING, TRAINING, Setting, changed
from benchmarks.population.world import Population
from inference import cards
from inference.learned import measures, pairs, storing
from inference.learned.days import Days, Ints, summarise
from inference.learned.examples import FIRST, STEP, Examples, joined
from inference.learned.lessons import LESSONS, Lesson
from inference.learned.training import Report, Trained, cut, examine, train

FOUND_OUT = {
    "bot_detection": BOT, "account_sharing": SHARED, "market_manipulation": MANIPULATOR,
    "exploit_detection": CHEATER,
}  # fmt: skip
PAIRS = "player_similarity"
CHANGED = {PAIRS, "reward_balancer", "drop_rate"}
"""Learned in worlds of their own: `settings.changed`."""
ALERTING = {*FOUND_OUT, PAIRS}
RIGHT = 0.9
"""Of the alerts, in the world that was learned from."""
World = tuple[Days, Mapping[str, Mapping[int, bool]]]
SEEDS, CHANGED_SEEDS = 3, 2
"""Worlds of the first setting that are learned from; their later days are the first of two
examinations."""


def lived(setting: Setting) -> World:
    """A whole world, and what is true of its players, by model."""
    population = Population(setting)
    days = summarise(population.history())
    truth = population.truth
    chars = truth.char.tolist()
    known: dict[str, Mapping[int, bool]] = {}
    for key, role in FOUND_OUT.items():
        odd = truth.roles(role)
        known[key] = {char: char in odd for char in chars}
    if setting.doubles:
        known[PAIRS] = _doubles(days, truth.doubles)
    return days, known


def _doubles(days: Days, doubles: Ints) -> Mapping[int, bool]:
    """Of every pair that is ever looked at."""
    same = {pairs.joined(one, other) for one, other in doubles.tolist()}
    looked_at = range(FIRST, days.number + 1, STEP)
    seen = {pair for day in looked_at for pair in pairs.met(days, day)[1].tolist()}
    return {pair: pair in same for pair in seen}


def worlds(setting: Setting, number: int) -> list[World]:
    return [lived(replace(setting, seed=setting.seed + at)) for at in range(number)]


@lru_cache(maxsize=1)
def _worlds(own: bool) -> tuple[list[World], World]:
    first, second = (changed(each) if own else each for each in (TRAINING, TESTING))
    return worlds(first, CHANGED_SEEDS if own else SEEDS), lived(second)


def taught(lesson: Lesson, here: list[World], there: World) -> tuple[Trained, Report, Report]:
    """What is learned from the earlier days of one world; how good it is on that world's later
    days, and in the other."""
    parts = [cut(lesson, lesson.examples(days, known.get(lesson.key))) for days, known in here]
    later = joined([part[1] for part in parts])
    trained = train(lesson, joined([part[0] for part in parts]))
    elsewhere = lesson.examples(there[0], there[1].get(lesson.key))
    here_said, there_said = examine(trained, later), examine(trained, elsewhere)
    if lesson.key in ALERTING:
        _alert(trained, later, elsewhere, there_said)
    return trained, here_said, there_said


def _alert(trained: Trained, later: Examples, elsewhere: Examples, report: Report) -> None:
    """From which number on it is an alert is chosen in the world that was learned from, and
    examined in the other."""
    model = trained.network if report.beats else trained.plain
    said = model.predict(later.table.values)
    if (at := measures.threshold(later.truth, said, RIGHT)) is None:
        return
    said = model.predict(elsewhere.table.values)
    right, found = measures.caught(elsewhere.truth, said, at)
    report.more.update(alert_at=at, alerts_right=right, alerts_found=found)


def card_of(trained: Trained, later: Report, elsewhere: Report, sha256: str) -> cards.Card:
    plain = trained.lesson.plain
    return cards.Card(
        origin="simulated",
        metric=f"{elsewhere.metric}: {trained.lesson.says}",
        value=elsewhere.value,
        baseline=elsewhere.baseline,
        baseline_name=f"regression on {plain}" if plain else "the furthest feature",
        higher_is_better=elsewhere.higher_is_better,
        measured_on=f"{elsewhere.rows} rows of the population simulator's other setting, "
        f"after {trained.rows} rows of the earlier days of the first",
        trained_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        data_sha256=trained.data_sha256,
        code=storing.CODE,
        sha256=sha256,
        details=storing.details(trained)
        | {"alert_at": elsewhere.more.get("alert_at")}
        | {"later days of the same world": _told(later), "the other world": _told(elsewhere)},
    )


def _told(report: Report) -> dict[str, Any]:
    told = asdict(report)
    more = told.pop("more")
    return {name: round(value, 5) if isinstance(value, float) else value
            for name, value in (told | more).items()}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--save", action="store_true", help="write inference/trained")
    arguments = parser.parse_args()
    wanted = [each for each in LESSONS if not arguments.names or each.key in arguments.names]
    for lesson in sorted(wanted, key=lambda each: each.key in CHANGED):
        here, there = _worlds(lesson.key in CHANGED)
        trained, later, elsewhere = taught(lesson, here, there)
        for where, report in (("later", later), ("other", elsewhere)):
            more = " ".join(f"{name} {value:.3f}" for name, value in report.more.items())
            print(f"{lesson.key:20} {where:6} {report.metric:20} {report.value:.4f} "
                  f"baseline {report.baseline:.4f} rows {report.rows} {more}",
                  flush=True)  # fmt: skip
        if arguments.save:
            path = cards.SHIPPED / f"{lesson.key}.safetensors"
            storing.save(trained, path)
            card = card_of(trained, later, elsewhere, cards.checksum(path))
            cards.write(card, lesson.key)


if __name__ == "__main__":
    main()
