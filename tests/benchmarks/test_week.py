"""The simulated week: what it lives through is the product's own, and its audit finds what is above
a cap."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from benchmarks.population.people import FIRST_ID
from benchmarks.world import realm
from benchmarks.world.adventures import Adventures
from benchmarks.world.caps import audit
from benchmarks.world.clock import simulated
from benchmarks.world.living import STEP, Plan
from quests.models import DynamicQuest, RewardEntry
from tests.conftest import make_npc
from world.reports.counting import count


def test_whoever_asks_for_the_time_hears_the_simulated_one():
    real = timezone.now()
    with simulated(real - timedelta(days=3)) as clock:
        assert timezone.now() == real - timedelta(days=3)
        clock.now += timedelta(hours=1)
        assert timezone.now() == clock.now
    assert timezone.now() >= real


def test_whoever_takes_work_does_it_by_reported_events_and_is_paid_within_the_caps(inside):
    plan = Plan(players=40, days=1, before=0)
    with simulated(plan.begins) as clock:
        npcs = realm.furnish()
        lived = Adventures(plan.population(), npcs, step=STEP, seed=1)
        for char_id in range(FIRST_ID, FIRST_ID + 12):
            lived.seek(char_id, 30, clock.now)
        for _ in range(30):
            clock.now += 4 * STEP
            if happened := list(lived.events(clock.now.timestamp())):
                count(happened)
            lived.act(clock.now.timestamp())
    told, found = lived.tally, audit()
    assert len(told.accepted) == 12 and not told.stuck
    completed = DynamicQuest.objects.filter(status="completed").count()
    assert 0 < found.grants == completed
    assert found.over == found.twice == 0


def test_the_audit_counts_what_is_above_a_cap(inside):
    now = timezone.now()
    npc, who = make_npc(), {"char_id": 1, "npc_key": "a", "difficulty": 1, "item_value": 0}
    for at in range(6):
        DynamicQuest.objects.create(npc=npc, char_id=1, kind="kill", title="T", text="T",
                                    status="completed")  # fmt: skip
        RewardEntry.objects.create(
            kind="grant", quest_number=at, day=now.date(), zeny=1_900, base_exp=0, job_exp=0,
            items=[], granted_at=now, cause="x", subject=str(at), **who,
        )  # fmt: skip
    found = audit()
    assert (found.grants, found.over, found.twice) == (6, 1, 0)
    assert found.fullest["player"] == 1.14 and found.fullest["quest"] == 0.95
