"""Members: who may change whom, the last owner, and pages that are open meanwhile."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.urls import reverse

from aiworld.asgi import application
from aiworld.errors import Conflict, Refused
from tenants import consumers, lifecycle, members
from tenants.models import AuditEntry, Invitation, Membership, Role

ROLES = [role.value for role in Role]


@pytest.fixture
def membership(server, stranger):
    def make(role):
        Membership.objects.filter(user=stranger).delete()
        return Membership.objects.create(user=stranger, server=server, role=role)

    return make


@pytest.fixture
def someone(as_role):
    """An owner beside, so that none of these tests meets the last one."""
    as_role("owner")
    return lambda role: as_role(role).user


def may(by, *roles):
    return by in ("owner", "admin") and all(
        members.rank(role) <= members.rank(by) for role in roles
    )


def done(action):
    try:
        action()
    except Refused:
        return False
    return True


@pytest.mark.parametrize("by", ROLES)
def test_nobody_gives_or_takes_a_role_above_their_own(someone, membership, by):
    actor = someone(by)
    for old, new in itertools.product(ROLES, ROLES):
        row = membership(old)
        changed = done(lambda row=row, new=new: members.change_role(row, new, by=actor))
        row.refresh_from_db()
        assert changed is may(by, old, new), (by, old, new)
        assert row.role == (new if changed else old)


@pytest.mark.parametrize("by", ROLES)
def test_nobody_removes_somebody_above_them(someone, membership, by):
    actor = someone(by)
    for old in ROLES:
        row = membership(old)
        removed = done(lambda row=row: members.remove(row, by=actor))
        assert removed is may(by, old), (by, old)
        assert Membership.objects.filter(pk=row.pk).exists() is not removed


def test_an_owner_of_another_server_is_nobody_here(other_server, membership, stranger, operator):
    row = membership("viewer")
    elsewhere = type(stranger).objects.create_user("elsewhere")
    Membership.objects.create(user=elsewhere, server=other_server, role=Role.OWNER)
    with pytest.raises(Refused):
        members.change_role(row, "admin", by=elsewhere)
    with pytest.raises(Refused):
        members.remove(row, by=elsewhere)
    members.change_role(row, "admin", by=operator)


def test_the_last_owner_stays_until_there_is_another(server, owner, operator):
    only = Membership.objects.get(user=owner)
    for ending in (
        lambda: members.leave(only),
        lambda: members.remove(only, by=operator),
        lambda: members.change_role(only, "admin", by=owner),
    ):
        with pytest.raises(Conflict, match="owner"):
            ending()
    Membership.objects.create(user=operator, server=server, role=Role.OWNER)
    members.leave(only)
    assert not Membership.objects.filter(user=owner).exists()


def test_an_owner_whose_account_is_closed_is_no_other_owner(server, owner, operator):
    Membership.objects.create(user=operator, server=server, role=Role.OWNER)
    operator.is_active = False
    operator.save()
    with pytest.raises(Conflict):
        members.leave(Membership.objects.get(user=owner))


def test_a_change_is_written_down_with_its_values(someone, membership):
    row = membership("viewer")
    members.change_role(row, "editor", by=someone("admin"), address="192.0.2.7")
    entry = AuditEntry.objects.get(action="member.role_changed")
    assert entry.details == {"old": "viewer", "new": "editor"}
    assert (entry.actor, entry.address) == (someone("admin"), "192.0.2.7")


def test_what_is_refused_is_not_written_down(someone, membership):
    with pytest.raises(Refused):
        members.change_role(membership("owner"), "viewer", by=someone("admin"))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("new", "left"), [("admin", True), ("editor", False), (None, False)])
def test_invitations_of_somebody_who_may_give_less_now_end(
    server, someone, membership, stranger, new, left
):
    row = membership("admin")
    sent = Invitation.objects.create(
        server=server, email="a@example.org", role="admin", digest=b"x" * 32,
        invited_by=stranger, expires_at="2099-01-01T00:00Z",
    )  # fmt: skip
    if new:
        members.change_role(row, new, by=someone("owner"))
    else:
        members.remove(row, by=someone("owner"))
    assert Invitation.objects.open().filter(pk=sent.pk).exists() is left


def test_the_page_offers_what_the_role_allows_and_no_more(server, as_role, membership):
    as_role("owner")
    row = membership("owner")
    for role in ROLES:
        page = as_role(role).get(reverse("portal:members", args=[server.server_id])).text
        assert ("Send the invitation" in page) is (role in ("owner", "admin"))
        assert (f"role-{row.pk}" in page) is (role == "owner")


@pytest.mark.parametrize("name", ["change_role", "remove_member"])
def test_only_owners_and_admins_change_members_by_the_page(server, as_role, membership, name):
    for role in ROLES:
        row = membership("viewer")
        address = reverse(f"portal:{name}", args=[server.server_id, row.pk])
        response = as_role(role).post(address, {"role": "editor"})
        allowed = role in ("owner", "admin")
        assert response.status_code == (302 if allowed else 403)
        assert Membership.objects.filter(pk=row.pk, role="viewer").exists() is not allowed


def test_a_member_of_another_server_cannot_be_named(server, other_server, as_role, stranger):
    row = Membership.objects.create(user=stranger, server=other_server, role=Role.VIEWER)
    client = as_role("owner")
    for name in ("change_role", "remove_member"):
        address = reverse(f"portal:{name}", args=[server.server_id, row.pk])
        assert client.post(address, {"role": "owner"}).status_code == 404
    row.refresh_from_db()
    assert row.role == "viewer"


def test_removing_asks_first(server, as_role, membership):
    row = membership("viewer")
    address = reverse("portal:remove_member", args=[server.server_id, row.pk])
    assert "Remove stranger?" in as_role("owner").get(address).text
    assert Membership.objects.filter(pk=row.pk).exists()


def test_somebody_who_left_is_a_stranger_on_the_next_page(server, as_role):
    client = as_role("viewer")
    assert client.get(server.path + "live/").status_code == 200
    client.post(reverse("portal:leave", args=[server.server_id]))
    assert client.get(server.path + "live/").status_code in (302, 403)
    assert client.get(reverse("portal:server", args=[server.server_id])).status_code == 404


def watcher(server, client):
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = [
        (b"host", b"127.0.0.1"),
        (b"origin", b"http://127.0.0.1"),
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()),
    ]
    return WebsocketCommunicator(application, f"/ws{server.path}live/", headers=headers)


async def code_after(socket, change):
    await socket.connect()
    await socket.receive_json_from()
    await asyncio.to_thread(change)
    async with asyncio.timeout(5):
        while (message := await socket.receive_output(5))["type"] != "websocket.close":
            pass
    return message["code"]


def closed_account(row):
    row.user.is_active = False
    row.user.save()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda row, by: members.remove(row, by=by), consumers.STRANGER),
        (lambda row, by: members.leave(row), consumers.STRANGER),
        (lambda row, by: row.delete(), consumers.STRANGER),
        (lambda row, by: closed_account(row), consumers.STRANGER),
        (lambda row, by: members.change_role(row, "viewer", by=by), consumers.COME_AGAIN),
        (lambda row, by: lifecycle.suspend(row.server, by=by), consumers.STRANGER),
    ],
    ids=["removed", "left", "by the platform's admin", "account closed", "demoted", "suspended"],
)
def test_an_open_live_view_ends_at_once(server, as_role, change, code):
    owner, client = as_role("owner").user, as_role("admin")
    row = Membership.objects.select_related("user", "server").get(user=client.user)
    assert asyncio.run(code_after(watcher(server, client), lambda: change(row, owner))) == code


def test_others_go_on_watching(server, as_role):
    owner, client = as_role("owner"), as_role("admin")
    row = Membership.objects.select_related("server").get(user=client.user)

    async def quiet():
        socket = watcher(server, owner)
        await socket.connect()
        await socket.receive_json_from()
        await asyncio.to_thread(lambda: members.remove(row, by=owner.user))
        nothing = await socket.receive_nothing(0.6)
        await socket.disconnect()
        return nothing

    assert asyncio.run(quiet())
