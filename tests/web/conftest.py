"""A web server and a browser, both real."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests.conftest import CI

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"


@pytest.fixture
def signed_in():
    """A client with this person's session."""

    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture(scope="session")
def site(servers):
    """Address of a Daphne of its own, on the tests' database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daphne = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        [*daphne, "aiworld.asgi:application"],
        env=os.environ | {"POSTGRES_DB": connection.settings_dict["NAME"]},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/robots.txt", process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url, process):
    for _ in range(900):  # a wait, no measurement: machines are busy
        assert process.poll() is None, "Daphne ended"
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser():
    if not Path(CHROMIUM).exists():
        message = f"{CHROMIUM} is missing (make chromium)"
        pytest.fail(message) if CI else pytest.skip(message)
    expect.set_options(timeout=60_000)
    # Playwright's event loop stays in this thread while it runs, so tests beside it could not have
    # one of their own (hence one module) and Django would refuse to query.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, site):
    """A fresh window. The test fails if a script did, or if the policy stopped something."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(120_000)  # a wait, no measurement: machines are busy
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: (
            complaints.append(line.text) if "Content Security Policy" in line.text else None
        ),
    )
    yield page
    context.close()
    assert not complaints


@pytest.fixture
def sign_in(page):
    def at(path, user):
        page.goto(path)
        page.fill("input[name=login]", user.username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")

    return at
