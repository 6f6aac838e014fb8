"""Suspending, leaving, coming back, and the end."""

from __future__ import annotations

from datetime import timedelta

import grpc
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import server_pb2
from tenants import api_keys, lifecycle
from tenants.context import in_owner
from tenants.models import AuditEntry, Membership, Role, Server
from tenants.provisioning import provision
from tenants.tasks import remove_departed


@pytest.fixture
def made(owner):
    made = provision(name="Comodo", contact_email="beach@example.org")
    Membership.objects.create(user=owner, server=made.server, role=Role.OWNER)
    return made


@pytest.fixture
def boss(owner, client):
    client.force_login(owner)
    return client


def to(name, server):
    return reverse(f"portal:{name}", args=[server.server_id])


def call(stubs, key):
    stubs.server.Handshake(
        server_pb2.HandshakeRequest(protocol_version=1), metadata=(("x-api-key", key),), timeout=5
    )


def refusal(stubs, key):
    api_keys.forget_all()
    with pytest.raises(grpc.RpcError) as refused:
        call(stubs, key)
    return refused.value.code(), refused.value.details()


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT schema_name FROM information_schema.schemata")
        return {row[0] for row in cursor.fetchall()}


def test_a_suspended_server_refuses_calls_and_a_resumed_one_answers(boss, made, stubs):
    assert boss.post(to("suspend", made.server)).status_code == 302
    code, details = refusal(stubs, made.api_key)
    assert code is grpc.StatusCode.PERMISSION_DENIED and "suspended" in details
    page = boss.get(to("server", made.server))
    assert page.status_code == 200 and to("resume", made.server) in page.text
    boss.post(to("resume", made.server))
    api_keys.forget_all()
    call(stubs, made.api_key)
    actions = AuditEntry.objects.filter(server=made.server).values_list("action", flat=True)
    assert list(actions) == ["server.resumed", "server.suspended"]


def test_a_server_leaves_only_by_its_name(boss, made, mailoutbox):
    page = boss.post(to("delete", made.server), {"typed_name": "comodo"}, follow=True)
    assert "type the name" in page.text
    made.server.refresh_from_db()
    assert made.server.status == "active" and not mailoutbox


def test_a_leaving_server_refuses_calls_keeps_its_pages_and_can_come_back(
    boss, made, stubs, mailoutbox, owner
):
    boss.post(to("delete", made.server), {"typed_name": "Comodo"})
    made.server.refresh_from_db()
    wait = made.server.delete_after - timezone.now()
    assert timedelta(days=6, hours=23) < wait <= timedelta(days=7)
    assert sorted(each.to[0] for each in mailoutbox) == ["beach@example.org", owner.email]
    code, details = refusal(stubs, made.api_key)
    assert code is grpc.StatusCode.PERMISSION_DENIED and "will be deleted" in details
    for name in ("server", "settings", "members", "keys", "usage", "audit"):
        page = boss.get(to(name, made.server))
        assert page.status_code == 200 and to("keep", made.server) in page.text
    boss.post(to("keep", made.server))
    made.server.refresh_from_db()
    assert (made.server.status, made.server.delete_after) == ("active", None)
    api_keys.forget_all()
    call(stubs, made.api_key)


def test_before_its_time_nothing_is_removed(boss, made):
    lifecycle.leave(made.server, typed_name="Comodo", by=None)
    assert remove_departed() == 0
    assert Server.objects.filter(pk=made.server.pk).exists()


def test_after_its_time_it_is_gone_and_the_log_stays(boss, made, mailoutbox, owner):
    lifecycle.leave(made.server, typed_name="Comodo", by=owner)
    Server.objects.filter(pk=made.server.pk).update(delete_after=timezone.now())
    mailoutbox.clear()
    assert remove_departed() == 1
    assert remove_departed() == 0
    assert not Server.objects.filter(pk=made.server.pk).exists()
    assert made.server.schema_name not in schemas()
    assert boss.get(to("server", made.server)).status_code == 404
    log = AuditEntry.objects.filter(server_public_id=made.server.server_id)
    assert [entry.action for entry in log] == ["server.removed", "server.leaving"]
    assert {each.to[0] for each in mailoutbox} == {"beach@example.org", owner.email}


def test_one_that_cannot_be_removed_does_not_keep_the_others(made, monkeypatch, caplog):
    other = provision(name="Lutie", contact_email="snow@example.org").server
    late = {"status": "leaving", "delete_after": timezone.now()}
    Server.objects.filter(pk__in=[made.server.pk, other.pk]).update(**late)
    with in_owner(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA "{made.server.schema_name}" CASCADE')
    assert remove_departed() == 1
    assert "could not be removed" in caplog.text
    assert not Server.objects.filter(pk=other.pk).exists()
    with in_owner(), connection.cursor() as cursor:  # so that the test can clean up
        cursor.execute(f'CREATE SCHEMA "{made.server.schema_name}"')


def test_a_mail_that_cannot_be_sent_stops_nothing(made, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    lifecycle.leave(made.server, typed_name="Comodo", by=None)
    made.server.refresh_from_db()
    assert made.server.status == "leaving"
    assert "was not sent" in caplog.text


@pytest.mark.parametrize(
    "role, suspends, leaves",
    [("owner", 302, 302), ("admin", 302, 403), ("editor", 403, 403), ("viewer", 403, 403)],
)
def test_roles(as_role, server, role, suspends, leaves):
    client = as_role(role)
    assert client.post(to("suspend", server)).status_code == suspends
    assert client.post(to("resume", server)).status_code == suspends
    answer = client.post(to("delete", server), {"typed_name": server.name})
    assert answer.status_code == leaves
    assert client.post(to("keep", server)).status_code == leaves
    server.refresh_from_db()
    assert server.status == "active"


@pytest.mark.parametrize("name", ["suspend", "resume", "delete", "keep"])
def test_only_a_post_of_our_own_form_by_a_member_changes_anything(server, as_stranger, owner, name):
    assert as_stranger.post(to(name, server), {"typed_name": server.name}).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert strict.post(to(name, server), {"typed_name": server.name}).status_code == 403
    assert strict.get(to(name, server)).status_code == 405
    server.refresh_from_db()
    assert server.status == "active"


def test_mails_are_written_for_people(made):
    lifecycle.leave(made.server, typed_name="Comodo", by=None)
    [letter, *_] = mail.outbox
    assert letter.subject == "Comodo will be deleted"
    assert "Keep this server" in letter.body and "&" not in letter.body
