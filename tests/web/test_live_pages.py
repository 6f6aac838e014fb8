"""The live view as people use it, in a real browser: two game masters, the game's real door."""

import random
import re
import threading
import time
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs import watching
from npcs.models import ConversationTurn
from tenants import live
from tenants.context import in_tenant
from tenants.models import Membership, Role
from tests.conftest import _user
from tests.web.rows import make_conversation


@pytest.fixture
def editor(server):
    user = _user("freya")
    Membership.objects.create(user=user, server=server, role=Role.EDITOR)
    return user


@pytest.fixture
def window(browser, site, signed_in):
    """Opens a window of its own for a person. The test fails if a script did, or if the policy
    stopped something."""
    opened, complaints = [], []

    def window(user, **fields):
        context = browser.new_context(base_url=site, **fields)
        session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}
        context.add_cookies([cookie])
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: "Security Policy" in line.text and complaints.append(line.text),
        )
        return page

    yield window
    for context in opened:
        context.close()
    assert not complaints


def publish(server, npc, text, **fields):
    with in_tenant(server):
        talk = make_conversation(npc, (text, "I hear you."), **fields)
        live.publish("turn", watching.as_event(watching._turns().get(conversation=talk)))
        return talk


def watching_page(page, path):
    page.goto(path)
    expect(page.locator("#state")).to_have_text("live")
    return page


def test_a_game_master_takes_over_and_gives_back_while_another_watches(
    window, server, npc, editor, viewer, stubs, metadata, player
):
    def talk(text, timeout):
        request = dialogue_pb2.TalkRequest(
            npc=npc.key, player=player, text=text, request_id=uuid.uuid4().hex
        )
        return stubs.dialogue.Talk(request, metadata=metadata, timeout=timeout)

    begun = talk("Good day!", 10).conversation_id
    path = f"{server.path}live/talks/{begun}/"
    master, watcher = watching_page(window(editor), path), watching_page(window(viewer), path)
    expect(watcher.locator("#take")).to_have_count(0)
    master.click("#take")
    expect(master.locator("#takeover-title")).to_have_text("You speak as the NPC")
    expect(watcher.locator("#takeover-title")).to_have_text("freya speaks as the NPC")
    answers = []
    calling = threading.Thread(
        target=lambda: answers.append(talk("Where do you buy your iron?", 20))
    )
    calling.start()
    expect(master.locator("#speaking")).to_contain_text("Where do you buy your iron?")
    expect(master.locator("#speaking")).to_contain_text("for your words")
    master.locator("#speak-text").fill("From the *whispers* old mine.")
    master.keyboard.press("Control+Enter")
    calling.join()
    assert answers[0].text == "From the old mine."
    assert answers[0].source == common_pb2.SOURCE_STAFF
    for page in (master, watcher):
        turn = page.locator(".turn").last
        expect(turn.locator(".words")).to_have_text("From the old mine.")
        expect(turn.locator(".source")).to_have_text("game master")
        expect(turn.locator(".by")).to_have_text("freya")
    expect(master.locator("#speaking")).to_be_hidden()
    master.locator("#speak-text").fill("Take care on the way.")
    master.click("text=Say it")
    expect(master.locator("#lines")).to_contain_text("Take care on the way.")
    master.click("#give")
    expect(watcher.locator("#takeover-title")).to_have_text("The NPC speaks for itself")
    expect(master.locator("#lines li")).to_have_count(0)
    assert talk("Where do you buy your iron?", 10).source == common_pb2.SOURCE_COMPOSER


def test_every_turn_once_and_in_order_though_the_line_is_cut(window, server, npc, viewer):
    """200 turns by four threads; the order is that of the turns' ids."""
    page, sockets, dice = window(viewer), [], random.Random(3)
    page.route_web_socket(
        re.compile("/ws/"), lambda ws: sockets.append((ws, ws.connect_to_server()))
    )
    watching_page(page, f"{server.path}live/")

    def write(thread):
        for number in range(50):
            publish(server, npc, f"said {thread}-{number}", char_id=thread * 100 + number + 1)
            time.sleep(0.02)
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        page.wait_for_timeout(dice.uniform(100, 900))
        sockets[-1][0].close(code=1011)
    assert len(sockets) > 2
    expect(page.locator(".turn")).to_have_count(200, timeout=30_000)
    with in_tenant(server):
        stored = list(ConversationTurn.objects.order_by("pk").values_list("pk", flat=True))
    ids = page.eval_on_selector_all(".turn", "all => all.map(one => Number(one.dataset.turn))")
    assert ids == stored


def test_a_filtered_view_can_be_shared_and_gets_nothing_else(window, server, npc, viewer):
    publish(server, npc, "It is Aline")
    publish(server, npc, "It is Bruno", char_id=150_002, player_name="Bruno")
    page = watching_page(window(viewer), f"{server.path}live/")
    page.fill("[name=player]", "bru")
    expect(page.locator(".turn:visible")).to_have_count(1)
    page.wait_for_url(re.compile(r"\?player=bru$"))
    shared = window(viewer)
    frames = []
    shared.on("websocket", lambda ws: ws.on("framereceived", lambda data: frames.append(data)))
    watching_page(shared, page.url)
    expect(shared.locator("[name=player]")).to_have_value("bru")
    expect(shared.locator(".turn")).to_have_count(1)
    publish(server, npc, "Aline again", char_id=150_003)
    publish(server, npc, "Bruno again", char_id=150_004, player_name="Bruno")
    expect(shared.locator(".turn")).to_have_count(2)
    assert not any("Aline again" in str(frame) for frame in frames)
    shared.click("#clear")
    expect(shared.locator(".turn")).to_have_count(4)


