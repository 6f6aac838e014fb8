"""The rules of the house that a linter does not know."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class

from aiworld.celery import app
from grpc_api.servicers.catalogue import SERVICES
from tests.tenants.test_provisioning import SHARED, TABLES

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "aiworld",
    "tenants",
    "inference",
    "npcs",
    "world",
    "quests",
    "agents",
    "grpc_api",
    "portal",
)
LONGEST = 300
VAGUE = {"utils", "helpers", "common", "misc"}
SUPPORTING = {
    "conversation_turns",
    "npc_personalities_history",
    "npc_snapshots",
    "usage_daily",
    "quest_objectives",
    "api_keys",
    "memberships",
    "outbox",
    "server_domains",
    "schema_templates",
    "npc_cards",
    "npc_memory_undo",
    "exchange_uploads",
    "invitations",
    "audit_entries",
    "jobs",
    "handshake_attempts",
    "server_llms",
    "model_trainings",
    "turn_flags",
    "conversation_takeovers",
    "staff_lines",
    "player_standing",
    "platform_switches",
    "idempotent_requests",
    "knowledge_packs",
    "budget_months",
    "budget_holds",
    "golden_conversations",
    "golden_runs",
    "cached_answers",
    "agent_settings",
    "agent_runs",
    "agent_changes",
    "agent_days",
    "standing_moves",
    "cheat_alerts",
    "learned_models",
    "boss_ratings",
    "boss_fights",
    "boss_fighters",
    "treasure_finds",
    "dungeon_runs",
    "dungeon_delvers",
    "game_events",
    "game_event_ids",
    "activity_hours",
    "timeline_visits",
    "world_event_limits",
    "game_items",
    "game_monsters",
    "game_drops",
    "game_maps",
    "game_spawns",
    "game_offers",
    "game_skills",
    "game_quests",
    "game_jobs",
    "game_imports",
    "quest_members",
    "reward_policies",
    "reward_caps",
    "reward_items",
    "reward_ledger",
    "reward_counters",
    "reward_clock",
    "reward_alerts",
}
"""Tables of our own beside those the operators know by name."""
MADE_BY_DEVSTACK = {"AIWORLD_DATA", "REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"}
"""Read by aiworld.devstack before there are settings."""


def sources(*, migrations=False):
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "pb" not in parts and (migrations or "migrations" not in parts):
                yield path


def name(path):
    return str(path.relative_to(ROOT))


def test_only_the_context_enters_a_schema():
    pattern = re.compile(r"\b(set_schema\w*|set_tenant|schema_context|tenant_context)\b")
    found = [
        name(path)
        for path in sources(migrations=True)
        if pattern.search(path.read_text())
        and not name(path).startswith(("tenants/context.py", "tenants/backend/"))
    ]
    assert found == []


def test_only_the_context_moves_the_search_path():
    allowed = (
        "tenants/context.py",
        "tenants/backend/",
        "tenants/template.py",
        "tenants/current.py",
    )
    pattern = re.compile(r"SET (LOCAL )?search_path|\bcurrent\.set\(|_current\.set\(")
    found = [
        name(path)
        for path in sources(migrations=True)
        if pattern.search(path.read_text()) and not name(path).startswith(allowed)
    ]
    assert found == []


def test_settings_are_read_from_the_environment_in_one_place():
    pattern = re.compile(r"\benv(\.\w+)?\(\s*\"[A-Z]")
    found = [name(path) for path in sources() if pattern.search(path.read_text())]
    assert found and all(path.startswith("aiworld/settings/") for path in found)


ASK = {"generate", "stream", "decide", "generate_now", "decide_now"}


def asks_a_model(path):
    """Whether it asks one itself, by `inference.client` or past it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "client" and node.attr in ASK:
                return True
        elif isinstance(node, ast.ImportFrom):
            names = {each.name for each in node.names}
            if node.module == "inference.client" and names & ASK:
                return True
            if node.module == "inference" and any(
                each.name == "client" and each.asname for each in node.names
            ):
                return True
            if node.module in ("inference.providers", "inference.deciding"):
                return True
    return False


def test_only_one_module_asks_a_language_model():
    """What goes past `npcs.asking` goes past the budget and the ledger."""
    asking = {name(path) for path in sources() if asks_a_model(path)}
    assert {each for each in asking if not each.startswith("inference/")} == {"npcs/asking.py"}


def test_no_function_imports():
    """A cycle is a mistake of the design; an import inside a function hides it."""
    found = []
    for path in sources():
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                found += [
                    f"{name(path)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom)
                ]
    assert sorted(set(found)) == []


def test_no_file_is_too_long():
    lengths = {name(path): len(path.read_text().splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_is_named_after_what_it_holds():
    found = [name(path) for path in sources() if set(path.with_suffix("").parts[-2:]) & VAGUE]
    assert found == []


def calls():
    return [(service, method) for service in SERVICES for method in service.methods]


@pytest.mark.parametrize(
    "service, method", calls(), ids=lambda one: getattr(one, "name", None)
)  # fmt: skip
def test_every_call_says_what_it_does(service, method):
    proto = (ROOT / "grpc_api" / "protos" / service.file.name).read_text().splitlines()
    [at] = [n for n, line in enumerate(proto) if re.match(rf"\s*rpc {method.name}\(", line)]
    assert proto[at - 1].strip().startswith("//")


def test_every_call_is_in_the_reference():
    reference = (ROOT / "docs" / "reference" / "grpc.md").read_text()
    missing = [method.name for _, method in calls() if method.name not in reference]
    assert missing == []


def our_models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]


def test_every_table_has_a_name_that_operators_know():
    tables = {model._meta.db_table for model in our_models()}
    assert tables - set(TABLES) - set(SHARED) - SUPPORTING == set()
    assert set(TABLES) | set(SHARED) <= tables


def test_every_table_of_a_server_is_in_a_tenant_app():
    for model in our_models():
        app = apps.get_app_config(model._meta.app_label).name
        assert (model._meta.db_table in TABLES) <= (app in settings.TENANT_APPS), model


def our_commands():
    return sorted(
        command for command, app in get_commands().items() if str(app).split(".")[0] in PACKAGES
    )


@pytest.mark.parametrize("command", our_commands())
def test_every_command_says_what_it_does(command):
    app = get_commands()[command]
    made = load_command_class(app, command)
    assert made.help.strip()
    assert ast.get_docstring(ast.parse(Path(_file_of(made)).read_text()))


def _file_of(command):
    return ROOT / (type(command).__module__.replace(".", "/") + ".py")


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return app.tasks


def test_every_task_is_registered_under_its_own_name_and_says_what_it_does(tasks):
    found = 0
    for path in sources():
        if path.name != "tasks.py":
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.decorator_list:
                found += 1
                assert f"{module}.{node.name}" in tasks
                assert ast.get_docstring(node), f"{module}.{node.name} says nothing"
    assert found >= 4


def test_every_setting_that_is_read_is_shown_and_the_other_way_round():
    read = {
        found
        for path in (ROOT / "aiworld" / "settings").glob("*.py")
        for found in re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", path.read_text())
    }
    shown = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - shown == set(), "read, but not in .env.example"
    assert shown - read - MADE_BY_DEVSTACK == set(), "in .env.example, but read by nobody"


def test_every_task_of_the_schedule_exists(tasks):
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in tasks
