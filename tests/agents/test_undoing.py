"""Every agent's run is taken back: the world stands as before, or the reason why not is told."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from agents import runner, undoing
from agents.catalogue import AGENTS
from agents.catalogue.digs import spot
from agents.models import AgentRun
from agents.runner import Order
from aiworld.loops import wait_for
from npcs import circumstances
from npcs.models import NpcPersonality, NpcRelationship
from quests import awards, handover, ledger
from quests.models import DynamicQuest, RewardEntry
from tenants.context import tenant
from tests.agents.stage import busy as busy_hours
from tests.agents.test_economy import bought, stock
from tests.conftest import make_facts, make_npc
from tests.world.realm import CAVE, FIELD, TOWN, WOODS, busy, make_player, make_realm
from world import states
from world.digs import strata
from world.models import FactionNode, WorldEvent
from world.weather import turning

BRANNOC, ANA = f"{TOWN}/Brannoc#town", f"{TOWN}/Ana"
RUNS = {
    "dialogue": (BRANNOC, {"text": "Good day!"}),
    "decision": (BRANNOC, {"situation": "A thief runs past.", "options": ["Stop him.", "Wait."]}),
    "memory": ("everybody", {}),
    "quest": (BRANNOC, {"char_id": 1}),
    "world": ("everybody", {}),
    "karma": ("1", {"deed": "rescue", "weight": 1.0}),
    "reputation": ("1", {"deed": "rescue", "faction": "crown", "weight": 1.0}),
    "faction": ("crown", {"act": "raid", "target": "thieves", "intensity": 1.0}),
    "economy": ("everybody", {}),
    "merchant_economy": ("everybody", {}),
    "social_interaction": (BRANNOC, {"act": "chat", "other_npc": ANA, "weight": 1.0}),
    "map_hazard": (WOODS, {}),
    "dynamic_boss": (WOODS, {}),
    "adaptive_dungeon": ("everybody", {}),
    "treasure": ("everybody", {}),
    "weather_time": ("forest", {"weather": "clear"}),
    "world_event": ("everybody", {}),
    "problem": ("everybody", {}),
    "event_chain": ("everybody", {}),
    "dynamic_npc": (WOODS, {}),
    "archaeology": (CAVE, {}),  # where something lies in the ground: see `dig`
}
"""Each agent with what it runs over and is given."""
NO_CHANGE = {"dialogue", "memory"}
"""A rehearsal stores nothing; what is tidied up has a way back of its own."""


def everything():
    """Every row of the server that says how the world is, without what only grows."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label not in ("npcs", "world", "quests") or model.__name__ in UNCOUNTED:
            continue
        if model.__name__.startswith("Historical"):
            continue
        rows = model._base_manager.order_by().values()
        if model is WorldEvent:
            rows = rows.filter(retracted=False)
        if model is DynamicQuest:
            rows = rows.filter(status__in=("proposed", "offered", "active"))
        if model is NpcRelationship:  # who met stays known, and a day has one bound
            rows = rows.exclude(bond=0).values("npc", "other_npc", "char_id", "bond", "trust")
        found[model._meta.label] = sorted(str(_told(row)) for row in rows)
    noted = states.latest([states.WORLD, WOODS], now=timezone.now())
    found["states"] = sorted(
        f"{scope} {row.state.get('flags') or ''} {row.state.get('weather') or ''}"
        for scope, row in noted.items()
    )
    return found


UNCOUNTED = {
    "GameDrop", "GameSpawn", "GameItem", "GameMonster", "GameMap", "TreasureFind", "QuestMember",
    "WorldStateSnapshot", "InformationSharing",
}  # fmt: skip
"""The server's own data; what counts for nothing without its event or quest; a state is compared
as it is read; who told whom is a log."""


def _told(row):
    grows = ("position", "updated_at", "version")
    return {name: row[name] for name in sorted(row) if name not in grows}


@pytest.fixture
def stage(inside):
    make_realm()
    smith = make_npc(BRANNOC)
    make_facts(make_npc(ANA, x=166), "The bridge to the south has fallen into the river.")
    stock((501, 50, 25))
    bought(501, 500)
    busy(WOODS)
    busy(CAVE, kind="death")
    busy_hours(FIELD, "kill", 40)
    for char_id in (1, 2, 3):
        make_player(char_id, 30)
    for key in ("crown", "thieves"):
        FactionNode.objects.create(key=key, name=key.title(), kind="kingdom")
    storm = timezone.now()
    WorldEvent.objects.create(
        kind="weather", title="A storm rages.", status="active", starts_at=storm,
        ends_at=storm + timedelta(hours=3),
        data={"weather": "storm", "group": "forest", "maps": [WOODS]},
    )  # fmt: skip
    turning.note_skies(turning.skies())
    return smith


