"""Counting in many processes: together, over restarts, and never for one server."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.db import ProgrammingError, connection
from psycopg.errors import InsufficientPrivilege

from aiworld import logs, measures
from aiworld.breaker import Breaker
from aiworld.devstack.environment import ROOT
from aiworld.errors import Unavailable
from aiworld.places import Place
from npcs.tasks import measure_junk
from tenants.context import in_tenant
from tenants.logs import ServerFilter
from tests.grpc_api.calls import refused, request, until
from tests.llm_endpoint import LLMEndpoint

COUNT = """
import os, sys
from aiworld import measures
measures.calls.labels("Dialogue/Talk", "OK").inc(int(sys.argv[1]))
if len(sys.argv) > 2:
    child = os.fork()
    measures.calls.labels("Dialogue/Talk", "OK").inc(100)
    if child == 0:
        sys.stdin.read()
        os._exit(0)
    os.waitpid(child, 0)
print(measures.told())
"""


def figure(text, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def now(name):
    """What this process has counted; the neighbours of xdist count in the same folder."""
    name, _, labels = name.partition("{")
    given = dict(re.findall(r'(\w+)="([^"]*)"', labels))
    return measures.registry.get_sample_value(name, given) or 0.0


def counting(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", COUNT, *arguments], cwd=ROOT, text=True, input="",
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}, capture_output=True, check=True,
    )  # fmt: skip
    return figure(done.stdout, 'aiworld_grpc_calls_total{code="OK",method="Dialogue/Talk"}')


def test_processes_count_together_and_a_restart_goes_on_where_the_last_one_stopped(tmp_path):
    assert counting(tmp_path, "3") == 3
    assert counting(tmp_path, "4") == 7
    assert len(list(tmp_path.glob("*.place"))) == 1  # the second one took the first one's place
    assert counting(tmp_path, "1", "fork") == 208
    assert len(list(tmp_path.glob("*.place"))) == 2
    assert counting(tmp_path, "0") == 208


def test_who_count_at_once_have_a_place_each(tmp_path):
    first, second = Place(tmp_path), Place(tmp_path)
    assert (first(), second(), first()) == ("p0", "p1", "p0")


def test_where_nothing_can_be_written_a_process_counts_for_itself(tmp_path):
    (tmp_path / "file").touch()
    assert counting(tmp_path / "file" / "metrics", "5") == 5


def test_a_talk_is_counted_by_how_it_ended_how_long_it_took_and_where_it_came_from(
    stubs, metadata, npc, player
):
    names = (
        'aiworld_grpc_calls_total{code="OK",method="Dialogue/Talk"}',
        'aiworld_grpc_calls_total{code="NOT_FOUND",method="Dialogue/Talk"}',
        'aiworld_grpc_calls_total{code="OK",method="Dialogue/StreamTalk"}',
        'aiworld_grpc_call_seconds_count{method="Dialogue/Talk"}',
        "aiworld_first_line_seconds_count",
        'aiworld_answers_total{source="composer"}',
    )
    before = [now(name) for name in names]
    stubs.dialogue.Talk(request("Where do you buy your iron?", player), metadata=metadata)
    refused(
        lambda: stubs.dialogue.Talk(request("Hi", player, npc="prontera/No"), metadata=metadata)
    )
    list(stubs.dialogue.StreamTalk(request("What of the mine?", player), metadata=metadata))

    def risen():
        return [now(name) - had for name, had in zip(names, before, strict=True)]

    until(lambda: risen()[:5] == [1, 1, 1, 2, 2], 30)
    assert risen()[5] >= 1


def test_a_question_to_a_language_model_is_counted(stubs, metadata, npc, player, settings):
    name = 'aiworld_llm_calls_total{outcome="ok",task="dialogue"}'
    before = now(name)
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE, settings.DEEPSEEK_API_KEY = endpoint.base_url, "sk-x"
        stubs.dialogue.Talk(request("Tell me a tale of whales!", player), metadata=metadata)
    until(lambda: now(name) == before + 1, 30)


def test_what_a_breaker_turns_away_is_counted_and_tasks_are(committed):
    name = 'aiworld_breaker_refusals_total{service="llm"}'
    before = now(name)
    breaker = Breaker("x", refused=measures.turned_away.labels("llm").inc)
    breaker.check()
    breaker.open_for(60, "is away")
    with pytest.raises(Unavailable):
        breaker.check()
    assert now(name) == before + 1
    done = 'aiworld_tasks_total{state="SUCCESS",task="npcs.tasks.measure_junk"}'
    before = now(done)
    measure_junk.apply()
    assert now(done) == before + 1


def test_what_the_database_refuses_to_a_server_is_counted(server, other_server):
    before = now("aiworld_tenant_mismatches_total")
    with in_tenant(server), connection.cursor() as cursor, pytest.raises(ProgrammingError) as told:
        cursor.execute(f'SELECT * FROM "{other_server.schema_name}".npc_memories')
    assert isinstance(told.value.__cause__, InsufficientPrivilege)
    assert now("aiworld_tenant_mismatches_total") == before + 1


def test_no_figure_names_a_server_an_npc_or_a_player():
    allowed = {"method", "code", "source", "task", "outcome", "service", "state", "stop"}
    for metric in measures.registry._names_to_collectors.values():
        assert set(metric._labelnames) <= allowed


class TestLogs:
    @pytest.fixture
    def record(self, server):
        def make(message, **about):
            made = logging.LogRecord("x.y", logging.INFO, __file__, 1, message, None, None)
            with in_tenant(server), logs.working_on(**about):
                ServerFilter().filter(made)
            return made

        return make

    def test_a_line_says_which_server_and_call_it_belongs_to(self, record, server, settings):
        made = record("well", call="Dialogue/Talk", request_id="r-1")
        line = logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]).format(made)
        assert f"[{server.schema_name} Dialogue/Talk r-1] well" in line

    def test_as_json_it_is_one_object(self, record, server):
        made = record("two\nlines", call="Dialogue/Talk", request_id="r-1")
        line = logs.JsonFormatter().format(made)
        told = json.loads(line)
        assert "\n" not in line and told["message"] == "two\nlines"
        assert (told["server"], told["call"], told["request_id"]) == (
            server.schema_name, "Dialogue/Talk", "r-1",
        )  # fmt: skip

    def test_a_request_id_that_would_make_lines_of_its_own_is_left_out(self, record):
        assert record("x", call="A/B", request_id="1\n2026 ERROR forged").request_id == ""
