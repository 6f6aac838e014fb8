"""From signing in to a talking town, in a real browser, with a real worker."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from aiworld.celery import app
from npcs.models import NpcPersonality
from tenants import live
from tenants.context import in_tenant
from tenants.models import HandshakeAttempt, Server
from tenants.tasks import relay_jobs
from tests.grpc_api.calls import until
from tests.tenants.test_jobs import queue, worker  # noqa: F401

PHONE = {"width": 360, "height": 740}


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


def start(page, sign_in, user, name):
    sign_in("/servers/", user)
    page.get_by_role("link", name="Create your first server").click()
    page.get_by_label("Name", exact=True).fill(name)


def test_a_stranger_makes_a_server_gets_its_key_and_a_town(page, sign_in, relay, stranger):
    start(page, sign_in, stranger, "Rachel")
    page.get_by_role("button", name="Create the server").click()
    page.get_by_role("button", name="Show my key").click()
    key = page.locator("#api-key").inner_text()
    assert re.fullmatch(r"sk-[0-9a-f]{12}-[\w-]{43}", key)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download ai_sidecar.conf").click()
    conf = download.value.path().read_text()
    made = Server.objects.get(name="Rachel")
    assert key in conf and made.server_id in conf
    page.goto(f"/servers/{made.server_id}/")
    assert key not in page.content()
    page.get_by_role("button", name="Add the sample town").click()
    expect(page.get_by_role("link", name="Talk to Old Corwin")).to_be_visible()
    with in_tenant(made):
        assert NpcPersonality.objects.count() > 1


def test_the_progress_moves_and_says_its_step(page, sign_in, stranger, committed):
    start(page, sign_in, stranger, "Veins")
    page.get_by_role("button", name="Create the server").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(page.locator("#job-step")).to_have_text("waiting for a worker")
    job = stranger.jobs.get()
    message = {"state": "running", "step": "creating tables", "done": 1, "total": 4}

    def told():  # again until the page's socket is open
        live.send(job.live_group, "job", message)
        page.wait_for_timeout(200)
        return page.locator("#job-step").text_content() == "creating tables"

    until(told, 10)
    expect(bar).to_have_js_property("value", 1)


def test_the_limits_follow_the_plan(page, sign_in, stranger, committed):
    start(page, sign_in, stranger, "Einbroch")
    npcs = page.get_by_label("NPCs that answer by AI")
    expect(npcs).to_have_attribute("max", "500")
    page.get_by_label("Basic").check()
    expect(npcs).to_have_attribute("max", "2000")
    npcs.fill("1500")
    page.get_by_label("Free").check()
    expect(npcs).to_have_value("500")


def test_the_panel_turns_green_while_one_watches(page, sign_in, server, owner):
    sign_in(f"/servers/{server.server_id}/", owner)
    panel = page.locator("#connecting")
    expect(panel).to_have_attribute("data-state", "silent")
    HandshakeAttempt.objects.create(server=server, outcome="wrong_key", at=timezone.now())
    with in_tenant(server):
        live.publish("handshake", {"outcome": "wrong_key"})
    expect(panel).to_contain_text("key is not known here")
    Server.objects.filter(pk=server.pk).update(last_handshake_at=timezone.now())
    with in_tenant(server):
        live.publish("handshake", {"outcome": "accepted"})
    expect(panel).to_have_attribute("data-state", "connected")
    HandshakeAttempt.objects.all().delete()
    Server.objects.filter(pk=server.pk).update(last_handshake_at=None)


def test_on_a_telephone_nothing_is_wider_than_the_screen(page, sign_in, server, npc, owner):
    page.set_viewport_size(PHONE)
    sign_in("/servers/", owner)
    of = f"/servers/{server.server_id}/"
    for path in ("/servers/", "/servers/new/", of, f"{of}settings/", f"{of}first-key/"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path} is {width} pixels wide"
