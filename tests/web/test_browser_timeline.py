"""The timeline in a browser, for staff and owners: the map of the world leads to a map's own story,
on a desk and on a telephone; who comes back sees what is new."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tenants.context import in_tenant
from tests.web.test_browser_pages import check
from tests.web.test_journey import PHONE, WIDE
from tests.world.realm import make_realm
from world.models import ActivityHour, GameEvent, TimelineVisit, WorldEvent

FIELD, CAVE = "prt_fild08", "pay_dun00"


@pytest.fixture(params=["admin", "portal"])
def address(request, server):
    admin = f"{server.path}admin/world/worldevent/timeline/"
    return admin if request.param == "admin" else f"/servers/{server.server_id}/world/"


@pytest.fixture
def lively(server):
    now = timezone.now()
    with in_tenant(server):
        make_realm()
        for name, kind, number in ((FIELD, "kill", 900), (CAVE, "death", 1), (CAVE, "kill", 40)):
            ActivityHour.objects.create(
                hour=now - timedelta(hours=2), kind=kind, map_name=name, number=number
            )
        GameEvent.objects.create(
            kind="death", map_name=CAVE, x=12, y=7, happened_at=now - timedelta(hours=2), char_id=1
        )
        for name in (FIELD, CAVE):
            at = now - timedelta(hours=1)
            WorldEvent.objects.create(
                kind="feast", title=f"A feast in {name}", map_name=name, starts_at=at
            )


def test_a_map_of_the_world_leads_to_what_happened_on_one_map(
    page, sign_in, owner, lively, address
):
    sign_in(address, owner)
    tile = page.locator(".map-tile", has_text=CAVE)
    expect(tile.locator("svg .ground")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text(f"A feast in {FIELD}")
    check(page)
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row", name=CAVE)).to_contain_text("40")
    check(page)
    tile.click()
    expect(page.locator(".map-spots")).to_contain_text("a player fell (12, 7)")
    expect(page.locator(".map-alone circle.death")).to_be_visible()
    expect(page.locator(".timeline")).not_to_contain_text(f"A feast in {FIELD}")
    expect(page.locator(".timeline")).to_contain_text(f"A feast in {CAVE}")
    check(page)
    page.set_viewport_size(PHONE)
    for path in (page.url, address):
        page.goto(path)
        assert page.evaluate(WIDE, PHONE["width"]) is None, path
    first, second = (page.locator(".map-tile").nth(at).bounding_box() for at in (0, 1))
    assert first["y"] == second["y"] and first["width"] > 120
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}?map={CAVE}")
    page.get_by_role("link", name="All maps").click()
    expect(page.locator(".map-tile")).to_have_count(2)


def test_who_comes_back_sees_where_the_last_visit_ended_and_only_what_is_new(
    page, sign_in, server, owner, lively, address
):
    sign_in(address, owner)
    expect(page.locator("body")).to_contain_text("This is your first visit here.")
    now = timezone.now()
    with in_tenant(server):
        WorldEvent.objects.create(
            kind="feast", title="A feast of long ago", starts_at=now - timedelta(hours=60)
        )
        TimelineVisit.objects.update(seen_at=now - timedelta(hours=50))
    for _ in range(2):  # the second time is a reload: the mark stays
        page.goto(f"{address}?back=week")
        expect(page.locator(".away")).to_contain_text("2 moments worth telling")
        moments = page.locator(".timeline li")
        expect(moments).to_have_count(4)
        expect(moments.nth(2)).to_contain_text("Here your last visit ended")
        expect(moments.nth(3)).to_contain_text("A feast of long ago")
    expect(page.locator(".bars line.visit")).to_have_count(4)
    check(page)
    page.get_by_role("link", name="Show only that").click()
    expect(page.locator("body")).not_to_contain_text("A feast of long ago")
    expect(page.locator("body")).to_contain_text(f"A feast in {CAVE}")
    check(page)
    page.locator(".map-tile", has_text=CAVE).click()
    expect(page.locator(".spans [aria-current]")).to_have_text("since my last visit")
    expect(page.locator("body")).not_to_contain_text(f"A feast in {FIELD}")
    page.set_viewport_size(PHONE)
    page.goto(f"{address}?back=visit")
    assert page.evaluate(WIDE, PHONE["width"]) is None
