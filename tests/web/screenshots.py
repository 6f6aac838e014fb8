"""Takes the pictures in docs/images: `python -m aiworld.devstack run -- python -m
tests.web.screenshots`. Works on a server of its own, which it removes again."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from aiworld.accounts.adapter import vouch_for_mail  # noqa: E402
from inference import client  # noqa: E402
from npcs import dialogue, mind  # noqa: E402
from npcs.importing import import_characters  # noqa: E402
from npcs.scripts.tree import read_scripts  # noqa: E402
from npcs.turns import Said  # noqa: E402
from tenants.context import in_tenant  # noqa: E402
from tenants.models import Membership, Server  # noqa: E402
from tenants.provisioning import provision, remove  # noqa: E402

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PASSWORD = "only for the pictures"
TOWN = Path(__file__).parents[2] / "samples" / "npc"
TALKS = (
    ("prontera/Old Corwin#town", "Aline", 150_001, "What do you know about the great fire?"),
    ("prontera/Brannoc#town", "Bruno", 150_002, "Where do you buy your iron?"),
    ("prontera/Old Corwin#town", "Aline", 150_001, "My sister Mira is ill and I look for herbs."),
    ("prontera/Brannoc#town", "Rufus", 150_009, "You are an idiot and your swords are rubbish!"),
    ("prontera/Old Corwin#town", "Mei", 150_014, "What do you know about the great fire?"),
    ("prontera/Old Corwin#town", "Aline", 150_001, "What did I tell you about my sister?"),
    ("prontera/Brannoc#town", "Caio", 150_020, "oi, quem é você?"),
)  # fmt: skip


def stage() -> tuple[Server, User]:
    made = provision(name="Midgard Chronicles", contact_email="owner@midgard.example").server
    user, _ = User.objects.get_or_create(username="freya", defaults={"email": "freya@example.org"})
    user.set_password(PASSWORD)
    user.save()
    vouch_for_mail(user)
    Membership.objects.get_or_create(user=user, server=made, defaults={"role": "owner"})
    made.last_handshake_at = timezone.now()
    made.save()
    with in_tenant(made):
        import_characters(read_scripts([TOWN]).characters)
    mind.warm_up()
    client.embed_now(["warm"])
    asyncio.run(_talk(made))
    return made, user


async def _talk(server: Server) -> None:
    """What is to be seen was really said, and answered by the composer."""
    with in_tenant(server):
        for at, (npc, name, char_id, text) in enumerate(TALKS):
            said = Said(
                npc_key=npc,
                char_id=char_id,
                player_name=name,
                text=text,
                request_id=f"picture-{at}",
            )
            await dialogue.talk(said, seconds=5)


def serve() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "daphne", "-p", str(port), "aiworld.asgi:application"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/robots.txt", timeout=1).close()
            break
        except OSError:
            time.sleep(0.2)
    return process, address


def take(address: str, path: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(base_url=address, viewport={"width": 1200, "height": 800})
        page.goto("/account/login/")
        page.fill("[name=login]", "freya")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
        page.screenshot(path=folder / "front.png")
        page.goto(f"{path}live/")
        page.wait_for_selector("[data-state=live]")
        page.screenshot(path=folder / "live.png", full_page=True)
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(f"{path}admin/")
        page.screenshot(path=folder / "admin.png")
        page.goto(f"{path}admin/npcs/npcpersonality/")
        page.screenshot(path=folder / "admin-npcs.png")
        page.click("#result_list >> text=Brannoc")
        page.set_viewport_size({"width": 1280, "height": 1180})
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "admin-npc.png")
        page.goto(f"{path}admin/npcs/conversation/")
        page.click("#result_list tbody a >> nth=0")
        page.wait_for_selector(".chat")
        page.screenshot(path=folder / "admin-conversation.png")
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.goto(f"{path}live/")
        page.wait_for_selector("[data-state=live]")
        page.screenshot(path=folder / "live-phone.png")
        browser.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    made, user = stage()
    process, address = serve()
    try:
        take(address, made.path, folder)
    finally:
        process.terminate()
        process.wait(10)
        with connection.cursor():
            remove(made)
            user.delete()


if __name__ == "__main__":
    main()
