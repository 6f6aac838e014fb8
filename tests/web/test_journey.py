"""From a stranger with a browser to a talking NPC, and what an owner does then. Every page on the
way is looked at by axe: nothing serious, nothing critical."""

from __future__ import annotations

import re
import threading
import uuid
from email import message_from_bytes, policy
from pathlib import Path

import grpc
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from aiworld.celery import app
from grpc_api.pb.aiworld.v1 import (
    common_pb2,
    dialogue_pb2,
    dialogue_pb2_grpc,
    server_pb2,
    server_pb2_grpc,
)
from npcs.models import NpcPersonality
from tenants.context import in_tenant
from tenants.models import Server
from tenants.tasks import relay_jobs
from tests.tenants.test_jobs import queue, worker  # noqa: F401
from tests.web.rows import fill

BAD = {"serious", "critical"}
PHONE = {"width": 390, "height": 844}
WIDE = """width => document.documentElement.scrollWidth <= width ? null :
  [...document.querySelectorAll("body *")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.right > width + 1 && box.left < width && box.width > 0;
  }).slice(-3).map(one => one.outerHTML.slice(0, 160))"""
"""The innermost elements that stick out of a page, if any makes it wider than the screen."""


@pytest.fixture
def relay(worker, committed):  # noqa: F811
    """What beat does, until the database is cleaned up."""
    app.loader.import_default_modules()
    stop = threading.Event()

    def run():
        try:
            while not stop.wait(0.5):
                relay_jobs()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(10)


def check(page):
    """Raises if axe finds something serious on what is shown now."""
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in BAD]
    assert not found, (page.url, [(one["id"], one["nodes"][0]["html"]) for one in found])


def link_in_mail(address):
    """The latest link of a mail to this address, out of the folder mails are written to."""
    for path in sorted(Path(settings.MAIL_DIR).glob("*"), key=lambda one: -one.stat().st_mtime_ns):
        for raw in re.split(rb"\n-{79}\n", path.read_bytes()):
            mail = message_from_bytes(raw.strip(), policy=policy.default)
            if address in str(mail["To"]):
                body = mail.get_body(("plain",)).get_content()
                return re.search(r"https?://[^/]+(/\S+)", body)[1]
    raise AssertionError(f"no mail to {address}")


def talk(address, key, npc, text):
    """What the map-server sends for a player."""
    with grpc.insecure_channel(address) as channel:
        metadata = (("x-api-key", key),)
        hello = server_pb2.HandshakeRequest(protocol_version=1)
        server_pb2_grpc.ServerStub(channel).Handshake(hello, metadata=metadata, timeout=60)
        return dialogue_pb2_grpc.DialogueStub(channel).Talk(
            dialogue_pb2.TalkRequest(
                request_id=uuid.uuid4().hex,
                npc=npc,
                player=common_pb2.Player(char_id=7, name="Seven"),
                text=text,
            ),
            metadata=metadata,
            timeout=60,
        )


def test_a_stranger_signs_up_and_hears_an_npc_of_their_own_server(page, relay, grpc_address):
    address = f"new-{uuid.uuid4().hex[:6]}@example.org"
    page.goto("/")
    check(page)
    page.get_by_role("link", name="Create an account").first.click()
    page.fill("[name=email]", address)
    page.fill("[name=password1]", "correct horse battery")
    page.fill("[name=password2]", "correct horse battery")
    check(page)
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("mail")
    page.goto(link_in_mail(address))
    page.click("main form button[type=submit]")
    page.goto("/servers/")
    if page.locator("[name=login]").count():
        page.fill("[name=login]", address)
        page.fill("[name=password]", "correct horse battery")
        page.click("main form button[type=submit]")
    check(page)
    page.get_by_role("link", name="Create your first server").click()
    page.get_by_label("Name", exact=True).fill("Rune Coast")
    check(page)
    page.get_by_role("button", name="Create the server").click()
    page.get_by_role("button", name="Show my key").click()
    key = page.locator("#api-key").inner_text()
    check(page)
    made = Server.objects.get(name="Rune Coast")
    page.goto(f"/servers/{made.server_id}/")
    check(page)
    page.get_by_role("button", name="Add the sample town").click()
    expect(page.get_by_role("link", name="Talk to Old Corwin")).to_be_visible()
    with in_tenant(made):
        corwin = NpcPersonality.objects.get(name="Old Corwin")
    reply = talk(grpc_address, key, corwin.key, "What do you know about the great fire?")
    assert "fire" in reply.text.lower()
    page.goto(f"/servers/{made.server_id}/")
    expect(page.locator("#connecting")).to_have_attribute("data-state", "connected")
    page.goto(f"{made.path}live/")
    expect(page.locator("main")).to_contain_text(reply.text[:40])


