"""Every table has its pages, and each opens."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from aiworld import urls, urls_server
from aiworld.sites import platform, server
from inference.models import LLMResponseCache, MLModelCache
from tenants import api_keys
from tenants.context import in_tenant
from tenants.models import Membership, Outbox, Role
from tests.web.rows import VECTOR, fill

TENANT_APPS = ("npcs", "world", "quests", "agents", "ledger")
SITES = {urls: platform, urls_server: server}


def asked_by(user):
    request = RequestFactory().get("/")
    request.user, request.role, request.may_edit = user, Role.OWNER, True
    return request


def addresses(module, model, row, user):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    at = {"urlconf": module.__name__}
    yield reverse(f"{name}_changelist", **at)
    yield reverse(f"{name}_changelist", **at) + "?q=1"
    yield reverse(f"{name}_change", args=(row.pk,), **at)
    yield reverse(f"{name}_history", args=(row.pk,), **at)
    if SITES[module].get_model_admin(model).has_delete_permission(asked_by(user)):
        yield reverse(f"{name}_delete", args=(row.pk,), **at)


def assert_opens(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    assert str(VECTOR[0]) not in response.text, f"{address} shows a vector"


def test_every_table_of_a_server_is_in_its_admin():
    tables = {model for app in TENANT_APPS for model in apps.get_app_config(app).get_models()}
    assert tables - set(server._registry) == set()


@pytest.fixture
def rows(npc, server, owner, signed_in):
    with in_tenant(server):
        rows = fill(npc)
        LogEntry.objects.log_actions(owner.pk, [npc], 2, change_message="Changed.")
        return rows | {LogEntry: LogEntry.objects.get()}


def test_every_page_of_a_servers_admin_opens(rows, server, owner, signed_in):
    client = signed_in(owner)
    for model, row in rows.items():
        for address in addresses(urls_server, model, row, owner):
            assert_opens(client, server.path.rstrip("/") + address)


def test_every_add_form_of_a_servers_admin_opens(server, owner, signed_in):
    client = signed_in(owner)
    may_not = set()
    for model, model_admin in SITES[urls_server]._registry.items():
        meta = model._meta
        address = f"{server.path}admin/{meta.app_label}/{meta.model_name}/add/"
        if model_admin.has_add_permission(asked_by(owner)):
            assert_opens(client, address)
        else:
            may_not.add(meta.model_name)
            assert client.get(address).status_code == 403
    assert "conversationturn" in may_not


def test_every_page_of_the_platform_opens(server, operator, owner, signed_in):
    api_keys.issue(server)
    MLModelCache.objects.create(name="embedding", version="1", task="embed", status="ready")
    LLMResponseCache.objects.create(
        prompt_digest="1" * 64, model="m", prompt="p", response="r", embedding=VECTOR,
        expires_at=timezone.now(),
    )  # fmt: skip
    client = signed_in(operator)
    for model in platform._registry:
        meta = model._meta
        base = f"/admin/{meta.app_label}/{meta.model_name}/"
        assert_opens(client, base)
        for row in _some(model, server, operator):
            for address in addresses(urls, model, row, operator):
                assert_opens(client, address)
    for name in ("tenants/server", "tenants/apikey", "tenants/membership", "auth/user"):
        assert_opens(client, f"/admin/{name}/add/")


def _some(model, server, operator):
    if model is Outbox:
        return [Outbox.objects.create(server=server, task="npcs.tasks.follow_up", subject="1")]
    if model is LogEntry:
        LogEntry.objects.log_actions(operator.pk, [server], 2, change_message="Changed.")
    if model is Membership:
        Membership.objects.create(user=operator, server=server, role=Role.EDITOR)
    return model._default_manager.all()[:1]


def test_the_first_pages_open(server, npc, owner, operator, signed_in):
    with in_tenant(server):
        fill(npc)
    response = signed_in(owner).get(f"{server.path}admin/")
    assert "Aline" in response.text and "Latest conversations" in response.text
    assert server.name in signed_in(operator).get("/admin/").text


def test_the_search_for_tables_works(server, owner, operator, signed_in):
    assert "NPCs" in signed_in(owner).get(f"{server.path}admin/search/?s=npc").text
    assert "Outbox" in signed_in(operator).get("/admin/search/?s=outbox&extended=1").text
