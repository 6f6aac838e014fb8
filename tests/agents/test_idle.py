"""A run that changed nothing says why, in a sentence of its own."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.test import Client

from agents import reasons
from agents.catalogue import AGENTS
from agents.models import AgentRun
from tests.agents.stage import ran
from tests.conftest import make_npc
from world.models import WorldEventLimit

BY_THEMSELVES = sorted(spec.key for spec in AGENTS if spec.every)
SHARED = {"dialogue", "decision", "quest"}
"""They tell of the same thing: an account."""


def idle(agent, subject="everybody", **asked):
    run = AgentRun.objects.get(pk=ran(agent, subject, **asked).run_id)
    assert bool(run.idle) == (not run.changes.exists()), run.idle
    return run.idle


@pytest.mark.parametrize("agent", BY_THEMSELVES)
def test_on_a_server_where_nothing_ever_happened(inside, agent):
    ran(agent)  # the first weather, the first state of the world
    assert idle(agent)


def test_no_two_say_the_same_but_those_that_tell_of_the_same(inside):
    said = {}
    for agent in BY_THEMSELVES:
        ran(agent)
        said[agent] = idle(agent)
    accounts = {said.pop(agent) for agent in SHARED}
    assert accounts == {reasons.ACCOUNT}
    pairs = {said.pop("karma"), said.pop("reputation")}
    assert pairs == {reasons.UNFADED}
    assert len(set(said.values())) == len(said)


def test_a_run_that_changed_something_says_nothing_of_the_kind(inside):
    assert idle("weather_time") == reasons.NO_LAND
    make_npc()
    assert not idle("weather_time")
    assert idle("weather_time") == reasons.WEATHER_GOES_ON


def test_the_days_bound_is_told(inside, npc):
    for _ in range(30):
        done = ran("karma", "7", deed="murder", weight=1.0)
    assert AgentRun.objects.get(pk=done.run_id).idle == reasons.WEIGHTLESS
    WorldEventLimit.objects.create(kind="weather", per_day=0)
    assert idle("weather_time") == reasons.NO_MORE_WEATHER


def test_it_stands_where_runs_are_shown(server, owner, api_key, capsys):
    command = ("agents", "run", "problem", "--server", server.server_id, "--no-llm")
    call_command(*command, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["idle"] == reasons.NO_TROUBLE and told["changed"] == []
    call_command(*command)
    assert f"changed nothing: {reasons.NO_TROUBLE}" in capsys.readouterr().out
    program = Client(headers={"Authorization": f"Bearer {api_key}"})
    assert program.get("/api/v1/agents/runs").json()["results"][0]["idle"] == reasons.NO_TROUBLE
    client = Client()
    client.force_login(owner)
    pages = f"{server.path}admin/agents/agentrun/"
    for page in (pages, f"{pages}{told['run']}/change/"):
        assert reasons.NO_TROUBLE in client.get(page).text
    spanish = client.get(pages, headers={"Accept-Language": "es"}).text
    assert reasons.NO_TROUBLE not in spanish and "Nada en el mundo" in spanish
