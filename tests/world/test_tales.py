"""Pure rules of chains, digs, travellers and pacing, tried with what hypothesis thinks of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcs.temperament import temperament
from world import tension
from world.chains import graph, telling, weaving
from world.digs import strata
from world.digs import telling as digs
from world.gamedata.cells import reachable
from world.happenings import conflicts
from world.roaming import persons

some = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 10**9).map(str)
KEYS = st.sampled_from(["", *(f"s{n}" for n in range(1, 8))])


@dataclass(frozen=True)
class Step:
    key: str
    part: str
    hours: int
    done: str
    missed: str


@given(number=st.integers(-3, 12))
@some
def test_a_woven_chain_has_three_to_seven_steps_and_every_branch_ends(number):
    steps = weaving.weave(number)
    assert graph.faults(steps) == [] and 3 <= len(steps) <= 7
    parts = {step.key: step.part for step in steps}
    ways = graph.ways(steps)
    assert {parts[way[-1][0]] for way in ways} == set(graph.ENDINGS)
    assert len({step.key for step in steps}) == len(steps)
    for step in steps:
        assert step.part in telling.THEMES["beasts"].told and step.part in weaving.SEVERITY


@given(
    edges=st.lists(st.tuples(KEYS, KEYS, st.sampled_from([*weaving.SEVERITY])), min_size=1,
                   max_size=9)
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_whatever_passes_for_a_chain_ends_on_every_branch(edges):
    steps = [Step(f"s{at}", part, 1, *two) for at, (*two, part) in enumerate(edges, start=1)]
    if graph.faults(steps):
        return
    for way in graph.ways(steps):
        assert len(way) <= len(steps) and len({key for key, _ in way}) == len(way)
    assert graph.reached(steps) == {step.key for step in steps}


def chain(*edges):
    parts = ["opening", *["rising"] * (len(edges) - 3), "triumph", "downfall"]
    return [Step(f"s{at}", part, 6, *two) for at, (part, two) in
            enumerate(zip(parts, edges, strict=True), start=1)]  # fmt: skip


@pytest.mark.parametrize(
    "steps, why",
    [
        (chain(("s2", "s3"), ("", ""), ("", ""))[:2], "3 to 7"),
        (chain(("s2", "s1"), ("", ""), ("", "")), "not later"),
        (chain(("s2", "s9"), ("", ""), ("", "")), "not later"),
        (chain(("s2", "s2"), ("", ""), ("", "")), "nothing leads to s3"),
        (chain(("s2", "s3"), ("s3", ""), ("", "")), "ending and leads on"),
        (chain(("", ""), ("", ""), ("", "")), "leads nowhere"),
    ],
)
def test_what_is_no_chain_is_told_why(steps, why):
    assert any(why in fault for fault in graph.faults(steps))


def at_least(number, mean):
    below = sum(math.exp(-mean + n * math.log(mean) - math.lgamma(n + 1)) for n in range(number))
    return 1 - below


@given(mean=st.floats(0.1, 450), chance=st.sampled_from(sorted(weaving.CHANCES.values())))
@some
def test_a_goal_is_the_highest_that_is_reached_with_the_chance(mean, chance):
    goal = weaving.goal(mean / 6, 6, chance)
    assert goal == 1 or at_least(goal, mean) >= chance - 1e-6
    assert at_least(goal + 1, mean) < chance + 1e-6


@given(rate=st.floats(0, 1e5), chance=st.floats(0.05, 0.95))
@some
def test_a_harder_goal_is_higher_and_none_is_below_one(rate, chance):
    assert 1 <= weaving.goal(rate, 6, min(chance + 0.04, 0.99)) <= weaving.goal(rate, 6, chance)
    assert 3 <= weaving.steps_for(rate) <= 7


def triumphs(number, *, effort, times=300):
    """Share of chains that end well where players do `effort` times what they always do, five an
    hour."""
    random, steps = Random(7), {step.key: step for step in weaving.weave(number)}
    won = 0
    for _ in range(times):
        step = steps["s1"]
        while step.part not in graph.ENDINGS:
            mean = 5 * effort * step.hours
            happened = random.gauss(mean, math.sqrt(mean))
            goal = weaving.goal(5, step.hours, weaving.CHANCES[step.hard])
            step = steps[step.done if happened >= goal else step.missed]
        won += step.part == "triumph"
    return won / times


@pytest.mark.parametrize("number", range(4, 8))
def test_who_makes_an_effort_brings_a_chain_to_its_triumph(number):
    assert 0.2 < triumphs(number, effort=1.0) < 0.5
    assert triumphs(number, effort=1.25) > 0.8
    assert triumphs(number, effort=0.5) == 0


@given(seed=seeds)
@some
def test_layers_lie_in_the_order_they_came(seed):
    ground = strata.layers(seed)
    assert ground == strata.layers(seed) and ground[0].top == 0
    for upper, lower in zip(ground, ground[1:], strict=False):
        assert upper.bottom == lower.top and upper.oldest <= lower.youngest
    assert all(layer.youngest < layer.oldest and layer.top < layer.bottom for layer in ground)


@given(seed=seeds, spot=seeds, dig=st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_no_find_is_younger_than_what_covers_it_and_none_lies_in_the_rock(seed, spot, dig):
    ground = strata.layers(seed)
    found = strata.find(ground, seed=spot, dig=dig)
    assert found == strata.find(ground, seed=spot, dig=dig)
    if found is None:
        return
    assert strata.faults(ground, found) == []
    assert dig < strata.digs_to_rock(ground)
    assert found.kind.began >= found.earliest >= found.latest
    assert found.era.key in digs.ERAS and found.kind.key in digs.KINDS


def test_objects_are_commonest_in_their_own_time():
    for kind in strata.KINDS:
        middle = (kind.began + kind.ended) / 2
        assert strata.frequency(kind, middle) == 1
        assert strata.frequency(kind, kind.began + 2_000) == strata.STRAY


def test_eras_follow_each_other_without_a_gap():
    for younger, older in zip(strata.ERAS, strata.ERAS[1:], strict=False):
        assert younger.began == older.ended
    assert {era.key for era in strata.ERAS} == set(digs.ERAS)
    assert {kind.key for kind in strata.KINDS} == set(digs.KINDS)


@given(key=seeds, role=st.sampled_from(sorted(persons.NEEDS)))
@some
def test_a_characters_alignment_follows_its_traits_and_these_its_trade(key, role):
    traits = dict(temperament(key, role))
    assert persons.faults(role, traits, persons.alignment(traits)) == []
    wrong = "chaotic_evil" if persons.alignment(traits) != "chaotic_evil" else "lawful_good"
    assert persons.faults(role, traits, wrong)
    assert persons.faults(role, traits | {"openness": 1.0, "agreeableness": 0.0}, wrong)


counts = st.dictionaries(st.sampled_from(["death", "trade", "kill", "log_in", "x"]),
                         st.integers(0, 10**6))  # fmt: skip


@given(happened=counts, seed=st.integers())
@some
def test_there_is_a_trade_for_every_place_and_the_scarce_one_comes(happened, seed):
    assert persons.trade(happened, {}, Random(seed)) in persons.NEEDS
    crowded = {role: 9 for role in persons.NEEDS if role != "sailor"}
    assert persons.trade(happened, crowded, Random(seed)) == "sailor"


def test_where_many_die_a_healer_comes():
    assert persons.trade({"death": 500, "trade": 2}, {}, Random(1)) == "healer"


@given(
    severities=st.lists(st.floats(-5, 20), max_size=8), more=st.floats(0, 10),
    deaths=st.integers(0, 500), usual=st.floats(0, 500),
)  # fmt: skip
@some
def test_tension_is_a_share_and_more_trouble_is_never_less(severities, more, deaths, usual):
    now = tension.tension(severities=severities, deaths=deaths, usual_deaths=usual)
    worse = tension.tension(severities=[*severities, more], deaths=deaths, usual_deaths=usual)
    assert 0 <= now <= worse <= 1


@given(
    before=st.sampled_from([None, *tension.PHASES]), now=st.floats(0, 1), hours=st.floats(0, 100)
)
@some
def test_after_a_peak_comes_rest(before, now, hours):
    following = tension.phase(before, now, hours_since=hours)
    assert (following == "peak") == (now >= tension.HIGH)
    if before == "peak":
        assert following != "build_up"
    if before == "relax" and following == "build_up":
        assert now <= tension.LOW and hours >= tension.REST_HOURS


@given(
    closed=st.sets(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), max_size=60),
    radius=st.integers(0, 5),
)
@some
def test_every_cell_of_a_ground_can_be_walked_to_inside_of_it(closed, radius):
    def is_open(x, y):
        return (x, y) not in closed or (x, y) == (0, 0)

    ground = reachable((0, 0), radius, is_open)
    assert all(is_open(*cell) and max(map(abs, cell)) <= radius for cell in ground)
    for x, y in ground - {(0, 0)}:
        assert {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & ground


def test_what_does_not_go_together_does_not_either_way():
    kinds = sorted(conflicts.FESTIVE | conflicts.GRIM | conflicts.TALES | {"weather"})
    for one in kinds:
        for other in kinds:
            assert (other in conflicts.against(one)) == (one in conflicts.against(other))
    assert "feast" in conflicts.against("festival") and "invasion" in conflicts.against("festival")
    assert not conflicts.against("announcement")
