"""What people do, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from npcs import watching
from npcs.models import NpcKnowledge, NpcPersonality
from tenants import live
from tenants.context import in_tenant
from tenants.models import Membership
from tests.grpc_api.calls import until
from tests.web.rows import fill, make_conversation

PHONE = {"width": 360, "height": 740}


def publish(server, npc, text, **fields):
    """A turn as a dialogue writes and publishes it."""
    with in_tenant(server):
        turn = make_conversation(npc, (text, "I hear you."), **fields).turns.get()
        live.publish("turn", watching.as_event(turn))


def test_an_owner_changes_who_an_npc_is_and_what_it_knows(page, sign_in, server, npc, owner):
    sign_in(f"{server.path}admin/", owner)
    page.click("#nav-sidebar >> text=NPCs")
    page.click("#result_list >> text=Brannoc")
    slider = page.locator("#id_openness")
    slider.fill("0.9")
    expect(page.locator("output[for=id_openness]")).to_have_text("0.9")
    page.locator("#id_knowledge-0-text").fill("I buy my iron in Payon.")
    page.click("[name=_save]")
    expect(page.locator("body")).to_contain_text("was changed successfully")
    with in_tenant(server):
        stored = NpcPersonality.objects.get(pk=npc.pk)
        assert (stored.openness, stored.edited_by_staff) == (0.9, True)
        assert NpcKnowledge.objects.filter(npc=npc, text="I buy my iron in Payon.").exists()


def test_a_viewer_can_save_nothing(page, sign_in, server, npc, viewer):
    sign_in(f"{server.path}admin/npcs/npcpersonality/{npc.pk}/change/", viewer)
    expect(page.locator("#content")).to_contain_text("Brannoc")
    expect(page.locator("[name=_save]")).to_have_count(0)
    expect(page.locator("#content input:not([type=hidden]):visible")).to_have_count(0)


def test_a_stranger_is_told_so_and_not_sent_round(page, sign_in, server, stranger):
    sign_in(f"{server.path}admin/", stranger)
    expect(page.locator("main")).to_contain_text("not a member of this server")
    page.goto(f"{server.path}live/")
    expect(page.locator("main")).to_contain_text("not a member of this server")


def test_signing_in_and_out_on_the_front_page(page, sign_in, server, owner):
    sign_in("/login/", owner)
    expect(page.locator("main")).to_contain_text(server.name)
    page.click("details.menu summary")
    page.click("text=Sign out")
    expect(page.locator("main")).not_to_contain_text(server.name)


@pytest.fixture
def watching_page(page, sign_in, server, npc, viewer):
    publish(server, npc, "The first words")
    sign_in(f"{server.path}live/", viewer)
    expect(page.locator("#state")).to_have_text("live")
    expect(page.locator(".turn")).to_have_count(1)
    return page


def test_a_turn_appears_while_one_watches(watching_page, server, npc):
    publish(server, npc, "<img src=x onerror=alert(1)>", emotion="angry", trust_change=-0.3)
    turn = watching_page.locator(".turn").nth(1)
    expect(turn.locator(".by-player")).to_have_text("<img src=x onerror=alert(1)>")
    expect(turn.locator(".face")).to_have_attribute("aria-label", "angry")
    expect(turn.locator(".change")).to_have_text("−0.30")
    assert watching_page.locator("#log img").count() == 0


def test_nothing_is_missed_and_nothing_shown_twice_after_a_reload(watching_page, server, npc):
    with in_tenant(server):
        make_conversation(npc, ("Not published", "yes"), char_id=150_007)
    watching_page.context.set_offline(True)
    publish(server, npc, "Said meanwhile", char_id=150_008)
    watching_page.context.set_offline(False)
    watching_page.reload()
    expect(watching_page.locator(".turn")).to_have_count(3)
    publish(server, npc, "After that", char_id=150_009)
    expect(watching_page.locator(".turn")).to_have_count(4)


def test_the_page_connects_again_by_itself_and_catches_up(page, sign_in, server, npc, viewer):
    sockets = []
    page.route_web_socket(
        re.compile("/ws/"), lambda ws: sockets.append((ws, ws.connect_to_server()))
    )
    sign_in(f"{server.path}live/", viewer)
    expect(page.locator("#state")).to_have_text("live")
    sockets[0][0].close(code=1011)
    expect(page.locator("#state")).not_to_have_text("live")
    publish(server, npc, "Said while nobody listened")
    expect(page.locator("#state")).to_have_text("live")
    expect(page.locator(".turn")).to_have_count(1)
    assert len(sockets) == 2


def test_turns_are_filtered_and_held_back_while_paused(watching_page, server, npc):
    page = watching_page
    page.fill("[name=player]", "bruno")
    expect(page.locator(".turn:visible")).to_have_count(0)
    publish(server, npc, "It is me", char_id=150_002, player_name="Bruno")
    expect(page.locator(".turn:visible")).to_have_count(1)
    page.click("text=Clear")
    expect(page.locator(".turn:visible")).to_have_count(2)
    page.click("#pause")
    publish(server, npc, "Later", char_id=150_003)
    expect(page.locator("#pause")).to_have_text("Go on (1 new)")
    expect(page.locator(".turn")).to_have_count(2)
    page.click("#pause")
    expect(page.locator(".turn")).to_have_count(3)


def test_sentences_are_shown_as_they_are_spoken(watching_page, server):
    sentence = {"npc_name": "Brannoc", "player_name": "Aline", "text": "Well met,"}
    until(lambda: live._publisher().presence.watched(server.live_group))
    with in_tenant(server):
        live.publish("sentence", sentence)
    expect(watching_page.locator("#speaking")).to_have_text("Brannoc to Aline: Well met,")


def test_a_member_who_was_removed_is_told(watching_page, server, viewer):
    Membership.objects.filter(user=viewer).delete()
    watching_page.reload()
    expect(watching_page.locator("main")).to_contain_text("not a member of this server")


def test_a_telephone_needs_no_sideways_scrolling(page, sign_in, server, npc, owner):
    with in_tenant(server):
        fill(npc)
        make_conversation(npc, ("w" * 300, "x" * 300), player_name="A" * 23)
    page.set_viewport_size(PHONE)
    sign_in("/login/", owner)
    admin = f"{server.path}admin/"
    pages = ("/", "/health", f"{server.path}live/", admin, f"{admin}npcs/npcpersonality/",
             f"{admin}npcs/npcpersonality/{npc.pk}/change/")  # fmt: skip
    for path in pages:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path} is {width} pixels wide"
