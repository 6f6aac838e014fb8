"""Takes the pictures in docs/images: `python -m aiworld.devstack run -- python -m
tests.web.screenshots`. Works on a server of its own, which it removes again."""

from __future__ import annotations

import os
import random
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

from npcs.models import (  # noqa: E402
    NpcKnowledge,
    NpcMemory,
    NpcPersonality,
    NpcRelationship,
)
from tenants.context import in_tenant  # noqa: E402
from tenants.models import Membership  # noqa: E402
from tenants.provisioning import provision, remove  # noqa: E402
from tests.web.rows import make_conversation  # noqa: E402

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PASSWORD = "only for the pictures"
PEOPLE = (
    ("prontera/Brannoc#smith", "Brannoc", "blacksmith", "Third of his line at the anvil beside the "
     "west gate. Lost his brother in the mine of Mjolnir and has not taken a day off since.",
     "Short sentences. Talks of iron as others talk of weather."),
    ("prontera/Hedwig#inn", "Dame Hedwig", "innkeeper", "", ""),
    ("izlude/Torvald#pier", "Torvald", "sailor", "", ""),
    ("geffen/Liora#tower", "Liora", "mage", "", ""),
    ("payon/Haneul#gate", "Haneul", "guard", "", ""),
)  # fmt: skip
FACTS = (
    ("iron", "I buy my iron from the mine at Mjolnir, three days north of here.", 0),
    ("prices", "A good edge costs 800 zeny. Not one coin less.", 0),
    ("inn", "The inn of Dame Hedwig stands beside the west gate. Tell her I sent you.", 0),
    ("brother", "My brother Edran went down into the mine and never came up.", 5),
    ("crown", "The lost king's crown lies under this anvil. My father hid it.", 8),
)
TALKS = (
    (0, "Aline", 150_001, "curious", "composer", 2.4, 0.2, "Good day! Where do you get your iron?",
     "From the mine at Mjolnir, three days north. Take a torch, and do not go alone."),
    (1, "Bruno", 150_002, "happy", "llm", 3.1, 0.3, "A room for the night, please. It rains again.",
     "Sit by the fire first, Bruno. Last time you spoke of your sister; is she well?"),
    (0, "Aline", 150_001, "sad", "llm", 5.2, 0.4, "You told me of Edran. I found this lamp in the "
     "mine.", "…That is his. He scratched our mark into the handle. I owe you more than words."),
    (2, "Mei", 150_014, "neutral", "cache", 2.0, 0.0, "When does the ship to Alberta leave?",
     "At dawn, third pier. The captain waits for nobody."),
    (4, "Rufus", 150_009, "angry", "llm", 0.6, -0.5, "Open the gate or I burn your village down!",
     "Say that again and you will sleep in the cell. The gate stays shut."),
    (3, "Aline", 150_001, "excited", "llm", 4.4, 0.3, "I learned Fire Bolt today!",
     "So soon? Show me, but point it away from the books."),
)  # fmt: skip


def stage() -> tuple[object, User]:
    made = provision(name="Midgard Chronicles", contact_email="owner@midgard.example").server
    user, _ = User.objects.get_or_create(username="freya")
    user.set_password(PASSWORD)
    user.save()
    Membership.objects.get_or_create(user=user, server=made, defaults={"role": "owner"})
    made.last_handshake_at = timezone.now()
    made.save()
    with in_tenant(made):
        _people()
    return made, user


def _people() -> None:
    chance = random.Random(7)
    npcs = [_npc(chance, *who) for who in PEOPLE]
    for position, (topic, text, sensitivity) in enumerate(FACTS):
        NpcKnowledge.objects.create(
            npc=npcs[0], topic=topic, text=text, sensitivity=sensitivity, position=position
        )
    for at, (who, player, char_id, emotion, source, trust, change, said, answer) in enumerate(
        TALKS
    ):
        make_conversation(
            npcs[who], (said, answer), player_name=player, char_id=char_id, emotion=emotion,
            source=source, trust=trust, trust_change=change, minutes_ago=(len(TALKS) - at) / 2,
            latency_ms=chance.randint(300, 1400) if source == "llm" else chance.randint(2, 20),
        )  # fmt: skip
        NpcMemory.objects.create(
            npc=npcs[who], char_id=char_id, player_name=player, speaker="player", text=said,
            happened_at=timezone.now(), importance=5,
        )  # fmt: skip
        NpcRelationship.objects.update_or_create(
            npc=npcs[who], char_id=char_id, defaults={"player_name": player, "trust": trust}
        )


def _npc(chance, key, name, role, background, speech_style):  # type: ignore[no-untyped-def]
    traits = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
    return NpcPersonality.objects.create(
        key=key, name=name, map_name=key.partition("/")[0], role=role, background=background,
        speech_style=speech_style, x=164, y=181, alignment="lawful_good", mood="content",
        **{trait: round(chance.uniform(0.15, 0.9), 2) for trait in traits},
    )  # fmt: skip


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
        page.goto("/login/")
        page.fill("[name=username]", "freya")
        page.fill("[name=password]", PASSWORD)
        page.click("section.form button")
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
