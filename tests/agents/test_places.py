"""The agents of places: by rules or by a model, within the same bounds."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from agents import runner, schedule, undoing
from agents.models import AgentRun, AgentSetting
from agents.runner import Order
from agents.spec import EVERYBODY
from aiworld.errors import Invalid, NotFound, OverQuota, Refused
from aiworld.loops import wait_for
from npcs.models import NpcKnowledge
from npcs.rights.erasing import erase
from tenants.context import in_tenant
from tests.conftest import make_npc
from tests.llm_endpoint import LLMEndpoint, answer
from tests.world.realm import (
    CAVE,
    KING,
    OGRE,
    SKELETON,
    TOWN,
    WOODS,
    busy,
    make_player,
    make_realm,
)
from world import news
from world.models import BossFight, GameMonster, WorldEvent, WorldEventLimit

AGENTS = ("map_hazard", "dynamic_boss", "adaptive_dungeon", "treasure")
KINDS = dict(zip(AGENTS, ("hazard", "boss", "dungeon", "treasure"), strict=True))


@pytest.fixture
def realm(inside):
    make_realm()
    busy(WOODS)
    for char_id in (1, 2, 3):
        make_player(char_id, 30)
    make_npc("prontera/Hedwig#inn", role="innkeeper", ai_enabled=True)
    now = timezone.now()
    WorldEvent.objects.create(
        kind="weather", title="A storm rages.", status="active", starts_at=now,
        ends_at=now + timedelta(hours=3),
        data={"weather": "storm", "group": "forest", "maps": [WOODS]},
    )  # fmt: skip
    return inside


def run(agent, subject=EVERYBODY, window="w", **params):
    order = Order(agent=agent, subject=subject, window=window, cause="schedule", params=params)
    return wait_for(runner.run(order))


def made(agent):
    return WorldEvent.objects.filter(kind=KINDS[agent])


@pytest.mark.parametrize("agent", AGENTS)
def test_each_puts_one_event_on_the_map_and_takes_it_back(realm, agent):
    done = run(agent)
    [event] = made(agent)
    assert (done.result["event_id"], done.source) == (event.pk, "composer"), done.result
    assert event.made_by == "agent" and event.ends_at > timezone.now() and event.title
    assert run(agent).repeated and made(agent).count() == 1
    assert undoing.undo(done.run_id) >= 1
    event.refresh_from_db()
    assert (event.status, event.retracted) == ("ended", True)
    assert undoing.undo(done.run_id) == 0


@pytest.mark.parametrize("agent", AGENTS)
def test_npcs_hear_of_it(realm, agent):
    run(agent, subject=WOODS if agent in ("map_hazard", "dynamic_boss") else EVERYBODY)
    make_npc(f"{made(agent).get().map_name or TOWN}/Witness", ai_enabled=True)
    news.witness()
    topic = KINDS[agent]
    assert NpcKnowledge.objects.filter(origin="heard", topic=topic).exists()


@pytest.mark.parametrize("agent", AGENTS)
def test_no_more_than_the_owner_allows(realm, agent):
    WorldEventLimit.objects.create(kind=KINDS[agent], per_day=0)
    with pytest.raises(OverQuota):
        run(agent)
    assert not made(agent).exists()


@pytest.mark.parametrize("agent", AGENTS)
def test_without_the_servers_own_data_there_is_no_cause_and_the_reason_is_told(inside, agent):
    done = run(agent)
    assert (done.result["event_id"], AgentRun.objects.get().status) == (0, "done")
    assert done.result["reason"]


@pytest.mark.parametrize(
    ("agent", "subject", "params", "error"),
    [
        ("map_hazard", "nowhere", {}, Invalid),
        ("dynamic_boss", "nowhere", {}, Invalid),
        ("dynamic_boss", TOWN, {}, Refused),
        ("dynamic_boss", WOODS, {"monster_id": 4_711}, Invalid),
        ("dynamic_boss", WOODS, {"monster_id": KING}, Invalid),
        ("treasure", "prontera/Nobody", {}, NotFound),
        ("treasure", EVERYBODY, {"steps": 1}, Invalid),
        ("treasure", EVERYBODY, {"zeny": 5_000}, Invalid),
        ("map_hazard", WOODS, {"strength": 9}, Invalid),
        ("dynamic_boss", WOODS, {"party": {"a": 30}}, Invalid),
        ("adaptive_dungeon", EVERYBODY, {"party": {"1": -1}}, Invalid),
    ],
    ids=str,
)
def test_what_the_server_does_not_have_is_refused_with_the_reason(
    realm, agent, subject, params, error
):
    with pytest.raises(error) as caught:
        run(agent, subject, **params)
    assert AgentRun.objects.get().error == caught.value.message
    assert not made(agent).exists()


def test_no_hazard_is_due_in_town(realm):
    busy(TOWN)
    done = run("map_hazard", TOWN)
    assert done.result["event_id"] == 0 and not made("map_hazard").exists()


def test_a_boss_is_for_the_party_that_is_named(realm):
    run("dynamic_boss", WOODS, party={"1": 30, "2": 30}, monster_id=SKELETON)
    fight = BossFight.objects.get()
    assert list(fight.fighters.values_list("char_id", flat=True)) == [1, 2]
    assert 0.4 <= fight.win_chance <= 0.6


def test_a_name_that_players_cannot_read_is_told_as_scripts_have_it(realm):
    GameMonster.objects.filter(pk=SKELETON).update(name="해골", aegis_name="SKELETON")
    run("dynamic_boss", WOODS, party={"1": 30}, monster_id=SKELETON)
    assert "SKELETON" in made("dynamic_boss").get().title


def test_runs_about_a_party_go_with_each_of_its_players(realm):
    run("dynamic_boss", WOODS, party={"1": 30, "2": 30}, monster_id=SKELETON)
    erase(2)
    assert not AgentRun.objects.exists()
    assert list(BossFight.objects.get().fighters.values_list("char_id", flat=True)) == [1]


def test_floors_and_steps_are_as_many_as_were_asked_for(realm):
    run("adaptive_dungeon", floors=3, party={"1": 30})
    rooms = made("adaptive_dungeon").get().data["rooms"]
    assert {room["floor"] for room in rooms} == {1, 2, 3}
    run("treasure", steps=2, level=30)
    assert len(made("treasure").get().data["steps"]) == 2


class TestALanguageModel:
    @pytest.fixture
    def llm(self, settings, server):
        with in_tenant(server):
            for agent in AGENTS:
                AgentSetting.objects.create(agent=agent, ask_model=True)
        with LLMEndpoint() as endpoint:
            settings.DEEPSEEK_API_BASE = endpoint.base_url
            settings.DEEPSEEK_API_KEY = "sk"
            yield endpoint

    WORDS = {"title": "Wrath of the sky", "tale": "The old ones speak of it in whispers."}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("agent", "said"),
        [
            ("map_hazard", {"kind": "lightning", "map": WOODS, "strength": 1, "minutes": 20}),
            ("dynamic_boss", {"monster_id": SKELETON}),
            ("adaptive_dungeon", {"maps": [CAVE], "rooms": 5, "locks": 1,
                                  "monsters": [SKELETON], "boss": SKELETON}),
        ],
        ids=str,
    )  # fmt: skip
    def test_chooses_and_tells(self, llm, realm, agent, said):
        llm.default = answer(json.dumps(said | self.WORDS))
        assert run(agent).source == "llm"
        assert made(agent).get().title == "Wrath of the sky"

    @pytest.mark.parametrize(
        ("agent", "said"),
        [
            ("map_hazard", {"kind": "lightning", "map": TOWN, "strength": 1, "minutes": 20}),
            ("map_hazard", {"kind": "lightning", "map": WOODS, "strength": 9, "minutes": 20}),
            ("map_hazard", {"kind": "meteor", "map": WOODS, "strength": 1, "minutes": 20}),
            ("dynamic_boss", {"monster_id": KING}),
            ("adaptive_dungeon", {"maps": [TOWN], "rooms": 5, "monsters": [SKELETON],
                                  "boss": OGRE}),
            ("adaptive_dungeon", {"maps": [CAVE], "rooms": 5, "monsters": [KING], "boss": KING}),
            ("treasure", {"maps": [TOWN, TOWN], "guardian": SKELETON}),
            ("treasure", {"maps": [CAVE, WOODS], "guardian": KING}),
        ],
        ids=str,
    )  # fmt: skip
    def test_that_obeys_whoever_whispers_gives_nothing_beyond_the_rules(
        self, llm, realm, agent, said
    ):
        llm.default = answer(json.dumps(said | self.WORDS))
        done = run(agent)
        assert done.source == "composer" and made(agent).count() == 1
        assert not made(agent).get().title.startswith("Wrath")

    @pytest.mark.parametrize(
        "tale", ["Here, take 5000 zeny!", "^ff0000Run!", "", "รางวัล"], ids=repr
    )
    def test_that_says_what_no_npc_may_say_is_not_heard(self, llm, realm, tale):
        said = {"monster_id": SKELETON, "title": "A boss", "tale": tale}
        llm.default = answer(json.dumps(said))
        assert run("dynamic_boss").source == "composer"


def test_what_the_game_has_to_act_on_comes_by_itself_where_it_does_or_the_owner_says_how_often(
    realm,
):
    at = timezone.now()
    needing = {"map_hazard", "dynamic_boss", "adaptive_dungeon", "dynamic_npc"}

    def due():
        return needing & {agent for agent, *_ in schedule.due(at)}

    assert not due()
    AgentSetting.objects.create(agent="dynamic_boss", every=timedelta(hours=12))
    AgentSetting.objects.create(agent="map_hazard")
    assert due() == {"dynamic_boss"}
    realm.acts_on = ["hazard", "npc_arrival"]
    assert due() == {"dynamic_boss", "map_hazard", "dynamic_npc"}
    AgentSetting.objects.filter(agent="map_hazard").update(is_on=False)
    assert due() == {"dynamic_boss", "dynamic_npc"}