def dig():
    """What lies where follows from the server's id."""
    seed = f"{tenant().server_id} {CAVE}"
    ground = strata.layers(seed)
    for x in range(0, 40, 5):
        subject = spot(CAVE, x, 7)
        if strata.find(ground, seed=f"{seed} {subject}", dig=0):
            return subject, {"map": CAVE, "x": x, "y": 7, "char_id": 1}
    raise AssertionError("there is nothing in the ground")


def ran(agent):
    subject, asked = dig() if agent == "archaeology" else RUNS[agent]
    order = Order(
        agent=agent, subject=subject, window=uuid.uuid4().hex, cause="person", params=asked,
        char_id=int(subject) if subject.isdecimal() else None,
    )  # fmt: skip
    return wait_for(runner.run(order, with_model=False))


def test_the_world_stands_as_before_once_a_run_is_taken_back(stage):
    assert set(RUNS) == {spec.key for spec in AGENTS}
    wrong = {}
    for agent in RUNS:
        before = everything()
        done = ran(agent)
        run = AgentRun.objects.get(pk=done.run_id)
        changed = run.changes.count()
        if (changed > 0) == (agent in NO_CHANGE):
            wrong[agent] = f"it changed {changed} rows: {done.result}"
        if run.undoable:
            undoing.undo(run.pk)
        else:
            assert run.final and agent == "memory"
        if left := differences(before, everything()):
            wrong[agent] = left
    assert not wrong


def differences(before, after):
    return {
        label: (sorted(set(rows) - set(after[label])), sorted(set(after[label]) - set(rows)))
        for label, rows in before.items()
        if rows != after[label]
    }


class TestWhatWasPaid:
    @pytest.fixture
    def dug(self, stage):
        done = ran("archaeology")
        return done, awards.award(done.result["event"], now=timezone.now())

    def test_is_void_where_the_map_server_has_not_heard_of_it(self, dug):
        done, quest = dug
        entry = ledger.pay(quest.pk, 1, now=timezone.now())
        undoing.undo(done.run_id)
        entry.refresh_from_db()
        assert (entry.status, undoing.still_paid(done.run_id)) == ("void", 0)
        assert claimed() == []
        assert RewardEntry.objects.filter(reverses=entry).count() == 1

    def test_is_never_paid_where_it_was_not_yet(self, dug):
        done, quest = dug
        undoing.undo(done.run_id)
        assert claimed() == [] and not RewardEntry.objects.exists()
        assert DynamicQuest.objects.get(pk=quest.pk).status == "expired"

    def test_stays_where_the_player_has_it_and_is_told_until_staff_reverse_it(self, dug):
        done, _quest = dug
        [entry] = claimed()
        undoing.undo(done.run_id)
        entry.refresh_from_db()
        assert entry.status == "handed"
        day = AgentRun.objects.get(pk=done.run_id).began_at.date()
        assert undoing.still_paid(done.run_id) == 1 == undoing.still_paid_on("archaeology", day)
        ledger.reverse(entry.pk, by="owner", reason="undone", now=timezone.now())
        assert undoing.still_paid(done.run_id) == 0

    def test_of_a_run_that_was_called_is_told_with_the_one_that_called_it(self, dug):
        done, _quest = dug
        [_entry] = claimed()
        mine, now = AgentRun.objects.get(pk=done.run_id), timezone.now()
        called = {"agent": mine.agent, "map": mine.subject, "why": ""}
        caller = AgentRun.objects.create(
            agent="world", subject="everybody", window="w", cause="schedule", status="done",
            began_at=now, lease_until=now, result={"called": [called], "window": mine.window},
        )  # fmt: skip
        undoing.undo(caller.pk)
        assert undoing.still_paid(caller.pk) == 1 == undoing.still_paid_on("world", now.date())


def claimed():
    return handover.claim(1, last_given=0, takes_back=False, now=timezone.now())


def test_nobody_talks_of_a_storm_that_was_taken_back(stage):
    def seen():
        persona = NpcPersonality.objects.get(key=f"{WOODS}/Ivo").persona
        known = circumstances.world(persona, char_id=1, now=timezone.now(), asked={"weather"})
        return known.get("weather")

    make_npc(f"{WOODS}/Ivo")
    done = ran("weather_time")
    assert seen() == "clear"
    undoing.undo(done.run_id)
    assert seen() == "storm"  # that was before it
    WorldEvent.objects.all().delete()
    done = ran("weather_time")
    undoing.undo(done.run_id)
    assert seen() is None
