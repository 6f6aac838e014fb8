"""The made-up server: the same for the same seed, in order of time, told as ReportEvents tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.population import sittings
from benchmarks.population.people import BOT, CHEATER, MANIPULATOR, PERSON, SHARED
from benchmarks.population.reported import reported
from benchmarks.population.settings import TESTING, TRAINING, changed
from benchmarks.population.world import Population
from inference.learned import pairs
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


def test_a_second_character_comes_when_the_first_one_goes():
    population = Population(replace(changed(SMALL), doubles=0.1, housemates=0.1))
    sat = summarise(population.history())
    assert len(population.truth.doubles) == 15
    seen = set(pairs.met(sat, 20)[1].tolist())
    doubles = {pairs.joined(*both) for both in population.truth.doubles.tolist()}
    assert len(doubles & seen) > 5, "most play enough to be looked at"
    assert len(seen - doubles) > 5, "and so do some who only share a computer"
    same = sat.sittings.who[1:] == sat.sittings.who[:-1]
    assert (sat.sittings.start[1:][same] > sat.sittings.end[:-1][same]).all()


def test_what_drops_twice_as_often_gets_cheaper():
    market = Population(changed(TRAINING))._market
    picks = sittings.made("item_pick", np.zeros(60), np.zeros(60, np.int64))
    picks["target"] = 501 + np.arange(60)
    for _ in range(20):
        market.supply.note([np.repeat(picks, 10)])
    assert market.supply.cheaper == pytest.approx(0, abs=1e-9)
    plenty = np.concatenate([np.repeat(picks, 10), np.repeat(picks[:1], 10)])
    for _ in range(20):
        market.supply.note([plenty])
    cheaper = market.supply.cheaper
    assert cheaper[0] > 0.2 and abs(cheaper[1]) < 0.01
    plain = Population(TRAINING)._market.supply
    plain.note([plenty])
    assert not plain.cheaper.any() and (plain.drops == 1).all()


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