def test_pausing_says_how_many_wait_and_keeps_no_more_than_it_shows(window, server, npc, viewer):
    page = watching_page(window(viewer), f"{server.path}live/")
    page.click("#pause")
    with in_tenant(server):
        talk = make_conversation(npc, *((f"said {n}", "yes") for n in range(320)))
        for turn in watching._turns().filter(conversation=talk).order_by("pk"):
            live.publish("turn", watching.as_event(turn))
    expect(page.locator("#pause")).to_have_text("Go on (more than 300 new)", timeout=20_000)
    expect(page.locator(".turn")).to_have_count(0)
    page.click("#pause")
    expect(page.locator(".turn")).to_have_count(300)
    expect(page.locator(".turn .by-player").last).to_have_text("said 319")


def test_by_keyboard_alone_a_turn_is_found_flagged_and_opened(window, server, npc, editor):
    talk = [publish(server, npc, f"Line {n}", char_id=n + 1) for n in range(3)][0]
    page = watching_page(window(editor), f"{server.path}live/")
    page.locator("#pause").focus()
    page.keyboard.press("Tab")
    for key in ("End", "ArrowUp", "k"):
        page.keyboard.press(key)
    first = page.locator(".turn").first
    expect(first).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator("[name=reason]")).to_be_focused()
    page.keyboard.press("o")  # chooses by its first letter
    page.keyboard.press("Tab")
    page.keyboard.type("rude")
    page.keyboard.press("Enter")
    expect(first.locator(".flags")).to_contain_text(re.compile("Offensive|Out of character"))
    expect(first.locator(".flag")).to_be_focused()
    first.focus()
    page.keyboard.press("o")
    page.wait_for_url(re.compile(f"/live/talks/{talk.pk}/$"))


def test_a_flag_is_seen_by_who_watches_and_can_be_taken_away(window, server, npc, editor, viewer):
    publish(server, npc, "Hello")
    path = f"{server.path}live/"
    master, watcher = watching_page(window(editor), path), watching_page(window(viewer), path)
    expect(watcher.locator(".flag")).to_have_count(0)
    master.click(".turn .flag")
    master.select_option("[name=reason]", "wrong")
    master.click("text=Flag this turn")
    for page in (master, watcher):
        expect(page.locator(".turn .flags")).to_contain_text("Wrong")
    master.click("[data-unflag]")
    expect(watcher.locator(".turn .flags")).to_be_empty()


def test_a_conversation_is_opened_whole(window, server, npc, editor):
    with in_tenant(server):
        fact = npc.knowledge.first()
        talk = make_conversation(
            npc, *((f"said {n}", "yes") for n in range(120)), facts_used=[fact.pk]
        )
        make_conversation(npc, ("Somebody else", "yes"), char_id=7)
    page = watching_page(window(editor), f"{server.path}live/talks/{talk.pk}/")
    expect(page.locator(".turn")).to_have_count(watching.PAGE)
    expect(page.locator("#plot-caption")).to_have_text(re.compile("over 120 turns"))
    for shown in (100, 120):
        page.click("#earlier")
        expect(page.locator(".turn")).to_have_count(shown)
    expect(page.locator("#earlier")).to_be_hidden()
    page.locator(".why").last.click()
    expect(page.locator(".basis-box")).to_contain_text(fact.text)
    expect(page.locator("body")).not_to_contain_text("Somebody else")


def test_a_screen_reader_is_told_now_and_then_not_of_every_turn(window, server, npc, viewer):
    page = watching_page(window(viewer), f"{server.path}live/")
    page.evaluate("""() => {
        window.told = [];
        new MutationObserver(() => told.push(document.getElementById("announcer").textContent))
            .observe(document.getElementById("announcer"), { childList: true });
    }""")
    for number in range(20):
        publish(server, npc, f"Line {number}", char_id=number + 1)
    expect(page.locator("#announcer")).to_contain_text(re.compile(r"1\d new turns"), timeout=15_000)
    assert len(page.evaluate("told")) <= 3


@pytest.mark.parametrize("width, scheme", [(1200, "light"), (1200, "dark"), (360, "light")])
def test_the_pages_have_no_serious_barriers(window, server, npc, editor, width, scheme):
    talk = publish(server, npc, "Hello", emotion="angry", trust_change=-0.3)
    size = {"width": width, "height": 800}
    page = window(editor, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for path in ("live/", f"live/talks/{talk.pk}/"):
        watching_page(page, server.path + path)
        if page.locator("#take").count():
            page.click("#take")
            expect(page.locator("#speak")).to_be_visible()
        found = Axe().run(page).response["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        assert not grave, [(one["id"], [n["html"] for n in one["nodes"]]) for one in grave]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
