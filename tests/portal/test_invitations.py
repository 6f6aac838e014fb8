"""Invitations: to whom, by whom, how often, and what becomes of the link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aiworld.errors import Conflict, Invalid, NotFound, OverQuota, Refused, Unavailable
from tenants import invitations, members
from tenants.models import AuditEntry, Invitation, Membership, Role, Server
from tests.conftest import _user
from tests.portal.test_accounts import sign_up

HERE = "http://testserver"
GUEST = "guest@example.org"


def link(token):
    return f"{HERE}/{token}"


def token_of(message):
    return re.search(rf"{HERE}/(\S+)", message.body)[1]


def confirmed(user, email=None):
    EmailAddress.objects.update_or_create(
        user=user, email=email or user.email, defaults={"verified": True}
    )
    return user


@pytest.fixture
def guest(committed):
    return confirmed(_user("guest"))


@pytest.fixture
def invite(server, owner):
    def make(email=GUEST, role="editor", by=owner):
        return invitations.invite(server, email=email, role=role, by=by, link=link)

    return make


@pytest.fixture
def token(invite):
    invite()
    return token_of(mail.outbox[-1])


def test_the_mail_leads_to_a_membership_once(server, owner, guest, token):
    assert mail.outbox[-1].to == [GUEST]
    assert owner.email in mail.outbox[-1].body and server.name in mail.outbox[-1].subject
    assert link(token) in mail.outbox[-1].alternatives[0].content
    row = invitations.accept(token, guest)
    assert (row.server, row.user, row.role) == (server, guest, "editor")
    members.remove(row, by=owner)
    with pytest.raises(NotFound, match="accepted already"):
        invitations.accept(token, guest)
    assert not Membership.objects.filter(user=guest).exists()


def test_whoever_is_invited_may_make_an_account_although_strangers_may_not(token, settings):
    settings.SIGNUP_OPEN = False
    guest = Client()
    assert "/account/signup/" in guest.get(reverse("portal:invitation", args=[token])).text
    sign_up(guest, GUEST)
    assert User.objects.filter(email=GUEST).exists()


def test_the_token_is_long_and_stored_nowhere(token):
    assert len(token) >= 43  # 256 bits
    with connection.cursor() as cursor:
        for table in ("invitations", "audit_entries"):
            cursor.execute(f"SELECT string_agg({table}::text, '') FROM {table}")
            assert token not in cursor.fetchone()[0]


def test_the_link_is_worth_nothing_without_the_mailbox(server, token, guest, stranger):
    unproved = stranger
    EmailAddress.objects.create(user=unproved, email=GUEST, verified=False)
    for other in (unproved, confirmed(_user("other"))):
        with pytest.raises(Refused, match=r"g…@example\.org"):
            invitations.accept(token, other)
    guest.is_active = False
    with pytest.raises(Refused):
        invitations.accept(token, guest)
    assert Membership.objects.filter(server=server, role="editor").count() == 0
    assert Invitation.objects.open().count() == 1


def test_the_address_is_compared_without_regard_to_case(invite, stranger):
    confirmed(stranger, "Guest@Example.org")
    invite("GUEST@example.ORG")
    assert invitations.accept(token_of(mail.outbox[-1]), stranger).user == stranger


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revoked_at": timezone.now()}, "taken back"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expired"),
        ({"accepted_at": timezone.now()}, "accepted already"),
    ],
)
def test_a_link_whose_time_is_over_says_why(token, guest, change, words):
    Invitation.objects.update(**change)
    with pytest.raises(NotFound, match=words):
        invitations.accept(token, guest)


def test_a_link_that_was_never_sent(token, guest):
    for wrong in ("", "x", token[:-1], token + "x", "a" * 5000, "'; --"):
        with pytest.raises(NotFound):
            invitations.accept(wrong, guest)


def test_a_server_on_its_way_out_takes_nobody(server, invite, token, guest):
    Server.objects.filter(pk=server.pk).update(status=Server.Status.LEAVING)
    with pytest.raises(NotFound, match="deleted"):
        invitations.accept(token, guest)
    with pytest.raises(Conflict, match="deleted"):
        invite("other@example.org")


def test_sent_again_the_first_link_ends(invite, token, owner, guest):
    row = Invitation.objects.get()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invitations.send_again(row, by=owner, link=link)
    with pytest.raises(NotFound):
        invitations.accept(token, guest)
    assert invitations.accept(token_of(mail.outbox[-1]), guest)


def test_taken_back(invite, token, owner, guest):
    row = Invitation.objects.get()
    invitations.revoke(row, by=owner)
    with pytest.raises(NotFound, match="taken back"):
        invitations.accept(token, guest)
    for again in (
        lambda: invitations.revoke(row, by=owner),
        lambda: invitations.send_again(row, by=owner, link=link),
    ):
        with pytest.raises(Conflict):
            again()


def test_one_open_invitation_an_address(invite, token):
    with pytest.raises(Conflict, match="Send it again"):
        invite(" Guest@Example.org ")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    invite()  # the old one has expired
    assert Invitation.objects.open().count() == 1


def test_a_member_is_not_asked_and_keeps_the_role_they_have(server, invite, token, guest):
    Membership.objects.create(user=guest, server=server, role=Role.ADMIN)
    with pytest.raises(Conflict, match="member"):
        invite()
    assert invitations.accept(token, guest).role == "admin"


@pytest.mark.parametrize("by", [role.value for role in Role])
def test_nobody_invites_above_their_own_rank(as_role, invite, by):
    actor = as_role(by).user
    for role in Role.values:
        allowed = by in ("owner", "admin") and members.rank(role) <= members.rank(by)
        if allowed:
            invite(f"to-{role}@example.org", role, by=actor)
        else:
            with pytest.raises(Refused):
                invite(f"to-{role}@example.org", role, by=actor)


def test_nobody_sends_again_or_takes_back_above_their_own_rank(as_role, invite):
    row = invite(role="owner")
    admin = as_role("admin").user
    with pytest.raises(Refused):
        invitations.send_again(row, by=admin, link=link)
    with pytest.raises(Refused):
        invitations.revoke(row, by=admin)


def test_what_is_no_address_is_refused(invite):
    for email in ("", "x", "a@b@c", "a@example.org\nBcc: b@example.org", "a" * 300):
        with pytest.raises(Invalid):
            invite(email)
    assert not mail.outbox


def test_a_role_that_does_not_exist(invite):
    with pytest.raises(Invalid):
        invite(role="god")


def test_mails_a_day_are_bounded(invite, owner, monkeypatch):
    monkeypatch.setattr(invitations, "MAILS_A_DAY", 3)
    row = invite()
    invitations.send_again(row, by=owner, link=link)
    invite("second@example.org")
    with pytest.raises(OverQuota, match="tomorrow"):
        invite("third@example.org")
    with pytest.raises(OverQuota):
        invitations.send_again(row, by=owner, link=link)
    AuditEntry.objects.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    invite("third@example.org")


def test_members_are_bounded_by_the_plan(invite, settings):
    settings.PLANS = {"free": {"members": 2}}
    invite()
    with pytest.raises(OverQuota):
        invite("second@example.org")


def test_a_mail_that_cannot_be_sent_is_told(invite, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMessage, "send", broken)
    with pytest.raises(Unavailable, match="Send it again"):
        invite()
    assert Invitation.objects.open().count() == 1


def test_the_page_tells_each_visitor_what_to_do(server, as_role, guest, stranger):
    as_role("owner").post(
        reverse("portal:invite", args=[server.server_id]), {"email": GUEST, "role": "viewer"}
    )
    address = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    anonymous = Client().get(address)
    assert f"?next={address}" in anonymous.text and GUEST not in anonymous.text
    clients = {}
    for user in (guest, stranger):
        clients[user] = Client()
        clients[user].force_login(user)
    assert "not confirmed this address" in clients[stranger].get(address).text
    refused = clients[stranger].post(address)
    assert refused.status_code == 200
    assert "your account has not confirmed that address" in refused.text
    assert "Accept" in clients[guest].get(address).text
    assert not Membership.objects.filter(user=guest).exists(), "looking is not accepting"
    accepted = clients[guest].post(address)
    assert accepted["Location"] == reverse("portal:server", args=[server.server_id])
    assert clients[guest].get(address).status_code == 404
    assert Membership.objects.get(user=guest).role == "viewer"


@pytest.mark.parametrize("name", ["invite_again", "uninvite"])
def test_only_owners_and_admins_of_this_server_touch_an_invitation(
    server, other_server, as_role, invite, name
):
    row = invite()
    address = reverse(f"portal:{name}", args=[server.server_id, row.pk])
    for role in ("viewer", "editor"):
        assert as_role(role).post(address).status_code == 403
    Invitation.objects.update(server=other_server)
    assert as_role("owner").post(address).status_code == 404
    assert Invitation.objects.open().count() == 1


def test_somebody_without_an_account_makes_one_on_the_way_and_comes_back(server, as_role):
    as_role("owner").post(
        reverse("portal:invite", args=[server.server_id]),
        {"email": "new@example.org", "role": "viewer"},
    )
    address = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    client = Client()
    signup = re.search(r'href="([^"]*signup[^"]*)"', client.get(address).text)[1]
    form = client.get(signup)
    password = "correct horse battery"
    client.post(
        signup.partition("?")[0],
        {
            "email": "new@example.org",
            "password1": password,
            "password2": password,
            "next": re.search(r'name="next" value="([^"]+)"', form.text)[1],
        },
    )
    confirm = re.search(r"http://testserver(/account/confirm\S+)", mail.outbox[-1].body)[1]
    client.post(confirm)
    signed_in = client.post("/account/login/", {"login": "new@example.org", "password": password})
    assert signed_in["Location"] == address
    assert "Accept" in client.get(address).text
