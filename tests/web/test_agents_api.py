"""Agents over REST: what there is, one run, once, by who may; and taken back."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from agents.catalogue import AGENTS
from agents.models import AgentRun, AgentSetting
from tenants.context import in_tenant
from world.models import PlayerProfile

DEED = {"subject": "150001", "asked": {"deed": "rescue", "weight": 1.0}}


@pytest.fixture
def api(api_key):
    return Client(headers={"Authorization": f"Bearer {api_key}"})


def post(client, address, body=None, **headers):
    return client.post(
        address, json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_every_agent_is_told_with_the_owners_choice(api, server):
    with in_tenant(server):
        AgentSetting.objects.create(agent="karma", is_on=False, most_a_day=7)
    found = api.get("/api/v1/agents").json()["agents"]
    assert [one["key"] for one in found] == [spec.key for spec in AGENTS]
    karma = api.get("/api/v1/agents/karma").json()
    assert (karma["is_on"], karma["most_a_day"], karma["every_seconds"]) == (False, 7, 86_400)
    assert karma in found
    assert api.get("/api/v1/agents/nobody").status_code == 404


def test_a_run_is_made_once_and_taken_back(api, server):
    once = {"Idempotency-Key": "a-key-of-sixteen-characters"}
    first = post(api, "/api/v1/agents/karma/run", DEED, **once)
    assert first.status_code == 200, first.content
    run = first.json()
    assert (run["result"]["karma"], run["cause"], run["changes"]) == (150, "call", 2)
    assert post(api, "/api/v1/agents/karma/run", DEED, **once).json()["id"] == run["id"]
    assert api.get("/api/v1/agents/runs?agent=karma").json()["results"][0]["id"] == run["id"]
    assert api.get("/api/v1/agents/karma").json()["used_today"] == 1
    undo = f"/api/v1/agents/runs/{run['id']}/undo"
    assert [post(api, undo).json() for _ in range(2)] == [
        {"rows": rows, "still_paid": 0, "left_standing": 0} for rows in (2, 0)
    ]  # fmt: skip
    with in_tenant(server):
        assert PlayerProfile.objects.get(char_id=150_001).karma == 0


def test_a_member_runs_one_and_a_viewer_does_not(signed_in, owner, viewer, server):
    address = f"{server.path}api/v1/agents/karma/run"
    assert post(signed_in(viewer), address, DEED).status_code == 403
    assert signed_in(viewer).get(f"{server.path}api/v1/agents").status_code == 200
    assert post(Client(), address, DEED).status_code == 401
    assert post(signed_in(owner), address, DEED).json()["by"] == "owner"
    with in_tenant(server):
        assert AgentRun.objects.get().cause == "person"


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("nobody", {}, 404),
        ("karma", {"subject": "x", "asked": {"deed": "help"}}, 400),
        ("karma", {"subject": "1", "asked": {"deed": "conquer"}}, 400),
        ("karma", {"subject": "1", "asked": []}, 400),
        ("karma", {"subjects": "1"}, 400),
    ],
    ids=str,
)
def test_an_order_that_says_nothing_is_refused(api, server, key, body, status):
    assert post(api, f"/api/v1/agents/{key}/run", body).status_code == status


def test_a_run_of_another_server_is_not_found(api, other_server, server):
    with in_tenant(other_server):
        run = AgentRun.objects.create(
            agent="karma", subject="1", window="w", cause="call", status="done",
            lease_until="2026-01-01T00:00Z", began_at="2026-01-01T00:00Z",
        )  # fmt: skip
    assert post(api, f"/api/v1/agents/runs/{run.pk + 1_000}/undo").status_code == 404
