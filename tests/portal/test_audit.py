"""Who did what: written with the change, filtered, paged, downloaded."""

from __future__ import annotations

import ast
import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.views import audit as page
from tenants import audit, provisioning
from tenants.context import in_tenant
from tenants.models import AuditEntry

ROOT = Path(__file__).parents[2]


@pytest.fixture
def entries(server, owner):
    audit.note(server, actor=owner, action="key.issued", target="first", details={"prefix": "ab"})
    audit.note(server, actor=owner, action="key.revoked", target="first", address="192.0.2.7")
    audit.note(server, actor=None, action="server.suspended")
    AuditEntry.objects.filter(action="key.issued").update(
        created_at=timezone.now() - timedelta(days=10)
    )


def shown(client, server, query=""):
    response = client.get(reverse("portal:audit", args=[server.server_id]) + query)
    assert response.status_code == 200
    return [entry.action for entry in response.context["page"]]


def test_it_is_there_if_the_change_is_and_only_then(server, owner):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.note(server, actor=owner, action="key.issued")
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


def test_it_can_be_written_from_within_a_server(server, owner):
    with in_tenant(server), transaction.atomic():
        audit.note(server, actor=owner, action="key.issued")
    assert AuditEntry.objects.get().server == server


def test_it_outlives_the_server(committed, owner):
    made = provisioning.provision(name="Passing", contact_email="a@example.org")
    audit.note(made.server, actor=owner, action="server.removed", target="Passing")
    provisioning.remove(made.server)
    entry = AuditEntry.objects.get(action="server.removed")
    assert entry.server is None and entry.server_public_id == made.server.server_id


def test_the_platform_itself_has_a_name(server, entries):
    assert AuditEntry.objects.get(action="server.suspended").actor_name == audit.PLATFORM


def test_newest_first_and_filtered(server, entries, owner, as_role):
    client = as_role("admin")
    today = timezone.now().date()
    assert shown(client, server) == ["server.suspended", "key.revoked", "key.issued"]
    assert shown(client, server, "?action=key.issued") == ["key.issued"]
    assert shown(client, server, f"?actor={audit.PLATFORM}") == ["server.suspended"]
    assert shown(client, server, f"?until={today - timedelta(days=5)}") == ["key.issued"]
    assert shown(client, server, f"?since={today}&action=key.revoked") == ["key.revoked"]
    assert shown(client, server, "?action=key.issued&actor=nobody") == []


@pytest.mark.parametrize("query", ["since=x", "until=9999-12-31", "since=2026-02-31", "page=x"])
def test_a_filter_that_is_none_filters_nothing(server, entries, as_role, query):
    assert len(shown(as_role("admin"), server, f"?{query}")) == 3


def test_pages(server, owner, as_role, monkeypatch):
    monkeypatch.setattr(page, "A_PAGE", 2)
    for number in range(5):
        audit.note(server, actor=owner, action="key.issued", target=f"key {number}")
    client = as_role("admin")
    address = reverse("portal:audit", args=[server.server_id])
    assert "key 4" in client.get(address).text and "key 2" not in client.get(address).text
    last = client.get(f"{address}?page=3&action=key.issued").text
    assert "key 0" in last and "?action=key.issued&amp;page=2" in last


def test_names_and_addresses_are_text(server, owner, as_role):
    audit.note(server, actor=owner, action="<b>x", target="<script>", details={"<i>": "<u>"})
    text = as_role("admin").get(reverse("portal:audit", args=[server.server_id])).text
    for markup in ("<script>x", "<b>x", "<i>", "<u>"):
        assert markup not in text


def test_csv_says_the_same_and_opens_harmlessly(server, entries, owner, as_role):
    audit.note(server, actor=owner, action="key.issued", target="=cmd()")
    address = reverse("portal:audit_csv", args=[server.server_id])
    rows = list(csv.DictReader(io.StringIO(as_role("admin").get(address).text)))
    assert [row["action"] for row in rows] == [
        "key.issued", "server.suspended", "key.revoked", "key.issued",
    ]  # fmt: skip
    assert rows[0]["target"] == "'=cmd()" and rows[2]["address"] == "192.0.2.7"


def test_only_owners_and_admins_of_this_server_read_it(server, other_server, entries, as_role):
    for name in ("audit", "audit_csv"):
        for role in ("viewer", "editor"):
            address = reverse(f"portal:{name}", args=[server.server_id])
            assert as_role(role).get(address).status_code == 403
        elsewhere = reverse(f"portal:{name}", args=[other_server.server_id])
        assert as_role("owner").get(elsewhere).status_code == 404
    audit.note(other_server, actor=None, action="key.issued", target="of another")
    address = reverse("portal:audit", args=[server.server_id])
    assert "of another" not in as_role("admin").get(address).text


def test_every_action_that_is_written_has_words():
    """Found in the source, so that a new one without a line in ACTIONS fails here."""
    written = set()
    for package in ("tenants", "portal", "npcs", "world", "quests", "agents", "aiworld"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    written |= {
                        keyword.value.value
                        for keyword in node.keywords
                        if keyword.arg == "action"
                        and isinstance(keyword.value, ast.Constant)
                        and "." in str(keyword.value.value)
                    }
    assert {"key.rotated", "member.left"} <= written
    assert written <= set(audit.ACTIONS)
