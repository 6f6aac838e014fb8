"""The world's pace and the budget, what does not go together, travellers, and what lies in the
ground."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents import orders, reasons, runner, schedule, undoing
from agents.catalogue import happenings
from agents.catalogue.digs import spot
from agents.models import AgentRun, AgentSetting
from agents.runner import Order
from aiworld.errors import Conflict, Invalid, OverQuota, Unavailable
from aiworld.loops import wait_for
from npcs.models import NpcPersonality
from quests import awards
from tenants.context import in_schema
from tenants.models import Outbox, Server
from tests.agents.stage import HOUR, busy, earlier, event_of, make_map, ran
from tests.conftest import make_npc
from world import states
from world.digs import recording, strata
from world.happenings import around, conflicts, limits, planning
from world.happenings.planning import Happening
from world.models import WorldEvent, WorldEventLimit, WorldStateSnapshot
from world.reports.counting import count
from world.reports.events import GameEvent as ReportedEvent
from world.reports.events import Kind
from world.roaming import coming, persons
from world.treasure import finding

FIELD = "prt_fild08"


def planned(kind, *, by="world", map_name=FIELD, severity=1.0, **fields):
    told = Happening(kind=kind, title=kind, map_name=map_name, severity=severity, **fields)
    return planning.plan(told, made_by=by)[0]


class TestWhatDoesNotGoTogether:
    def test_two_feasts_on_one_map_do_not_and_on_two_they_do(self, inside):
        planned("festival")
        with pytest.raises(Conflict):
            planned("feast")
        planned("feast", map_name="payon")
        with pytest.raises(Conflict):
            planned("market", map_name="")

    def test_of_a_feast_and_an_invasion_the_graver_stays(self, inside):
        feast = planned("festival", severity=2)
        raid = planned("invasion", severity=7)
        feast.refresh_from_db()
        assert (feast.status, raid.status) == ("ended", "active")
        with pytest.raises(Conflict):
            planned("market", severity=3)

    def test_what_staff_made_stays_and_staff_may_do_as_they_like(self, inside):
        feast = planned("festival", by="staff", severity=1)
        with pytest.raises(Conflict):
            planned("invasion", severity=9)
        planned("parade", by="staff")
        feast.refresh_from_db()
        assert feast.status == "active"

    def test_what_gave_way_goes_on_when_the_other_is_taken_back(self, owner, inside):
        feast = planned("feast", severity=2)
        busy(FIELD, "death", 40, hours=1, first=0)
        done = ran("world_event")
        feast.refresh_from_db()
        assert (event_of(done).kind, feast.status) == ("warning", "ended")
        undoing.undo(done.run_id, by=owner)
        feast.refresh_from_db()
        assert (feast.status, event_of(done).retracted) == ("active", True)

    def test_agents_choose_what_does(self, inside):
        planned("festival", by="staff")
        busy(FIELD, "death", 40, hours=1, first=0)
        assert ran("world_event").result["event"] is None


class TestTheBudget:
    def test_of_a_day_holds_for_all_kinds_together_and_not_for_staff(self, inside):
        WorldEventLimit.objects.create(kind=limits.ALL, per_day=9)
        planned("spawn", data={"monster_id": 1002, "amount": 1})
        planned("spawn", data={"monster_id": 1002, "amount": 1})
        with pytest.raises(OverQuota, match="9 points"):
            planned("tale")
        assert limits.spent() == 8
        planned("weather", data={"weather": "rain"})
        planned("tale", by="staff")
        WorldEvent.objects.update(created_at=timezone.now() - timedelta(hours=25))
        planned("tale")

    def test_is_ours_where_the_owner_said_nothing_and_never_endless(self, inside):
        assert limits.budget() == limits.BUDGET
        WorldEventLimit.objects.create(kind=limits.ALL, per_day=2**31 - 1)
        assert limits.budget() == limits.MOST

    def test_that_is_spent_makes_a_run_fail_and_changes_nothing(self, inside):
        WorldEventLimit.objects.create(kind=limits.ALL, per_day=1)
        busy(FIELD, "death", 40, hours=1, first=0)
        with pytest.raises(OverQuota):
            ran("world_event")
        assert not WorldEvent.objects.exists()
        assert AgentRun.objects.get().status == "failed"


wishes = st.tuples(
    st.sampled_from(
        ["festival", "feast", "market", "invasion", "warning", "spawn", "hazard", "tale"]
    ),
    st.sampled_from(["", FIELD, "payon"]), st.integers(0, 9),
)  # fmt: skip


@given(wished=st.lists(wishes, max_size=9), points=st.integers(0, 30))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_sequence_of_wishes_spends_more_than_the_budget_or_leaves_a_conflict(
    inside, wished, points
):
    WorldEvent.objects.all().delete()
    WorldEventLimit.objects.update_or_create(kind=limits.ALL, defaults={"per_day": points})
    for kind, map_name, severity in wished:
        data = {"monster_id": 1002, "amount": 1} if kind == "spawn" else {}
        with suppress(Conflict, OverQuota, Invalid):
            planned(kind, map_name=map_name, severity=severity, data=data)
        assert limits.spent() <= points
    standing = list(WorldEvent.objects.exclude(status="ended"))
    for one in standing:
        for other in standing:
            meet = not one.map_name or not other.map_name or one.map_name == other.map_name
            assert one.pk == other.pk or not (meet and other.kind in conflicts.against(one.kind))


def test_agents_see_what_the_others_did_on_the_map_bounded_and_latest_first(inside):
    for at in range(20):
        row = planned(f"tale{at}", by="staff")
    planned("tale", by="staff", map_name="payon")
    planned("weather", by="staff", map_name="", data={"weather": "rain"})
    seen = happenings.gather(FIELD, {})["lately"]
    assert len(seen) == around.MOST and seen[0]["title"] == row.title
    assert {one["map"] for one in seen} == {FIELD}
    json.dumps(seen)


class TestThePace:
    def waiting(self):
        with in_schema():
            return [json.loads(row.subject) for row in Outbox.objects.filter(task=orders.TASK)]

    def test_a_quiet_world_with_cause_calls_the_others_and_they_run(self, inside):
        busy(FIELD, "kill", 40)
        done = ran("world")
        assert (done.result["phase"], done.result["called"]) == (
            "build_up", [{"agent": "event_chain", "map": FIELD, "why": "beasts"}],
        )  # fmt: skip
        [[agent, subject, window]] = self.waiting()
        schedule.run_due(json.dumps([agent, subject, window]))
        assert WorldEvent.objects.filter(kind="chain", map_name=FIELD).exists()
        assert ran("world").result["called"] == [], "one of its kind a day"

    def test_taken_back_with_what_it_called(self, owner, inside):
        busy(FIELD, "kill", 40)
        done = ran("world")
        [[agent, subject, window]] = self.waiting()
        schedule.run_due(json.dumps([agent, subject, window]))
        assert WorldEvent.objects.filter(kind="chain", retracted=False).exists()
        row = AgentRun.objects.get(pk=done.run_id)
        assert [one.status for _, _, one in undoing.runs_called_by(row)] == ["done"]
        assert undoing.undo(done.run_id, by=owner) >= 2
        assert not WorldEvent.objects.filter(kind="chain", retracted=False).exists()
        assert AgentRun.objects.get(agent=agent).status == "undone"
        assert undoing.left_standing(done.run_id) == 0
        assert undoing.undo(done.run_id, by=owner) == 0

    def test_taken_back_before_what_it_called_has_begun(self, owner, inside):
        busy(FIELD, "kill", 40)
        done = ran("world")
        [order] = self.waiting()
        undoing.undo(done.run_id, by=owner)
        schedule.run_due(json.dumps(order))
        assert not WorldEvent.objects.exists()
        never = AgentRun.objects.get(agent=order[0])
        assert (never.status, never.idle) == ("undone", reasons.NEVER_BEGAN)

    def test_is_not_taken_back_while_what_it_called_is_at_work(self, owner, inside):
        busy(FIELD, "kill", 40)
        done = ran("world")
        [[agent, subject, window]] = self.waiting()
        order = Order(agent=agent, subject=subject, window=window, cause="event", params={})
        spec = runner.spec_of(agent)
        claim = runner._claim(spec, order)
        with pytest.raises(Unavailable, match="try again"):
            undoing.undo(done.run_id, by=owner)
        assert AgentRun.objects.get(pk=done.run_id).status == "done", "nothing, or all"
        AgentRun.objects.filter(agent=agent).update(lease_until=timezone.now())
        undoing.undo(done.run_id, by=owner)
        facts = spec.gather(subject, {})
        with pytest.raises(Conflict):  # the worker wakes up, too late
            output = spec.decide(facts, Random(1))
            runner._apply(spec, order, claim, facts, output, "composer", [], time.monotonic())
        assert not WorldEvent.objects.exists()

    def test_what_it_called_and_cannot_be_taken_back_stays_and_is_told(self, owner, inside):
        busy(FIELD, "kill", 40)
        done = ran("world")
        [order] = self.waiting()
        schedule.run_due(json.dumps(order))
        AgentRun.objects.filter(agent=order[0]).update(undoable=False)
        undoing.undo(done.run_id, by=owner)
        assert undoing.left_standing(done.run_id) == 1
        assert WorldEvent.objects.filter(kind="chain", retracted=False).exists()

    def test_a_tense_world_is_left_alone_and_then_rests(self, inside):
        busy(FIELD, "kill", 40)
        for severity in (8, 9):
            planned("invasion", by="staff", severity=severity)
        peak = ran("world")
        assert (peak.result["phase"], peak.result["called"]) == ("peak", [])
        WorldEvent.objects.update(status="ended")
        rest = ran("world")
        assert rest.result["phase"] == "relax"
        assert not {one["agent"] for one in rest.result["called"]} & {"event_chain", "problem"}
        row = WorldStateSnapshot.objects.filter(scope="world").latest("taken_at")
        assert row.state["flags"]["tension"] == "relax"
        state = row.state | {"flags": row.state["flags"] | {"tension_since": 0}}
        WorldStateSnapshot.objects.filter(pk=row.pk).update(state=state)
        assert ran("world").result["phase"] == "build_up"

    def test_what_is_off_or_beyond_the_budget_is_not_called(self, inside):
        busy(FIELD, "kill", 40)
        setting = AgentSetting.objects.create(agent="event_chain", is_on=False)
        assert ran("world").result["called"] == []
        setting.delete()
        WorldEventLimit.objects.create(kind=limits.ALL, per_day=3)
        assert ran("world").result["called"] == []

    def test_its_state_is_taken_back_and_other_flags_stay(self, owner, inside):
        now = timezone.now()
        state = {"flags": {"siege": True}, "castles": {"a": "b"}}
        WorldStateSnapshot.objects.create(taken_at=now - HOUR, scope="world", state=state)
        done = ran("world")
        latest = states.latest(["world"], now=timezone.now())["world"].state
        assert latest["flags"]["siege"] is True and latest["castles"] == {"a": "b"}
        assert latest["flags"]["tension"] == "build_up"
        undoing.undo(done.run_id, by=owner)
        assert states.latest(["world"], now=timezone.now())["world"].state == state


def test_where_an_mvp_fell_the_world_event_agent_runs_once_an_hour(inside):
    now = timezone.now()
    for at in range(2):
        report = ReportedEvent(
            digest=f"{at:032x}", kind=Kind.MVP_KILL, at=now, char_id=1, name="A",
            map_name="gef_dun02", x=1, y=1, target_id=1046,
        )  # fmt: skip
        assert count([report]).accepted == 1
    with in_schema():
        row, *_ = Outbox.objects.filter(task=orders.TASK)
    schedule.run_due(row.subject)
    run = AgentRun.objects.get()
    assert (run.agent, run.subject, run.cause) == ("world_event", "gef_dun02", "event")
    assert WorldEvent.objects.get(kind="feast").map_name == "gef_dun02"


class TestATraveller:
    def test_comes_to_ground_that_can_be_walked_is_told_and_leaves(self, inside):
        make_map(FIELD)
        busy(FIELD, "death", 5)
        done = ran("dynamic_npc")
        npc, row = NpcPersonality.objects.get(), event_of(done)
        assert done.result["npc"] == npc.key == f"{FIELD}/{npc.name}#road"
        assert (npc.role, npc.group, npc.ai_enabled) == ("healer", "roaming", True)
        assert persons.faults(npc.role, {name: getattr(npc, name) for name in (
            "openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism",
        )}, npc.alignment) == []  # fmt: skip
        told = row.data
        assert told["left"] <= npc.x <= told["right"] and told["bottom"] <= npc.y <= told["top"]
        assert told["right"] - told["left"] <= 2 * coming.RADIUS
        assert coming.leave() == 0
        earlier(timedelta(days=4), kind="npc_arrival")
        planning.keep_time()
        assert (coming.leave(), coming.leave()) == (1, 0)
        npc.refresh_from_db()
        assert npc.ai_enabled is False

    def test_is_taken_back_whole(self, owner, inside):
        make_map(FIELD)
        done = ran("dynamic_npc", FIELD, role="guard", days=14)
        assert undoing.undo(done.run_id, by=owner) == 2
        assert not NpcPersonality.objects.exists() and event_of(done).retracted

    def test_no_more_come_than_the_servers_limit_allows(self, inside):
        make_map(FIELD)
        with in_schema():
            Server.objects.filter(pk=inside.pk).update(max_concurrent_npcs=40)
        limit = inside.max_concurrent_npcs
        inside.max_concurrent_npcs = 40
        try:
            keys = {ran("dynamic_npc", FIELD).result["npc"] for _ in range(3)}
        finally:
            inside.max_concurrent_npcs = limit
            with in_schema():
                Server.objects.filter(pk=inside.pk).update(max_concurrent_npcs=limit)
        assert len(keys - {""}) == 2 and "" in keys

    def test_of_a_map_without_room_or_a_role_there_is_not_is_refused(self, inside):
        with pytest.raises(Invalid, match="import_db"):
            ran("dynamic_npc", FIELD)
        make_map(FIELD)
        make_map("rock", open_cells=False)
        for subject, asked in (
            ("rock", {}), ("atlantis", {}), (FIELD, {"role": "pope"}), (FIELD, {"days": 15}),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                ran("dynamic_npc", subject, **asked)
        assert not NpcPersonality.objects.exists()

    def test_never_has_the_name_of_somebody_else(self, inside):
        make_map(FIELD)
        for name in persons.NAMES[1:]:
            make_npc(f"prontera/{name}")
        ran("dynamic_npc", FIELD)
        assert NpcPersonality.objects.get(group="roaming").name == persons.NAMES[0]
        assert ran("dynamic_npc", FIELD).result["npc"] == ""


def digs(x, y, char_id):
    return Order(
        agent="archaeology", subject=spot(FIELD, x, y), window=f"{x} {y}", cause="call",
        params={"map": FIELD, "x": x, "y": y, "char_id": char_id},
    )  # fmt: skip


def dug(x=11, y=12, **options):
    return ran("archaeology", spot(FIELD, x, y), map=FIELD, x=x, y=y, **options)


class TestADig:
    def test_goes_deeper_and_back_in_time_down_to_the_rock(self, inside):
        make_map(FIELD)
        WorldEventLimit.objects.create(kind="find", per_day=1_000)
        ground = strata.layers(f"{inside.server_id} {FIELD}")
        runs = [dug() for _ in range(strata.digs_to_rock(ground) + 1)]
        finds = [done.result["find"] for done in runs if done.result["find"]]
        depths = [find["depth_cm"] for find in finds]
        layers = [find["layer"] for find in finds]
        assert depths == sorted(depths) and layers == sorted(layers)
        for upper, lower in zip(finds, finds[1:], strict=False):
            if upper["layer"] < lower["layer"]:
                assert upper["latest"] <= lower["latest"]
        assert runs[-1].result["rock"] and not runs[-1].result["find"]
        titles = WorldEvent.objects.filter(kind="find").values_list("title", flat=True)
        assert len(titles) == len(finds) and all(FIELD in title for title in titles)

    def test_a_find_is_a_tale_that_names_its_age_and_is_no_item(self, inside):
        make_map(FIELD)
        runs = (dug(5 * (at % 10) + 5, 5 * (at // 10) + 5) for at in range(100))
        done = next(done for done in runs if done.result["find"])
        row = event_of(done)
        assert planning.data_of("find", row.data) == row.data
        assert str(row.data["earliest"]) in row.description
        assert not {"item", "item_id", "zeny", "reward"} & row.data.keys()

    def test_who_digs_is_paid_for_a_few_finds_a_day_and_for_none_that_was_taken_back(self, inside):
        make_map(FIELD)
        places = iter([(5 * (at % 10) + 5, 5 * (at // 10) + 5) for at in range(100)])

        def find(char_id):
            runs = (wait_for(runner.run(digs(x, y, char_id))) for x, y in places)
            return next(done for done in runs if done.result["find"])

        runs = [find(7) for _ in range(recording.PAID_A_DAY + 2)]
        found = [finding.finder(done.result["event"]) for done in runs]
        assert found == [7] * recording.PAID_A_DAY + [None, None]
        assert finding.finder(find(8).result["event"]) == 8
        with in_schema():
            assert Outbox.objects.filter(task=recording.AWARD).count() == recording.PAID_A_DAY + 1
        make_npc("prontera/Brannoc")
        undoing.undo(runs[0].run_id)
        paid = [awards.award(done.result["event"], now=timezone.now()) for done in runs]
        assert [quest is not None for quest in paid] == [False, True, True, False, False]

    def test_where_nobody_can_stand_or_there_is_no_map_is_refused(self, inside):
        make_map(FIELD)
        make_map("payon")
        for subject, asked in (
            (spot(FIELD, 500, 1), {"map": FIELD, "x": 500, "y": 1}),
            (spot("atlantis", 1, 1), {"map": "atlantis", "x": 1, "y": 1}),
            (spot(FIELD, 1, 1), {"map": "payon", "x": 1, "y": 1}),
            (spot(FIELD, 1, 1), {}),
        ):
            with pytest.raises(Invalid):
                ran("archaeology", subject, **asked)
        assert not AgentRun.objects.filter(status="done").exists()
