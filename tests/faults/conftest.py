"""The stage of the fault tests, and the table they fill."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from npcs.models import NpcKnowledge, NpcPersonality
from quests.models import DynamicQuest, QuestMember
from tenants.context import in_tenant
from tests.conftest import make_facts, make_npc
from tests.faults import reporting
from tests.faults.load import GameServer
from tests.faults.measuring import Measuring
from tests.faults.stage import Stage

WANTED = os.environ.get("FAULTS", "")
collect_ignore = [] if WANTED == "all" else ["test_long.py", "test_log.py", "test_machine.py"]
if WANTED not in ("all", "soak"):
    collect_ignore.append("test_soak.py")
WORDS = ("Mjolnir", "Umbala")
QUESTS = 60


@pytest.fixture(scope="module")
def stage(game_servers):
    stage = Stage(connection.settings_dict["NAME"])
    try:
        stage.copy_from(os.environ["POSTGRES_HOST"])
        stage.start("cache", "broker", "postgres")
        stage.start("grpc")
        yield stage
    finally:
        stage.close()


@pytest.fixture(scope="module")
def game_servers(servers, django_db_blocker):
    """Both servers with a smith who knows one word that the other's does not, and quests that only
    have to be completed. They are in the copy that the stage works on; here they go again."""
    with django_db_blocker.unblock():
        filled = [
            _filled(made, word, 1_000_000 * (at + 1))
            for at, (made, word) in enumerate(zip(servers, WORDS, strict=True))
        ]
        yield filled
        for made in servers:
            with in_tenant(made.server):
                for model in (QuestMember, DynamicQuest, NpcKnowledge, NpcPersonality):
                    model.objects.all().delete()
        connection.close()


def _filled(made, word, chars):
    with in_tenant(made.server):
        npc = make_npc()
        make_facts(npc, f"I buy my iron from the mine at {word}, three days north of here.")
        quests = []
        for number in range(QUESTS):
            char_id = chars + 90_000 + number
            quest = DynamicQuest.objects.create(
                npc=npc, char_id=char_id, kind="social", title="T", text="T", status="active",
                reward={"zeny": 60, "base_exp": 40, "job_exp": 20, "items": []},
            )  # fmt: skip
            QuestMember.objects.create(quest=quest, char_id=char_id)
            quests.append((quest.pk, char_id))
    schema = made.server.schema_name
    return GameServer(schema, made.api_key, word, chars, tuple(quests))


@pytest.fixture(scope="module")
def measure(stage, game_servers):
    return Measuring(stage, game_servers, reporting.ROWS)


def pytest_terminal_summary(terminalreporter):
    if reporting.ROWS:
        terminalreporter.write_line("")
        for line in reporting.table(reporting.ROWS):
            terminalreporter.write_line(line)
        if os.environ.get("FAULTS_REPORT"):
            reporting.write(reporting.ROWS)
