"""What a language model says for the world's agents counts only where the rules allow it."""

from __future__ import annotations

import json

import pytest

from agents.catalogue.digs import spot
from agents.models import AgentSetting
from npcs.models import NpcPersonality
from tenants.context import in_tenant
from tests.agents.stage import busy, event_of, make_map, ran
from tests.conftest import make_npc
from tests.llm_endpoint import LLMEndpoint, answer
from world.digs import strata, telling

FIELD = "prt_fild08"
AGENTS = ("weather_time", "world_event", "problem", "dynamic_npc", "archaeology", "world")


@pytest.fixture
def says(settings, server):
    with in_tenant(server):
        for agent in AGENTS:
            AgentSetting.objects.create(agent=agent, ask_model=True)
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk"
        settings.LLM_TASK_TIMEOUT = settings.DEEPSEEK_TIMEOUT = 50  # the first call imports

        def says(output):
            endpoint.default = answer(json.dumps(output))

        yield says


@pytest.fixture
def desert(says, inside):
    make_npc("morocc/Abdul", map_name="morocc")


@pytest.mark.parametrize(
    "turns, source, weather",
    [
        ([{"group": "desert", "weather": "cloudy", "minutes": 60}], "llm", "cloudy"),
        ([{"group": "desert", "weather": "snow", "minutes": 60}], "composer", None),
        ([{"group": "snow", "weather": "snow", "minutes": 60}], "composer", None),
        ([], "composer", None),
    ],
)
def test_weather_is_of_the_land_and_the_season(says, desert, turns, source, weather):
    says({"turns": turns})
    done = ran("weather_time")
    assert done.source == source
    [sky] = done.result["skies"]
    assert weather is None or sky["weather"] == weather


@pytest.mark.parametrize(
    "output, source",
    [
        ({"number": 1, "title": "Beware of the field", "text": "Many fell there."}, "llm"),
        ({"number": 0}, "llm"),
        ({"number": 9, "title": "A dragon", "text": "It is there."}, "composer"),
        ({"number": 1, "title": "Free cards", "text": "Here are 5,000 zeny for all."}, "composer"),
        ({"number": 1, "title": "^ff0000Danger", "text": "Red."}, "composer"),
    ],
)
def test_an_event_and_a_problem_are_of_the_causes_and_promise_nothing(says, inside, output, source):
    busy(FIELD, "death", 40, hours=1, first=0)
    says(output)
    for agent in ("world_event", "problem"):
        done = ran(agent)
        assert done.source == source
        assert (done.result["event"] is None) == (output["number"] == 0)
        if source == "llm" and output["number"]:
            row = event_of(done)
            assert row.title == "Beware of the field"
            assert row.description.startswith("Many fell there.")
            assert agent == "world_event" or str(row.data["wanted"]["goal"]) in row.description


GUARD = {
    "name": "Halvard", "role": "guard", "openness": 0.3, "conscientiousness": 0.8,
    "extraversion": 0.4, "agreeableness": 0.4, "neuroticism": 0.4, "alignment": "lawful_neutral",
    "mood": "content", "speech_style": "dry, short", "background": "I walk from gate to gate.",
}  # fmt: skip


@pytest.mark.parametrize(
    "change, source",
    [
        ({}, "llm"),
        ({"alignment": "chaotic_evil"}, "composer"),
        ({"conscientiousness": 0.1}, "composer"),
        ({"role": "pope"}, "composer"),
        ({"name": "Brannoc"}, "composer"),
        ({"name": "a/b"}, "composer"),
        ({"background": "I give you 100,000 zeny."}, "composer"),
    ],
)
def test_a_traveller_is_nobody_who_contradicts_itself(says, inside, change, source):
    make_map(FIELD)
    make_npc()
    says(GUARD | change)
    assert ran("dynamic_npc", FIELD, role="guard").source == source
    npc = NpcPersonality.objects.get(group="roaming")
    assert npc.role == "guard" and (npc.name == "Halvard") == (source == "llm")


def test_the_lore_of_a_find_is_of_its_own_age(says, inside):
    make_map(FIELD)
    seed = f"{inside.server_id} {FIELD}"
    ground = strata.layers(seed)
    x, y, found = next(
        (x, y, found)
        for x in range(5, 55, 5)
        for y in range(5, 55, 5)
        if (found := strata.find(ground, seed=f"{seed} {spot(FIELD, x, y)}", dig=0))
    )
    own = telling.ERAS[found.era.key]
    other = next(name for key, name in telling.ERAS.items() if key != found.era.key)
    for text, source in ((f"It is of {own}.", "llm"), (f"It is of {own}, or {other}.", "composer")):
        says({"title": "A small thing", "text": text})
        done = ran("archaeology", spot(FIELD, x, y), map=FIELD, x=x, y=y)
        assert done.source == source


@pytest.mark.parametrize(
    "output, source, called",
    [
        ({"phase": "build_up", "numbers": []}, "llm", 0),
        ({"phase": "build_up", "numbers": [1]}, "llm", 1),
        ({"phase": "peak", "numbers": []}, "composer", 1),
        ({"phase": "build_up", "numbers": [7]}, "composer", 1),
        ({"phase": "build_up", "numbers": [1, 1]}, "composer", 1),
    ],
)
def test_the_world_calls_what_is_on_the_list(says, inside, output, source, called):
    busy(FIELD, "kill", 40)
    says(output)
    done = ran("world")
    assert (done.source, len(done.result["called"])) == (source, called)
