"""Chains and problems: drawn from what was reported, decided by reports or by time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from agents import undoing
from agents.models import AgentSetting
from aiworld.errors import Invalid
from npcs.models import NpcKnowledge
from tenants.context import in_tenant
from tests.agents.stage import HOUR, busy, earlier, event_of, make_map, ran, reported
from tests.conftest import make_npc
from tests.llm_endpoint import LLMEndpoint, answer
from world import news
from world.chains import advancing, graph
from world.happenings.tales import Chain
from world.models import (
    ActivityHour,
    EconomicTransaction,
    FactionNode,
    GameDrop,
    GameItem,
    GameMonster,
    GameSpawn,
    PlayerProfile,
    StandingMove,
    WorldEvent,
)
from world.problems import settling

FIELD = "prt_fild08"


@pytest.fixture
def hunted(inside):
    """A map on which forty monsters fall in an hour."""
    busy(FIELD, "kill", 40)


def chain_of(done):
    return Chain.model_validate(event_of(done).data)


def step_event(done):
    steps = WorldEvent.objects.filter(kind="chain_step", data__part_of=done.result["event"])
    return steps.order_by("-pk").first()


class TestAChain:
    def test_begins_with_its_first_step_where_most_happens(self, hunted):
        busy("quiet", "kill", 1)
        done = ran("event_chain")
        chain, row = chain_of(done), event_of(done)
        assert (row.kind, row.map_name, chain.theme) == ("chain", FIELD, "beasts")
        assert graph.faults(chain.steps) == [] and len(chain.steps) == 6
        first = step_event(done)
        assert (first.status, first.data["step"], first.title) == (
            "active", "s1", chain.steps[0].title,
        )  # fmt: skip
        assert first.data["wanted"]["goal"] == chain.steps[0].wanted.goal > 100

    def test_goes_on_when_the_goal_is_reached_and_not_before(self, hunted):
        done = ran("event_chain")
        goal = chain_of(done).steps[0].wanted.goal
        reported("kill", goal - 1, FIELD)
        reported("kill", goal, "elsewhere")
        assert advancing.advance() == 0
        reported("kill", 1, FIELD)
        assert advancing.advance() == 1
        chain = chain_of(done)
        assert (chain.at, chain.path[0].outcome) == (chain.steps[0].done, "done")
        now = step_event(done)
        assert (now.status, now.data["step"]) == ("active", chain.at)
        before = WorldEvent.objects.get(kind="chain_step", data__step="s1")
        assert before.status == "ended"

    def test_ends_badly_when_nobody_does_anything_and_takes_the_longest_way_otherwise(self, hunted):
        done = ran("event_chain", steps=4)
        ActivityHour.objects.all().delete()
        for _ in range(3):
            earlier(13 * HOUR, kind="chain_step", status="active")
            advancing.advance()
        chain, row = chain_of(done), event_of(done)
        assert [(one.step, one.outcome) for one in chain.path] == [("s1", "missed"), ("s4", "done")]
        assert (row.status, chain.at) == ("ended", "")
        assert chain.steps[3].part == "downfall"

    def test_ends_in_triumph_when_every_goal_is_reached(self, hunted):
        done = ran("event_chain", steps=7)
        for _ in range(8):
            reported("kill", 5_000, FIELD)
            advancing.advance()
            earlier(7 * HOUR, kind="chain_step", status="active", data__wanted=None)
        chain = chain_of(done)
        assert [one.step for one in chain.path] == ["s1", "s2", "s3", "s4", "s5", "s6"]
        assert (event_of(done).status, chain.steps[5].part) == ("ended", "triumph")

    def test_is_taken_back_with_all_its_steps_and_nobody_knows_of_it(self, owner, hunted):
        make_npc(f"{FIELD}/Hermit", map_name=FIELD, ai_enabled=True)
        done = ran("event_chain")
        reported("kill", 5_000, FIELD)
        advancing.advance()
        news.witness()
        assert NpcKnowledge.objects.filter(origin="heard").exists()
        assert undoing.undo(done.run_id, by=owner) == 2
        parts = WorldEvent.objects.filter(kind__in=("chain", "chain_step"))
        assert {(row.status, row.retracted) for row in parts} == {("ended", True)}
        assert not NpcKnowledge.objects.filter(origin="heard").exists()
        assert advancing.advance() == 0

    def test_is_not_begun_where_one_goes_on_nor_where_nothing_happens(self, hunted):
        ran("event_chain")
        assert ran("event_chain", FIELD).result["event"] is None
        make_npc("payon/Guard", map_name="payon")
        assert ran("event_chain", "payon").result["event"] is None

    def test_of_a_map_theme_or_length_there_is_not_is_refused(self, hunted):
        make_map("prontera")
        for subject, asked in (
            ("atlantis", {}), ("everybody", {"theme": "love"}), ("everybody", {"steps": 8}),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                ran("event_chain", subject, **asked)
        assert not WorldEvent.objects.exists()


class TestALanguageModel:
    @pytest.fixture
    def llm(self, settings, server):
        with in_tenant(server):
            AgentSetting.objects.create(agent="event_chain", ask_model=True)
            AgentSetting.objects.create(agent="problem", ask_model=True)
        with LLMEndpoint() as endpoint:
            settings.DEEPSEEK_API_BASE = endpoint.base_url
            settings.DEEPSEEK_API_KEY = "sk"
            settings.LLM_TASK_TIMEOUT = settings.DEEPSEEK_TIMEOUT = 50  # the first call imports
            yield endpoint

    def woven(self, **last):
        step = {"text": "It is told.", "hard": "fair", "hours": 4}
        return {
            "number": 1,
            "title": "The wolf moon",
            "steps": [
                step | {"key": "s1", "part": "opening", "title": "One", "done": "s2",
                        "missed": "s3"},
                step | {"key": "s2", "part": "triumph", "title": "Two", "done": "", "missed": ""},
                step | {"key": "s3", "part": "downfall", "title": "Three", "done": "",
                        "missed": ""} | last,
            ],
        }  # fmt: skip

    def test_weaves_a_chain_and_the_rules_say_how_much_is_to_be_done(self, llm, hunted):
        llm.default = answer(json.dumps(self.woven()))
        done = ran("event_chain")
        assert (done.source, event_of(done).title) == ("llm", "The wolf moon")
        assert 80 < chain_of(done).steps[0].wanted.goal < 100, "of 95 that fall in four hours"

    @pytest.mark.parametrize(
        "last",
        [
            {"done": "s1"},
            {"text": "Everybody gets 50,000 zeny!"},
            {"text": "<ITEML>1101</ITEML> waits"},
            {"title": "\u2603\u2603\u0e01"},
        ],
    )
    def test_that_goes_in_circles_or_promises_is_not_obeyed(self, llm, hunted, last):
        llm.default = answer(json.dumps(self.woven(**last)))
        assert ran("event_chain").source == "composer"


def died(number, *, of, monster=0):
    busy(of, "death", number, hours=1, first=0)
    for _ in range(number if monster else 0):
        reported("death", 1, of, target=monster)


class TestAProblem:
    def test_of_a_map_where_many_died_ends_when_their_killers_are_slain(self, inside):
        make_map(FIELD)
        GameMonster.objects.create(id=1002, aegis_name="PORING", name="Poring", level=1)
        died(30, of=FIELD, monster=1002)
        done = ran("problem")
        row = event_of(done)
        assert (done.result["cause"], row.kind, row.map_name) == ("surge", "problem", FIELD)
        wanted = row.data["wanted"]
        assert (wanted["measure"], wanted["target"]) == ("kill", 1002)
        assert str(wanted["goal"]) in row.description and row.ends_at - row.starts_at <= 25 * HOUR
        reported("kill", wanted["goal"], FIELD, target=1113)
        assert settling.settle() == 0, "those were others"
        reported("kill", wanted["goal"], FIELD, target=1002)
        assert settling.settle() == 1 and settling.settle() == 0
        row.refresh_from_db()
        assert (row.status, row.data["solved"]) == ("ended", True)
        assert "overcome" in row.description

    def test_that_nobody_solves_ends_by_time(self, inside):
        died(30, of=FIELD)
        done = ran("problem")
        earlier(25 * HOUR, kind="problem")
        assert settling.settle() == 1
        row = event_of(done)
        assert (row.status, row.data["solved"]) == ("ended", False)

    def test_a_dear_item_is_a_shortage_until_enough_of_it_is_gathered(self, inside):
        make_map(FIELD)
        item = GameItem.objects.create(id=909, aegis_name="Jellopy", name="Jellopy", kind="Etc")
        monster = GameMonster.objects.create(id=1002, aegis_name="P", name="Poring", level=1)
        now = timezone.now()
        for days, price in ((10, 10), (2, 40)):
            for _ in range(4):
                EconomicTransaction.objects.create(
                    kind="vending", item_id=909, amount=1, zeny=price, char_id=1, other_char_id=2,
                    happened_at=now - timedelta(days=days),
                )  # fmt: skip
        assert ran("problem").result["event"] is None, "nobody could do anything about it"
        GameDrop.objects.create(monster=monster, item=item, position=0, rate=7000)
        GameSpawn.objects.create(map_id=FIELD, monster=monster, amount=10, source="a:1")
        done = ran("problem")
        row = event_of(done)
        assert (done.result["cause"], row.map_name, done.result["usual"]) == ("shortage", "", 10)
        assert "Jellopy" in row.title
        reported("item_pick", row.data["wanted"]["goal"], "anywhere", target=909)
        assert settling.settle() == 1

    def test_a_town_where_trade_dries_up_has_a_slump(self, inside):
        busy("prontera", "trade", 5, first=25)
        done = ran("problem")
        assert (done.result["cause"], event_of(done).map_name) == ("slump", "prontera")

    def test_a_faction_that_was_wronged_wants_as_many_good_deeds(self, inside):
        smiths = FactionNode.objects.create(
            key="smiths", name="Smiths", kind="guild",
            relations={"thieves": {"kind": "at_war", "strength": 1}},
        )  # fmt: skip
        player = PlayerProfile.objects.create(char_id=1, name="A")
        moves = {"player": player, "faction": smiths, "moved_at": timezone.now()}
        for _ in range(5):
            StandingMove.objects.create(deed="steal", points=-50, **moves)
        done = ran("problem")
        row = event_of(done)
        assert (done.result["cause"], row.data["wanted"]["goal"]) == ("feud", 5)
        for _ in range(5):
            moves["moved_at"] = timezone.now()
            StandingMove.objects.create(deed="help", points=20, **moves)
        assert settling.settle() == 1

    def test_a_calm_world_has_none_and_a_map_has_one_at_a_time(self, inside):
        assert ran("problem").result["event"] is None
        died(30, of=FIELD)
        assert ran("problem").result["event"]
        assert ran("problem", FIELD).result["event"] is None
        with pytest.raises(Invalid):
            ran("problem", "atlantis")
