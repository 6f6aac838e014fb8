"""The made-up server: the same for the same seed, in order of time, told as ReportEvents tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.population.people import BOT, CHEATER, MANIPULATOR, PERSON, SHARED
from benchmarks.population.reported import reported
from benchmarks.population.settings import TESTING, TRAINING
from benchmarks.population.world import Population
from inference.learned.days import summarise
from inference.learned.history import CODES, DAY, KINDS
from world.reports.events import Kind

SMALL = replace(TRAINING, players=150, days=20)


@pytest.fixture(scope="module")
def lived():
    population = Population(SMALL)
    return population, population.history()


def test_the_same_seed_lives_the_same_life(lived):
    again = Population(SMALL).history()
    assert (again.events == lived[1].events).all() and (again.quests == lived[1].quests).all()
    other = Population(replace(SMALL, seed=1)).history()
    assert len(other.events) != len(again.events)


def test_days_come_in_order_and_hold_their_own_events():
    for day in Population(SMALL).stream():
        assert (np.diff(day.events["at"]) >= 0).all()
        assert (day.events["at"] // DAY).tolist() == [day.number] * len(day.events)


def test_nobody_plays_twice_at_once(lived):
    sittings = summarise(lived[1]).sittings
    same = sittings.who[1:] == sittings.who[:-1]
    assert len(sittings) > 500 and (sittings.start[1:][same] > sittings.end[:-1][same]).all()


def test_every_kind_of_player_is_there(lived):
    assert set(lived[0].people.role.tolist()) == {PERSON, BOT, SHARED, CHEATER, MANIPULATOR}


def test_the_two_worlds_differ_in_what_makes_it_hard():
    assert TESTING.seed != TRAINING.seed and TESTING.care > TRAINING.care
    assert TESTING.boldness < TRAINING.boldness and TESTING.hardness > TRAINING.hardness


def test_events_are_reported_as_the_map_server_reports_them(lived):
    events = lived[1].events[:3000]
    told = list(reported(events, source="sim"))
    assert len({each.digest for each in told}) == len(events)
    assert {each.kind for each in told} <= set(Kind)
    trades = lived[1].events[lived[1].events["kind"] == CODES["trade"]][:1]
    [trade] = reported(trades, source="sim")
    assert trade.kind is Kind.TRADE and trade.given and trade.other_char_id


def test_kinds_are_numbered_as_the_world_names_them():
    assert [*KINDS] == [kind.value for kind in Kind] and CODES["kill"] == KINDS.index(Kind.KILL)


def test_quests_that_are_not_over_are_open_at_the_end(lived):
    late = lived[1].quests["ended_at"] >= lived[1].ends_at
    assert (lived[1].quests["status"][late] == 0).all()


def test_the_restless_leave():
    tired = Population(replace(SMALL, tiring=0.2))
    happy = Population(replace(SMALL, tiring=0.0))
    counts = [len(list(each.stream())[-1].events) for each in (tired, happy)]
    assert counts[0] < counts[1] / 2
