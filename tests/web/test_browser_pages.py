"""Pages for owners and staff in a real browser: each opens, says what it is, has nothing that axe
finds serious, needs no sideways scrolling on a telephone, and its button does what it says."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from inference.ledger.models import LLMRequestCache
from npcs.models import GoldenRun, InformationSharing, NpcRelationship
from npcs.rights.erasing import erase
from tenants import live
from tenants.context import in_tenant
from tenants.models import Server
from tests.grpc_api.calls import until
from tests.web.rows import fill, make_conversation
from tests.web.test_journey import BAD, PHONE, WIDE
from world.models import CheatAlert

DESK = {"width": 1280, "height": 800}


@pytest.fixture
def look(page):
    def look(path, heading):
        page.goto(path)
        expect(page.locator("h1", has_text=heading).first).to_be_visible()
        check(page)
        page.set_viewport_size(PHONE)
        page.goto(path)  # plots are as wide as the screen they were drawn on
        assert page.evaluate(WIDE, PHONE["width"]) is None, path
        page.set_viewport_size(DESK)
        page.goto(path)

    return look


@pytest.fixture
def as_before(server):
    """The server is every test's."""
    fields = ("monthly_budget", "budget_soft_percent", "page_columns", "page_lines")
    before = {name: getattr(server, name) for name in fields}
    yield
    Server.objects.filter(pk=server.pk).update(**before)
    server.refresh_from_db()


def check(page):
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in BAD]
    assert not found, (page.url, [(one["id"], one["nodes"][0]["html"]) for one in found])


def test_an_owner_chooses_a_budget_reads_the_usage_and_sets_the_boxes(
    page, look, sign_in, server, npc, owner, as_before
):
    with in_tenant(server):
        make_conversation(npc, ("Good day!", "Good day to you."), char_id=150_001)
        LLMRequestCache.objects.create(
            task="dialogue", provider="llm", model="some-model", prompt_digest="0" * 64,
            prompt_tokens=900, completion_tokens=80, seconds=0.4, cost="0.004",
        )  # fmt: skip
    of = f"/servers/{server.server_id}/"
    sign_in(of, owner)
    look(f"{of}budget/", "Budget")
    expect(page.locator("#prices")).to_be_visible()
    page.get_by_label("Most a month").fill("2.50")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Saved.")
    expect(page.locator("main")).to_contain_text("spent of 2.50 this month")

    look(f"{of}usage/?days=7", "Usage")
    plots = page.locator("canvas[data-plot]")
    assert plots.count() >= 2
    for at in range(plots.count()):
        expect(plots.nth(at)).to_be_visible()
    expect(page.locator("main")).to_contain_text("some-model")

    look(f"{of}players/", "Players")
    canvas = "document.querySelector('canvas[data-plot=active]')"
    days = page.evaluate(f"Chart.getChart({canvas}).data.datasets[0].data")
    assert len(days) == 28 and all(number >= 0 for number in days)

    look(f"{of}settings/", "Settings")
    page.get_by_label("Letters in a line of a dialogue box").fill("30")
    page.get_by_label("Lines of a dialogue box").fill("5")
    page.locator("form", has=page.locator("[name=page_columns]")).get_by_role(
        "button", name="Save"
    ).click()
    expect(page.locator("main")).to_contain_text("Saved")
    server.refresh_from_db()
    assert (server.page_columns, server.page_lines) == (30, 5)


