"""How far an act spreads among factions, and what it does to two of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiworld.changes import Changes
from aiworld.errors import Invalid, NotFound
from world import factions
from world.factions import ACTS, RELATIONS, TOWARDS, act, closeness, relation, spread
from world.models import FactionNode


@pytest.fixture
def graph(inside):
    def graph(**edges):
        """graph(a={"b": ("allied", 1)}, b={})"""
        for key, relations in edges.items():
            told = {
                other: {"kind": kind, "strength": by} for other, (kind, by) in relations.items()
            }
            FactionNode.objects.update_or_create(
                key=key, defaults={"name": key.title(), "kind": "guild", "relations": told}
            )

    return graph


def felt(key, points):
    return {one.key: (round(one.points, 2), one.hops) for one in spread(key, points)}


def test_allies_feel_three_tenths_and_enemies_half_of_it_the_other_way(graph):
    graph(a={"b": ("allied", 1.0), "c": ("at_war", 0.8), "d": ("trading", 0.5)}, b={}, c={}, d={})
    assert felt("a", 100) == {"a": (100, 0), "b": (30, 1), "c": (-40, 1), "d": (15, 1)}


def test_it_is_damped_with_every_step_and_ends_after_three(graph):
    one = ("allied", 1.0)
    graph(a={"b": one}, b={"c": one}, c={"d": one}, d={"e": one}, e={})
    assert felt("a", 10_000) == {
        "a": (10_000, 0), "b": (3_000, 1), "c": (450, 2), "d": (67.5, 3),
    }  # fmt: skip


def test_the_enemy_of_an_enemy_is_pleased(graph):
    graph(a={"b": ("hostile", 1.0)}, b={"c": ("rival", 1.0)}, c={})
    assert felt("a", -400) == {"a": (-400, 0), "b": (200, 1), "c": (-50, 2)}


def test_ways_add_up_but_never_beyond_the_act(graph):
    many = [f"ally{at}" for at in range(8)]
    enemies = {key: {"end": ("at_war", 1.0)} for key in many}
    graph(a=dict.fromkeys(many, ("at_war", 1.0)), end={}, **enemies)
    assert felt("a", 100)["end"] == (100, 2)  # 8 ways of 12.5


edges = st.tuples(
    st.integers(0, 11), st.integers(0, 11), st.sampled_from(sorted(TOWARDS)), st.floats(0, 1)
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(edges, max_size=40), st.floats(-1_000, 1_000))
def test_the_statements_say_what_the_rule_says_of_any_graph(inside, ties, points):
    """The rule a second time, over a graph in memory."""
    told = {f"f{at}": {} for at in range(12)}
    for one, other, kind, strength in ties:
        told[f"f{one}"][f"f{other}"] = {"kind": kind, "strength": strength}
    FactionNode.objects.all().delete()
    FactionNode.objects.bulk_create(
        FactionNode(key=key, name=key, kind="guild", relations=known) for key, known in told.items()
    )
    known, frontier = {"f0": points}, {"f0": points}
    for hops in range(1, factions.FURTHEST + 1):
        coming = {}
        for source, felt_by in sorted(frontier.items()):
            for target, edge in told[source].items():
                sign = factions.ALLY if TOWARDS[edge["kind"]] > 0 else -factions.ENEMY
                part = sign * edge["strength"] * (1 if hops == 1 else factions.DAMPING)
                if target not in known:
                    coming[target] = coming.get(target, 0) + felt_by * part
        bound = abs(points)
        frontier = {key: min(max(one, -bound), bound) for key, one in coming.items()}
        frontier = {key: one for key, one in frontier.items() if abs(one) >= factions.LEAST}
        known |= frontier
    found = {one.key: one.points for one in spread("f0", points)}
    away = {*found} ^ {*known}
    assert all(abs(abs({**found, **known}[key]) - factions.LEAST) < 1e-6 for key in away)
    if not away:
        assert found == pytest.approx(known)


def test_rings_end(graph):
    graph(a={"b": ("allied", 1)}, b={"a": ("allied", 1), "b": ("allied", 1)})
    assert felt("a", 100) == {"a": (100, 0), "b": (30, 1)}


@pytest.mark.parametrize("edge", ["friend", 3, {"kind": 7}, {"strength": 1}, None])
def test_what_is_no_edge_carries_nothing(graph, edge):
    graph(a={}, b={})
    FactionNode.objects.filter(key="a").update(relations={"b": edge, "nobody": edge})
    assert set(felt("a", 100)) == {"a"}


def test_nobody_feels_what_a_faction_that_is_gone_would(graph):
    graph(a={"gone": ("allied", 1.0)})
    assert set(felt("a", 100)) == {"a", "gone"}  # whoever uses it looks the row up


def test_every_relation_is_near_or_far():
    assert set(RELATIONS) <= set(TOWARDS)
    assert relation(1) == "allied" and relation(0) == "rival" and relation(-1) == "at_war"


@pytest.mark.parametrize("deed", sorted(ACTS))
def test_an_act_moves_both_ways_alike(graph, deed):
    graph(a={"b": ("friendly", 0.5)}, b={"a": ("friendly", 0.5)})
    changes = Changes()
    kind, strength = act("a", "b", deed, intensity=1, changes=changes)
    a, b = FactionNode.objects.order_by("key")
    assert a.relations["b"] == b.relations["a"] == {"kind": kind, "strength": strength}
    moved = closeness(a, "b") - 0.3
    assert (moved > 0) == (ACTS[deed] > 0) and moved != 0
    assert len(changes.noted) == 2


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.floats(0, 1)), max_size=12))
def test_no_sequence_of_acts_leaves_the_scale(deeds):
    row = FactionNode(key="a", name="A", kind="guild", relations={})
    near = 0.0
    for deed, intensity in deeds:
        near = min(max(near + ACTS[deed] * intensity, -1), 1)
        kind, strength = factions._stands(row, "b", near)
        row.relations = {"b": {"kind": kind, "strength": strength}}
        assert 0 <= strength <= 1 and -1 <= closeness(row, "b") <= 1
        assert closeness(row, "b") == pytest.approx(near, abs=0.31)


def test_a_vassal_stays_one_until_it_turns(graph):
    graph(a={"b": ("vassal", 0.9)}, b={"a": ("vassal", 0.9)})
    assert act("a", "b", "insult", intensity=0.5, changes=Changes())[0] == "vassal"
    assert act("a", "b", "war", intensity=1, changes=Changes())[0] in ("rival", "hostile")


def test_unknown_factions_and_oneself_are_refused(graph):
    graph(a={})
    with pytest.raises(NotFound):
        act("a", "nobody", "aid", intensity=1, changes=Changes())
    with pytest.raises(Invalid):
        act("a", "a", "aid", intensity=1, changes=Changes())
