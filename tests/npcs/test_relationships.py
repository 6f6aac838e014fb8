from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from npcs.models.relationship import FIRST_TRUST, NpcRelationship
from npcs.relationships import DAILY_BOUND, meet, moved
from tenants.context import in_tenant

NOW = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "trust, moved_today, wish, after",
    [
        (2.0, 0.0, 0.0, 2.0),
        (2.0, 0.0, 0.3, 2.3),
        (2.0, 0.0, -0.3, 1.7),
        (2.0, 0.0, 5.0, 3.0),
        (2.0, 0.0, -5.0, 1.0),
        (2.0, 0.9, 0.3, 2.1),
        (2.0, 1.0, 0.3, 2.0),
        (2.0, -1.0, -0.3, 2.0),
        (2.0, 1.0, -0.3, 1.7),
        (2.0, 1.0, -5.0, 0.0),
        (9.9, 0.0, 0.5, 10.0),
        (0.2, 0.0, -0.5, 0.0),
        (10.0, 0.0, 1.0, 10.0),
        (0.0, 0.0, -1.0, 0.0),
    ],
)
def test_trust_moves_within_the_day_and_the_scale(trust, moved_today, wish, after):
    step = moved(trust=trust, moved_today=moved_today, wish=wish)
    assert step.trust == pytest.approx(after)
    assert step.change == pytest.approx(after - trust)


@given(
    st.floats(0, 10),
    st.lists(st.floats(-20, 20, allow_nan=False), max_size=40),
)
def test_no_day_moves_trust_further_than_its_bound(first, wishes):
    trust, total = first, 0.0
    for wish in wishes:
        step = moved(trust=trust, moved_today=total, wish=wish)
        assert 0 <= step.trust <= 10
        assert step.change * wish >= -1e-4 or abs(total) > DAILY_BOUND - 1e-3
        trust, total = step.trust, total + step.change
        assert abs(total) <= DAILY_BOUND + 0.001
    assert abs(trust - first) <= DAILY_BOUND + 0.001


@given(st.floats(0, 10), st.floats(-1, 1), st.floats(-20, 20), st.floats(-20, 20))
def test_who_wishes_more_gets_no_less(trust, total, one, other):
    low, high = sorted((one, other))
    assert (
        moved(trust=trust, moved_today=total, wish=low).trust
        <= moved(trust=trust, moved_today=total, wish=high).trust
    )


@pytest.fixture
def say(npc, inside):
    def say(wish, *, now=NOW, name="Aline", reason="kind"):
        with transaction.atomic():
            return meet(npc.pk, 7, name, wish=wish, reason=reason, now=now)

    return say


def test_the_first_meeting(say):
    step = say(0.4)
    row = NpcRelationship.objects.get()
    assert step.trust == row.trust == pytest.approx(FIRST_TRUST + 0.4)
    assert (row.char_id, row.player_name, row.talks, row.last_reason) == (7, "Aline", 1, "kind")
    assert row.first_met_at == row.last_met_at == NOW


def test_meetings_are_counted_and_a_new_name_is_noted(say):
    say(0.4)
    say(0, name="Alina", reason="", now=NOW + timedelta(minutes=1))
    row = NpcRelationship.objects.get()
    assert (row.talks, row.player_name, row.last_reason) == (2, "Alina", "kind")
    assert row.last_met_at == NOW + timedelta(minutes=1)


def test_the_day_is_over_at_midnight(say):
    for _ in range(5):
        say(0.5)
    assert NpcRelationship.objects.get().trust == pytest.approx(FIRST_TRUST + 1)
    say(0.5, now=NOW + timedelta(hours=11))
    assert NpcRelationship.objects.get().trust == pytest.approx(FIRST_TRUST + 1)
    say(0.5, now=NOW + timedelta(hours=13))
    assert NpcRelationship.objects.get().trust == pytest.approx(FIRST_TRUST + 1.5)


def test_many_at_once_are_all_counted(npc, server):
    def one(_):
        try:
            with in_tenant(server), transaction.atomic():
                meet(npc.pk, 7, "Aline", wish=0.05, reason="kind", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(16)))
    with in_tenant(server):
        row = NpcRelationship.objects.get()
    assert row.talks == 16
    assert row.trust == pytest.approx(FIRST_TRUST + 0.8)