def test_staff_finds_rumours_packs_golden_talks_and_moods(page, look, sign_in, server, npc, owner):
    with in_tenant(server):
        fill(npc)
        InformationSharing.objects.update(root=npc.knowledge.first())
        NpcRelationship.objects.update(
            mood="angry", mood_strength=0.8, mood_at=timezone.now() - timedelta(seconds=30)
        )
        relationship = NpcRelationship.objects.get()
    admin = f"{server.path}admin/npcs/"
    sign_in(f"{server.path}admin/", owner)
    look(f"{admin}informationsharing/rumours/", "Rumours")
    page.locator("table a[href*='rumours/']").first.click()
    expect(page.locator("#content")).to_contain_text("Hedwig")
    check(page)

    look(f"{admin}knowledgepack/", "packs")
    page.click("#result_list >> text=tides")
    page.locator("#id_attribution").fill("As the old sailors know")
    page.click("[name=_save]")
    expect(page.locator("body")).to_contain_text("was changed successfully")

    look(f"{admin}npcpersonality/{npc.pk}/golden/", "Golden conversations of Brannoc")
    with in_tenant(server):
        GoldenRun.objects.all().delete()  # one that waits is not run twice
    page.get_by_role("button", name="Run all").click()
    expect(page.locator("body")).to_contain_text("1 asked for.")
    with in_tenant(server):
        assert GoldenRun.objects.get().asked_by == owner.username

    look(f"{admin}npcrelationship/", "relationships")
    page.goto(f"{admin}npcrelationship/{relationship.pk}/change/")
    expect(page.locator("#content")).to_contain_text(re.compile("angry", re.IGNORECASE))
    check(page)
    other = page.get_by_role("combobox", name="Other NPC")
    other.click()
    expect(page.get_by_role("searchbox", name="Other NPC")).to_be_focused()
    check(page)


def test_game_masters_see_what_shows_a_sign_of_cheating_and_judge_it(
    page, look, sign_in, server, npc, owner
):
    with in_tenant(server):
        fill(npc)
        row = CheatAlert.objects.get()
    admin = f"{server.path}admin/world/"
    sign_in(f"{server.path}admin/", owner)
    look(f"{admin}cheatalert/", "signs of cheating")
    expect(page.locator("#result_list")).to_contain_text("Aline (150001)")
    look(f"{admin}learnedmodel/", "learned models")
    page.goto(f"{admin}cheatalert/{row.pk}/change/")
    expect(page.locator("#content")).to_contain_text("Unevenness of the gaps between kills")
    expect(page.locator("[name=_save]")).to_have_count(0)
    check(page)
    page.goto(f"{admin}cheatalert/")
    page.locator("#result_list tbody input[type=checkbox]").first.check()
    page.locator("select[name=action]").select_option("confirm")
    page.get_by_role("button", name="Run", exact=False).first.click()
    expect(page.locator("body")).to_contain_text("1 alert.")


def test_the_exploit_lab_says_how_far_it_is_and_what_came_of_it(
    page, look, sign_in, server, npc, owner
):
    sign_in(f"{server.path}admin/", owner)
    look(f"{server.path}admin/npcs/npcpersonality/{npc.pk}/exploit-lab/", "Brannoc")
    for box in page.locator("#exploit-lab [name=language]").all():
        box.set_checked(box.get_attribute("value") == "en")
    page.get_by_role("button", name="Run the attacks").click()
    expect(page.locator("#exploit-sum")).to_contain_text("attacks were held off", timeout=60_000)
    bar = page.locator("#exploit-progress")
    number = page.locator("#exploit-rows > li").count()
    assert number >= 10
    assert bar.evaluate("bar => [bar.value, bar.max]") == [number, number]
    expect(page.locator("#exploit-sum")).to_have_text(
        f"{number} of {number} attacks were held off."
    )
    expect(page.get_by_role("button", name="Run the attacks")).to_be_enabled()
    check(page)


def test_a_watcher_is_alarmed_and_sees_nothing_of_who_is_erased(page, sign_in, server, npc, viewer):
    with in_tenant(server):
        talk = make_conversation(npc, ("I know where you live", "No."))
        make_conversation(npc, ("Good day", "Good day."), char_id=150_002, player_name="Bruno")
    sign_in(f"{server.path}live/", viewer)
    expect(page.locator("#state")).to_have_text("live")
    expect(page.locator(".turn")).to_have_count(2)
    until(lambda: live._publisher().presence.watched(server.live_group))
    with in_tenant(server):
        turn = talk.turns.get().pk
        live.publish("alert", {"turn_id": turn, "conversation_id": talk.pk})
    alarm = page.get_by_role("alert").filter(has_text="severe")
    expect(alarm).to_be_visible()
    expect(alarm.get_by_role("link")).to_have_attribute("href", f"talks/{talk.pk}/")
    check(page)
    with in_tenant(server):
        erase(150_001)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#log")).not_to_contain_text("I know where you live")
    expect(page.locator("#log")).to_contain_text("Bruno")