def test_a_key_is_rotated_and_the_old_one_goes_on_for_a_while(
    page, sign_in, server, owner, npc, api_key, grpc_address
):
    sign_in(f"/servers/{server.server_id}/keys/", owner)
    check(page)
    page.get_by_role("link", name="Rotate").or_(
        page.get_by_role("button", name="Rotate")
    ).first.click()
    check(page)
    page.get_by_role("button", name="Rotate").click()
    new = page.locator("#api-key").inner_text()
    assert new != api_key
    for key in (api_key, new):
        assert talk(grpc_address, key, npc.key, "Good day!").text
    page.goto(f"/servers/{server.server_id}/audit/")
    expect(page.locator("main")).to_contain_text(owner.username)
    check(page)


def test_a_dry_run_answers_and_stores_nothing(page, sign_in, server, owner, npc):
    sign_in(f"{server.path}admin/npcs/npcpersonality/{npc.pk}/change/", owner)
    page.get_by_role("link", name=re.compile("dry run", re.I)).first.click()
    page.get_by_label("What the player says").fill("Where do you buy your iron?")
    page.get_by_role("button", name=re.compile("^(Say|Ask|Send|Talk|Try)", re.I)).first.click()
    expect(page.locator("#content")).to_contain_text("Mjolnir")
    check(page)
    with in_tenant(server):
        assert not npc.conversations.exists()


@pytest.fixture
def pages(server, npc):
    """Main pages of portal, admin and live view, with a row in every table behind them."""
    with in_tenant(server):
        fill(npc)
    portal = f"/servers/{server.server_id}/"
    admin = f"{server.path}admin/"
    return [
        "/servers/",
        "/servers/new/",
        portal,
        *(f"{portal}{tab}/" for tab in ("settings", "members", "keys", "usage", "audit", "llm")),
        f"{portal}export/",
        "/account/email/",
        "/account/2fa/",
        "/account/sessions/",
        admin,
        f"{admin}npcs/npcpersonality/",
        f"{admin}npcs/npcpersonality/{npc.pk}/change/",
        f"{admin}npcs/npcmemory/",
        f"{admin}npcs/npcmemory/prune/",
        f"{admin}npcs/exchangeupload/add/",
        f"{admin}npcs/exchangeupload/export/",
        f"{admin}npcs/conversationturn/",
        f"{admin}world/worldstatesnapshot/overview/",
        f"{admin}world/worldstatesnapshot/hours/",
        f"{server.path}live/",
    ]


def test_every_main_page_can_be_used_by_everybody(page, sign_in, owner, pages):
    sign_in(pages[0], owner)
    problems = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in pages:
            answer = page.goto(path)
            assert answer.status == 200, path
            found = Axe().run(page).response["violations"]
            problems += [
                (scheme, path, one["id"], len(one["nodes"]), one["nodes"][0]["html"][:120])
                for one in found
                if one["impact"] in BAD
            ]
    assert not problems, "\n".join(map(str, problems))


def test_no_main_page_is_wider_than_a_telephone(page, sign_in, owner, pages):
    page.set_viewport_size(PHONE)
    sign_in(pages[0], owner)
    wide = {}
    for path in pages:
        page.goto(path)
        if found := page.evaluate(WIDE, PHONE["width"]):
            wide[path] = found
    assert wide == {}
