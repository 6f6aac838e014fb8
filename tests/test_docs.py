"""The documentation says what is there: links, settings, commands, tables, calls."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from grpc_api.protos import reference
from grpc_api.servicers.catalogue import features

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
OWN_APPS = ("tenants", "inference", "npcs", "world", "quests", "agents", "ledger")


def settings_read():
    """Names of all variables that the settings ask for."""
    files = (ROOT / "aiworld" / "settings").glob("*.py")
    return {
        name
        for file in files
        for name in re.findall(r'env(?:\.\w+)?\(\s*"(\w+)"', file.read_text())
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    targets = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page):
    text = page.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`| {4})make ([a-z]+)", text)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


def test_every_setting_is_described():
    text = (ROOT / "docs/reference/settings.md").read_text()
    assert {name for name in settings_read() if name not in text} == set()


def test_every_setting_is_in_the_example():
    names = set(re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert settings_read() - names == set()


def test_every_table_is_described():
    text = (ROOT / "docs/reference/database.md").read_text()
    models = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]
    tables = {model._meta.db_table for model in models}
    assert {table for table in tables if f"`{table}`" not in text} == set()


def test_every_call_is_described():
    text = (ROOT / "docs/reference/grpc.md").read_text()
    assert {call for call in features() if f"### {call}\n" not in text} == set()


def test_the_grpc_reference_is_what_the_protos_say():
    assert reference.OUTPUT.read_text() == reference.render(reference.descriptors())
