"""The agents' pages: what there is, run now, switched off, taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents import schedule
from agents.catalogue import AGENTS
from agents.models import AgentDay, AgentRun, AgentSetting
from tenants.context import in_schema, in_tenant
from tenants.models import Outbox
from tests.agents.test_runner import ORDER, run
from world.models import PlayerProfile


@pytest.fixture
def at(server):
    return f"{server.path}admin/agents/"


def test_an_owner_sees_every_agent_and_runs_one(signed_in, owner, server, at):
    client = signed_in(owner)
    page = client.get(f"{at}agentsetting/overview/")
    assert page.status_code == 200
    for key in ("karma", "reputation", "faction"):
        assert f"/{key}/choose/" in page.text
    told = client.post(f"{at}agentsetting/karma/run/", follow=True)
    assert "1 runs of karma are handed over" in told.text
    with in_schema():
        waiting = Outbox.objects.get(task=schedule.TASK)
    with in_tenant(server):
        assert not AgentRun.objects.exists()  # the page does not do the work
        schedule.run_due(waiting.subject)
        done = AgentRun.objects.get()
        assert (done.agent, done.cause, done.by) == ("karma", "person", "owner")
    page = client.get(f"{at}agentrun/{done.pk}/change/").text
    assert "cannot be taken back. Forgetting by a hundredth a day goes on" in page


def test_choosing_makes_the_settings_of_an_agent(signed_in, owner, server, at):
    client = signed_in(owner)
    form = client.get(f"{at}agentsetting/karma/choose/")
    assert form.status_code == 302
    with in_tenant(server):
        assert not AgentSetting.objects.exists()  # looking writes nothing
    shown = client.get(form.url).context["adminform"].form
    assert shown.get_initial_for_field(shown.fields["agent"], "agent") == "karma"
    client.post(form.url, {"agent": "karma", "every": "06:00:00", "most_a_day": "10"})
    with in_tenant(server):
        chosen = AgentSetting.objects.get()
    assert client.get(f"{at}agentsetting/karma/choose/").url.endswith(f"/{chosen.pk}/change/")
    assert (chosen.agent, chosen.is_on, chosen.most_a_day) == ("karma", False, 10)
    assert "switched off" in client.get(f"{at}agentsetting/overview/").text
    client.post(f"{at}agentsetting/karma/run/")
    with in_tenant(server):
        assert not AgentRun.objects.exists()


def test_a_run_is_taken_back_by_who_may_edit(signed_in, owner, viewer, server, at):
    with in_tenant(server):
        done = run()
    address = f"{at}agentrun/{done.run_id}/undo/"
    assert signed_in(viewer).post(address).status_code == 403
    client = signed_in(owner)
    assert "Take back" in client.get(f"{at}agentrun/{done.run_id}/change/").text
    client.post(address)
    with in_tenant(server):
        assert PlayerProfile.objects.get(char_id=1).karma == 0
        assert AgentRun.objects.get().status == "undone"
    assert "Take back what" not in client.get(f"{at}agentrun/{done.run_id}/change/").text


def test_a_day_of_an_agent_is_taken_back_by_who_may_edit(signed_in, owner, viewer, server, at):
    with in_tenant(server):
        for window in ("request:1", "request:2"):
            run(replace(ORDER, window=window))
        day = AgentDay.objects.get()
    address = f"{at}agentday/{day.pk}/undo/"
    assert signed_in(viewer).post(address).status_code == 403
    client = signed_in(owner)
    assert "Take back this day" in client.get(f"{at}agentday/{day.pk}/change/").text
    assert "Taken back: 4 rows" in client.post(address, follow=True).text
    with in_tenant(server):
        assert PlayerProfile.objects.get(char_id=1).karma == 0


@pytest.mark.parametrize("way", ["karma/run/", "nobody/choose/", "karma/choose/"])
def test_a_viewer_changes_nothing(signed_in, viewer, server, at, way):
    client = signed_in(viewer)
    assert client.get(f"{at}agentsetting/overview/").status_code == 200
    assert client.post(f"{at}agentsetting/{way}").status_code == 403
    with in_tenant(server):
        assert not AgentSetting.objects.exists()


@pytest.mark.parametrize(
    ("agent", "fields", "wrong"),
    [
        ("faction", {"every": "06:00:00"}, "every"),
        ("dialogue", {"ask_model": "on"}, "ask_model"),
        ("karma", {"every": "06:00:00", "ask_model": "on"}, None),
    ],
)
def test_a_choice_that_would_change_nothing_is_not_taken(
    signed_in, owner, server, at, agent, fields, wrong
):
    body = {"agent": agent, "is_on": "on", "most_a_day": "", **fields}
    page = signed_in(owner).post(f"{at}agentsetting/add/", body)
    with in_tenant(server):
        assert AgentSetting.objects.exists() == (wrong is None)
    if wrong:
        assert list(page.context["adminform"].form.errors) == [wrong]


def test_every_agent_is_on_the_page(signed_in, owner, server, at):
    page = signed_in(owner).get(f"{at}agentsetting/overview/")
    for spec in AGENTS:
        assert f"/{spec.key}/choose/" in page.text
