"""`manage.py agents`: every agent is listed, and runs with and without a language model."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agents.catalogue import AGENTS
from tests.conftest import make_npc


def agents(*arguments):
    out = StringIO()
    call_command("agents", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_all_agents_are_listed(server):
    rows = agents("list", "--json")
    assert [row["key"] for row in rows] == [spec.key for spec in AGENTS]
    assert all(row["purpose"] and row["may_change"] for row in rows)
    chosen = agents("list", "--server", server.name, "--json")
    assert all(row["chosen"]["is_on"] for row in chosen)


@pytest.mark.parametrize("key", [
    "dialogue", "decision", "memory", "quest", "karma", "reputation", "faction", "economy",
    "merchant_economy", "social_interaction",
])  # fmt: skip
def test_an_agent_runs_over_everybody(inside, key):
    make_npc()
    found = agents("run", key, "--server", inside.name, "--no-llm", "--json")
    assert (found["agent"], found["subject"]) == (key, "everybody")
    assert {"output", "result", "changed", "cost", "seconds"} <= found.keys()


def test_what_is_no_run_says_so(server):
    with pytest.raises(CommandError, match="there is no agent"):
        agents("run", "nobody", "--server", server.name, "--json")
    with pytest.raises(CommandError, match="no JSON"):
        agents("run", "karma", "--server", server.name, "--asked", "x", "--json")
