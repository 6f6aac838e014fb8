"""The economy in numbers: what stands out is shown with its evidence, and one absurd price moves
nothing."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.context import in_tenant
from tests.conftest import make_npc
from world import timeline
from world.market import alerts, health, prices
from world.models import (
    ActivityHour,
    EconomicTransaction,
    GameEvent,
    GameMonster,
    PlayerProfile,
    WorldEvent,
)

DAY = timedelta(days=1)


def sold(price, *, days_ago=1.0, item=501, amount=1, seller=1, buyer=2, kind="vending"):
    return EconomicTransaction.objects.create(
        kind=kind, happened_at=timezone.now() - days_ago * DAY, item_id=item, amount=amount,
        zeny=price * amount, char_id=seller, other_char_id=buyer,
    )  # fmt: skip


def test_prices_rise_by_what_was_paid_for_each_thing(inside):
    for n in range(4):
        sold(100, days_ago=8 + n / 10)
        sold(120, amount=3, days_ago=1 + n / 10)
        sold(1_000, item=502, days_ago=8 + n / 10)
        sold(1_000, item=502, days_ago=1 + n / 10)
        sold(9, item=503, days_ago=1 + n / 10)
    found = {price.item_id: price for price in prices.medians()}
    assert found[501].change == pytest.approx(0.2) and found[503].change is None
    weight = 400 / 4_400
    assert prices.inflation(list(found.values())) == pytest.approx(1.2**weight - 1)


def test_one_absurd_price_moves_no_index(inside):
    for n in range(5):
        sold(100, days_ago=8 + n / 10)
        sold(100, days_ago=1 + n / 10)
    sold(2_000_000_000, days_ago=1)
    assert prices.inflation(prices.medians()) == 0


def test_without_sales_nothing_is_claimed(inside):
    found = health.measure()
    assert (found.inflation, found.gini, found.verdict) == (None, None, "unknown")
    assert alerts.outliers() == [] and alerts.circles() == []


def test_money_that_comes_goes_and_moves_is_told_apart(inside):
    for kind, zeny in (("drop", 500), ("npc_buy", -200), ("trade", -70), ("staff", 1_000)):
        EconomicTransaction.objects.create(kind=kind, zeny=zeny, happened_at=timezone.now() - DAY)
    found = health.measure()
    assert (found.created, found.destroyed, found.moved, found.net) == (1_500, 200, 70, 1_300)


@pytest.mark.parametrize(
    "earned, gini", [([100] * 12, 0), ([1] * 11 + [1_000_000], 11 / 12), (range(1, 13), 0.3056)]
)
def test_earnings_are_as_unequal_as_gini_says(inside, earned, gini):
    for who, zeny in enumerate(earned, start=1):
        EconomicTransaction.objects.create(
            kind="drop", zeny=zeny, char_id=who, happened_at=timezone.now() - DAY
        )
    assert health.measure().gini == pytest.approx(gini, abs=0.01)


def test_a_sale_far_from_the_usual_price_is_shown_with_what_is_usual(inside):
    dice = random.Random(3)
    for n in range(40):
        sold(dice.randrange(95, 106), days_ago=2 + n / 4)
    sold(104, days_ago=0.5)
    sold(130, days_ago=0.4)
    dear = sold(90_000, days_ago=0.3)
    cheap = sold(1, days_ago=0.2, amount=100)
    found = {one.transaction_id: one for one in alerts.outliers()}
    assert found.keys() == {dear.pk, cheap.pk}
    assert found[dear.pk].score > 3.5 and found[cheap.pk].score < -3.5
    assert found[dear.pk].usual == pytest.approx(100, abs=3) and found[dear.pk].sales == 40


def test_a_thing_that_was_seldom_sold_has_no_usual_price(inside):
    for n in range(9):
        sold(100, days_ago=2 + n)
    sold(90_000, days_ago=0.1)
    assert alerts.outliers() == []


def test_goods_that_go_to_and_fro_within_a_day_are_shown(inside):
    for n in range(3):
        sold(10**6, days_ago=0.1 + n / 10, seller=1, buyer=2)
        sold(10**6, days_ago=0.15 + n / 10, seller=2, buyer=1)
        sold(10**6, days_ago=0.1 + n / 10, seller=3, buyer=4)
    [circle] = alerts.circles()
    assert (circle.one, circle.other, circle.there, circle.back) == (1, 2, 3, 3)


def live_a_day():
    """A day in which things happened."""
    now = timezone.now()
    make_npc()
    hour = now.replace(minute=0, second=0, microsecond=0)
    for n in range(20):
        ActivityHour.objects.create(
            hour=hour - timedelta(hours=n), kind="kill", number=100 + n, map_name="prt_fild08"
        )
    ActivityHour.objects.create(hour=hour, kind="death", number=3, map_name="gef_dun02")
    ActivityHour.objects.create(hour=hour - 3 * DAY, kind="death", number=5, map_name="moc_fild01")
    PlayerProfile.objects.create(char_id=150_001, name="Aline <b>", last_seen_at=now)
    GameEvent.objects.create(
        kind="mvp_kill", happened_at=now - timedelta(hours=2), char_id=150_001, target_id=1038,
        map_name="gef_dun02",
    )  # fmt: skip
    for level in (70, 71):
        GameEvent.objects.create(
            kind="base_level", happened_at=now - timedelta(hours=1), char_id=150_001, number=level
        )
    WorldEvent.objects.create(
        kind="weather", title="It rains.", starts_at=now - timedelta(hours=6), ends_at=now,
        status="ended", data={"weather": "rain", "group": "temperate"},
    )  # fmt: skip
    WorldEvent.objects.create(kind="feast", title="A feast", starts_at=now - timedelta(hours=3))
    WorldEvent.objects.create(kind="x", title="Taken back", starts_at=now, retracted=True)


def test_the_timeline_tells_what_happened_and_nothing_that_was_taken_back(inside):
    live_a_day()
    line = timeline.look_back("day")
    assert line.totals["kill"] == sum(100 + n for n in range(20)) and line.totals["death"] == 3
    assert [(one.kind, one.number) for one in line.moments] == [
        ("level", 70), ("mvp", 1038), ("event", 0),
    ]  # fmt: skip
    [rain] = line.sky["temperate"]
    assert rain.weather == "rain" and rain.width == pytest.approx(240, abs=15)
    assert line.dangerous == [("gef_dun02", 3)]
    assert timeline.look_back("week").totals["death"] == 8
    assert len(timeline.look_back("month").bars["kill"]) == 31


def test_rest_tells_how_the_economy_does(inside, api_key, client):
    sold(100)
    found = client.get("/api/v1/economy", headers={"x-api-key": api_key}).json()
    assert (found["moved"], found["verdict"]) == (100, "unknown")
    assert found["prices"][0]["now"] == 100


def test_the_page_shows_it_and_no_name_can_bring_markup(owner, server, client):
    with in_tenant(server):
        live_a_day()
    client.force_login(owner)
    page = client.get(f"{server.path}admin/world/worldevent/timeline/")
    text = page.content.decode()
    assert page.status_code == 200 and "A feast" in text and "MVP 1038" in text
    assert "Aline &lt;b&gt;" in text and "Aline <b>" not in text
    for span in ("week", "month", "never"):
        url = f"{server.path}admin/world/worldevent/timeline/?back={span}"
        assert client.get(url).status_code == 200


def test_the_portal_shows_the_same_to_members_and_names_the_mvp(
    owner, viewer, stranger, server, client
):
    with in_tenant(server):
        live_a_day()
        GameMonster.objects.create(id=1038, aegis_name="OUR_WORM", name="Old Worm", size="Large")
    url = f"/servers/{server.server_id}/world/"
    client.force_login(viewer)
    text = client.get(url).text
    assert "A feast" in text and "brought down MVP Old Worm" in text and "Taken back" not in text
    assert "Aline &lt;b&gt;" in text and "Aline <b>" not in text
    for span in ("week", "month", "never"):
        assert client.get(f"{url}?back={span}").status_code == 200
    client.force_login(stranger)
    assert client.get(url).status_code == 404


def test_an_announcement_is_previewed_made_and_taken_back(owner, viewer, server, client):
    url = f"{server.path}admin/world/worldevent/announce/"
    said = {"text": "Festa às dez! ^ff0000Red", "map_name": "prontera", "minutes": 30}
    client.force_login(viewer)
    assert client.post(url, said | {"announce": "1"}).status_code == 403
    client.force_login(owner)
    seen = client.post(url, said | {"preview": "1"}).content.decode()
    assert "Festa às dez! Red" in seen and "/ 150" in seen
    with in_tenant(server):
        assert not WorldEvent.objects.exists()
    client.post(url, said | {"announce": "1"})
    with in_tenant(server):
        row = WorldEvent.objects.get()
    assert (row.kind, row.status) == ("announcement", "active")
    assert row.data["text"] == "Festa às dez! Red"
    chosen = {"action": "retract", "_selected_action": [row.pk]}
    client.post(f"{server.path}admin/world/worldevent/", chosen)
    with in_tenant(server):
        row.refresh_from_db()
    assert row.retracted and row.status == "ended"
