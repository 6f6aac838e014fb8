"""The operator's actions: servers, keys, lost work."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from aiworld.errors import Unauthenticated
from tenants import api_keys, audit, outbox, provisioning
from tenants.models import ApiKey, AuditEntry, HandshakeAttempt, Job, Outbox, Server

NEW = {
    "name": "Payon",
    "contact_email": "payon@example.org",
    "billing_tier": "free",
    "language": "en",
    "code_page": "cp1252",
    "max_concurrent_npcs": 10,
    "rate_limit_per_minute": 100,
    "rate_limit_per_hour": 1000,
    "rate_limit_per_player": 10,
    "rathena_mode": "pre_renewal",
    "moderation": "soften",
    "ai_notice": "field",
    "page_columns": 40,
    "page_lines": 6,
    "client_links": "item",
}


@pytest.fixture
def client(operator, signed_in):
    yield signed_in(operator)
    for made in Server.objects.filter(name=NEW["name"]):
        provisioning.remove(made)


def shown_key(response):
    return re.search(r'id="api-key"[^>]*>(sk-[^<]+)<', response.text)[1]


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'server_%%'")
        return {row[0] for row in cursor.fetchall()}


def test_a_new_server_is_provisioned_and_its_key_shown_once(client):
    response = client.post("/admin/tenants/server/add/", NEW)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    key = shown_key(response)
    made = api_keys.resolve(key)
    assert made.name == "Payon" and made.schema_name in schemas()
    for page in (f"server/{made.pk}/change/", "apikey/", "server/"):
        assert key not in client.get(f"/admin/tenants/{page}").text
    assert "already exists" in client.post("/admin/tenants/server/add/", NEW).text


def test_a_server_is_deleted_only_by_typing_its_name(client):
    client.post("/admin/tenants/server/add/", NEW)
    made = Server.objects.get(name="Payon")
    address = f"/admin/tenants/server/{made.pk}/delete/"
    client.post(address, {"post": "yes", "confirm_name": "payon"})
    client.post(
        "/admin/tenants/server/",
        {"action": "delete_selected", "_selected_action": [made.pk], "post": "yes"},
    )
    assert Server.objects.filter(pk=made.pk).exists()
    client.post(address, {"post": "yes", "confirm_name": "Payon"})
    assert not Server.objects.filter(pk=made.pk).exists()
    assert made.schema_name not in schemas()


def test_a_key_is_issued_shown_once_and_revoked(client, server):
    response = client.post(
        "/admin/tenants/apikey/add/", {"server": server.pk, "name": "second map-server"}
    )
    key = shown_key(response)
    assert api_keys.resolve(key) == server
    row = ApiKey.objects.get(digest=api_keys.digest(key))
    client.post("/admin/tenants/apikey/", {"action": "revoke", "_selected_action": [row.pk]})
    with pytest.raises(Unauthenticated):
        api_keys.resolve(key)


def test_a_dead_letter_is_handed_over_again(client, server):
    old = timezone.now() - timedelta(hours=1)
    dead, twin = (
        Outbox.objects.create(
            server=server, task="npcs.tasks.follow_up", subject=subject, published_at=old,
            attempts=outbox.MAX_ATTEMPTS,
        )
        for subject in ("1", "2")
    )  # fmt: skip
    Outbox.objects.create(server=server, task="npcs.tasks.follow_up", subject="2")
    page = client.get("/admin/tenants/outbox/?state=dead+letter")
    assert page.text.count("npcs.tasks.follow_up</a>") == 2
    client.post(
        "/admin/tenants/outbox/",
        {"action": "hand_over_again", "_selected_action": [dead.pk, twin.pk]},
    )
    dead.refresh_from_db()
    assert outbox.state(dead) == "waiting" and dead.attempts == 0
    assert not Outbox.objects.filter(pk=twin.pk).exists()
    assert client.post(f"/admin/tenants/outbox/{dead.pk}/delete/", {"post": "y"}).status_code == 403


def test_an_account_is_made_inactive_not_deleted(client, stranger):
    response = client.post(f"/admin/auth/user/{stranger.pk}/delete/", {"post": "yes"})
    assert response.status_code == 403


def test_the_operators_logs_are_to_read(client, server, operator):
    audit.note(server, actor=operator, action="server.changed", details={"name": ["a", "b"]})
    HandshakeAttempt.objects.create(server=server, outcome="wrong_key", at=timezone.now())
    Job.objects.create(kind="provision", task="none", started_by=operator, asked={"chosen": NEW})
    for name, words in (
        ("auditentry", "changed settings"),
        ("handshakeattempt", "Wrong key"),
        ("job", "New server"),
    ):
        base = f"/admin/tenants/{name}/"
        assert words in client.get(base).text
        assert client.get(f"{base}add/").status_code == 403
    HandshakeAttempt.objects.all().delete()


def test_a_status_that_the_operator_changes_is_in_the_owners_log(client, server):
    address = f"/admin/tenants/server/{server.pk}/change/"
    form = {name: getattr(server, name) for name in NEW} | {
        "status": "suspended", "ai_enabled": "on", "budget_soft_percent": 80,
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    assert client.post(address, form | {"status": "leaving"}).status_code == 200
    client.post(address, form | {"status": "active"})
    actions = AuditEntry.objects.filter(server=server).values_list("action", flat=True)
    assert list(actions) == ["server.resumed", "server.suspended"]
