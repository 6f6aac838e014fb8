"""Takes the pictures in docs/images: `python -m aiworld.devstack run -- python -m
tests.web.screenshots`. Works on a server of its own, which it removes again."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")
os.environ.setdefault("INFERENCE_BACKEND", "local")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from agents import runner  # noqa: E402
from agents.models import AgentRun  # noqa: E402
from agents.runner import Order  # noqa: E402
from aiworld.accounts.adapter import vouch_for_mail  # noqa: E402
from aiworld.errors import AIWorldError  # noqa: E402
from benchmarks.population.reported import reported  # noqa: E402
from benchmarks.population.settings import TRAINING  # noqa: E402
from benchmarks.population.world import Population  # noqa: E402
from inference import client  # noqa: E402
from inference.learned.history import DAY  # noqa: E402
from npcs import dialogue, mind  # noqa: E402
from npcs.importing import import_characters  # noqa: E402
from npcs.models import NpcPersonality  # noqa: E402
from npcs.scripts.tree import read_scripts  # noqa: E402
from npcs.turns import Said  # noqa: E402
from quests import handover, ledger, policy  # noqa: E402
from quests.models import DynamicQuest, QuestMember, RewardCap, RewardItem  # noqa: E402
from tenants.context import in_tenant  # noqa: E402
from tenants.models import Membership, Server  # noqa: E402
from tenants.provisioning import provision, remove  # noqa: E402
from tests.web.lands import some_cell, widen  # noqa: E402
from tests.world.realm import MAPS, make_realm  # noqa: E402
from world.foresight import predicting  # noqa: E402
from world.models import EconomicTransaction, FactionNode, TimelineVisit  # noqa: E402
from world.reports.counting import count  # noqa: E402
from world.reports.events import GameEvent  # noqa: E402

IMAGES = Path(__file__).parents[2] / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
PASSWORD = "only for the pictures"
TOWN = Path(__file__).parents[2] / "samples" / "npc"
PORTAL = {
    "servers": "",
    "new": "new/",
    "server": "{}/",
    "members": "{}/members/",
    "keys": "{}/keys/",
    "usage": "{}/usage/?days=7",
    "audit": "{}/audit/",
    "budget": "{}/budget/",
    "world": "{}/world/",
    "players": "{}/players/",
    "rewards": "{}/rewards/",
}
ADMIN = {
    "agents": "agents/agentday/",
    "runs": "agents/agentrun/",
    "snapshots": "world/worldstatesnapshot/",
    "events": "world/worldevent/",
    "timeline": "world/worldevent/timeline/",
    "rewards": "quests/rewardgrant/",
}
RUNS = (
    ("weather_time", "everybody", {}),
    ("world_event", "everybody", {}),
    ("map_hazard", "pay_dun00", {}),
    ("treasure", "prt_fild08", {}),
    ("problem", "everybody", {}),
    ("archaeology", "pay_dun00", {}),
    ("karma", "150001", {"deed": "help"}),
    ("karma", "150009", {"deed": "insult"}),
)
"""Agents, what they run over, what they are given; one that finds nothing to do is left out."""
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
        _factions()
        make_realm()
        widen()
        _players()
    mind.warm_up()
    client.embed_now(["warm"])
    asyncio.run(_talk(made))
    with in_tenant(made):
        asyncio.run(_agents())
        _rewards()
        predicting.foresee(timezone.now())
        was_here = timezone.now() - timedelta(hours=20)
        TimelineVisit.objects.create(user_id=user.pk, seen_at=was_here)
    return made, user


def _players() -> None:
    """Four weeks of made-up players, as a map-server would report them."""
    today = int(time.time() // DAY)
    setting = replace(TRAINING, players=120, pace=0.2, days=28, first_day=today - 28)
    events = Population(setting).history().events
    told = [_placed(event) for event in reported(events, source="made-up")]
    for first in range(0, len(told), 500):
        count(told[first : first + 500])


def _placed(event: GameEvent) -> GameEvent:
    """On a map of the small realm."""
    found = re.fullmatch(r"map_(\d+)", event.map_name)
    if not found:
        return event
    name = list(MAPS)[int(found[1]) % len(MAPS)]
    x, y = some_cell(name, event.digest)
    return event._replace(map_name=name, x=x, y=y)


async def _agents() -> None:
    for at, (agent, subject, asked) in enumerate(RUNS):
        order = Order(
            agent=agent, subject=subject, window=f"picture-{at}", params=asked,
            cause=AgentRun.Cause.PERSON, by="freya",
            char_id=int(subject) if subject.isdecimal() else None,
        )  # fmt: skip
        with suppress(AIWorldError):
            await runner.run(order, with_model=False)


def _rewards() -> None:
    """A fortnight of quests that were done; some rewards are given, one is not what was granted."""
    npc = NpcPersonality.objects.get(key="prontera/Brannoc#town")
    policy.row()
    RewardCap.objects.update(item_value=20_000)
    RewardItem.objects.create(item_id=501, name="Red Potion", value=25, amount=5, per_day=500)
    begin = timezone.now() - timedelta(days=14)
    for at in range(40):
        when, char_id = begin + timedelta(hours=8 * at), 150_001 + at % 7
        quest = DynamicQuest.objects.create(
            npc=npc, char_id=char_id, kind="kill", difficulty=1 + at % 3, objectives=[],
            title=("Rats in the cellar", "Fluff for the pillows", "The old road")[at % 3],
            text="It is done.", status="completed",
            reward={"zeny": 200 + 91 * at % 700, "base_exp": 300, "job_exp": 100,
                    "items": [[501, 1 + at % 5]] if at % 4 == 0 else []},
        )  # fmt: skip
        QuestMember.objects.create(quest=quest, char_id=char_id)
        entry = ledger.pay(quest.pk, char_id, now=when)
        if entry is None or at > 37:
            continue
        handover.claim(char_id, last_given=0, takes_back=False, now=when)
        given = handover.content(entry) | ({"zeny": 9_000} if at == 35 else {})
        handover.confirm(entry.pk, char_id, signature=entry.signature, given=given, now=when)


def _factions() -> None:
    """A small world to look at."""
    rows = (
        (
            "crown",
            "Crown of Prontera",
            "kingdom",
            1.0,
            {"thieves": {"kind": "war", "strength": 0.9}},
        ),
        ("guard", "City guard", "guild", 0.6, {"thieves": {"kind": "war", "strength": 0.6}}),
        (
            "church",
            "Church of Odin",
            "church",
            0.7,
            {"crown": {"kind": "alliance", "strength": 0.8}},
        ),
        ("kafra", "Kafra company", "merchants", 0.8, {"crown": {"kind": "trade", "strength": 0.7}}),
        ("thieves", "Thieves of Morroc", "outlaws", 0.5, {"kafra": {"kind": "rivalry"}}),
        ("sages", "Sages of Juno", "scholars", 0.4, {"church": {"kind": "trade", "strength": 0.3}}),
    )
    for key, name, kind, influence, relations in rows:
        FactionNode.objects.create(
            key=key, name=name, kind=kind, influence=influence, relations=relations
        )
    FactionNode.objects.filter(key="guard").update(parent=FactionNode.objects.get(key="crown"))
    now = timezone.now()
    for day in range(30):
        for at, kind in enumerate(("drop", "npc_buy", "trade")):
            EconomicTransaction.objects.create(
                kind=kind,
                zeny=(9_000 + 4_000 * at + (day * 7919 + at * 104_729) % 9_000),
                happened_at=now - timedelta(days=day),
            )


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
        page.wait_for_load_state("networkidle")
        for name, tab in PORTAL.items():
            page.goto(f"/servers/{tab.format(path.split('/')[2])}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"portal-{name}.png", full_page=True)
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
        page.goto(page.url.replace("/change/", "/dry-run/"))
        page.get_by_label("What the player says").fill("Where do you buy your iron?")
        page.get_by_role("button", name="Say it").click()
        page.wait_for_selector(".ro-page")
        page.screenshot(path=folder / "admin-dry-run.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{path}admin/world/worldstatesnapshot/overview/")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "admin-world.png")
        for name, tab in ADMIN.items():
            page.goto(f"{path}admin/{tab}")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"admin-{name}.png")
        page.goto(f"{path}admin/world/worldevent/timeline/?back=week")
        page.screenshot(path=folder / "admin-timeline-week.png", full_page=True)
        page.click(".map-tile >> nth=0")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "admin-map.png")
        page.goto(f"{path}admin/npcs/npcmemory/")
        page.screenshot(path=folder / "admin-memories.png")
        page.goto(f"{path}admin/npcs/conversation/")
        page.click("#result_list tbody a >> nth=0")
        page.wait_for_selector(".chat")
        page.screenshot(path=folder / "admin-conversation.png")
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.goto(f"{path}live/")
        page.wait_for_selector("[data-state=live]")
        page.screenshot(path=folder / "live-phone.png")
        page.goto(f"/servers/{path.split('/')[2]}/")
        page.screenshot(path=folder / "portal-phone.png")
        page.goto(f"/servers/{path.split('/')[2]}/world/")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "portal-world-phone.png", full_page=True)
        page.click(".map-tile >> nth=0")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "portal-map-phone.png", full_page=True)
        page.context.clear_cookies()
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1200, "height": 800})
        page.goto("/")
        page.screenshot(path=folder / "front.png")
        page.goto("/account/signup/")
        page.screenshot(path=folder / "sign-up.png")
        browser.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
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
