"""Merchants follow the market within the owner's limits, and talk of prices while it is so."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from agents import runner, undoing
from agents.models import AgentSetting
from agents.runner import Order
from agents.spec import EVERYBODY
from aiworld.errors import Invalid
from aiworld.loops import wait_for
from npcs import reading
from npcs.models import NpcKnowledge
from npcs.turns import Said
from tests.conftest import make_npc
from tests.llm_endpoint import LLMEndpoint, answer
from tests.world.test_market import sold
from world import news
from world.happenings import planning
from world.happenings.planning import Happening
from world.market import merchants, shops
from world.models import (
    EconomicTransaction,
    GameItem,
    GameMap,
    GameOffer,
    WorldEvent,
    WorldEventLimit,
)

pytestmark = pytest.mark.usefixtures("inside")
SHOP = "prontera/Tool Dealer"
DAY = timedelta(days=1)


def run(agent, subject=EVERYBODY, window="w", **asked):
    order = Order(agent=agent, subject=subject, window=window, cause="call", params=asked)
    return wait_for(runner.run(order))


def stock(*items, key=SHOP, x=10, **fields):
    """A shop that sells (item id, price, what shops pay)."""
    place, _ = GameMap.objects.get_or_create(
        name="prontera", defaults={"width": 100, "height": 100, "walkable": 1, "cells": b""}
    )
    make_npc(key, x=x, y=20, role="merchant")
    for item, price, sell in items:
        GameItem.objects.get_or_create(
            pk=item, defaults={"aegis_name": f"Item_{item}", "name": f"Item {item}",
                               "kind": "Healing", "buy": price, "sell": sell} | fields,
        )  # fmt: skip
        GameOffer.objects.create(
            map=place, x=x, y=20, shop="Tool Dealer", item_id=item, price=price,
            source=f"shops.txt:{item}",
        )  # fmt: skip


def bought(item, pieces, *, kind="npc_buy", hours_ago=2):
    EconomicTransaction.objects.create(
        kind=kind, item_id=item, amount=pieces, zeny=-1, char_id=1,
        happened_at=timezone.now() - timedelta(hours=hours_ago),
    )  # fmt: skip


def test_what_everybody_buys_gets_dearer_and_the_map_server_hears_of_it():
    stock((501, 100, 25))
    bought(501, 500)
    done = run("merchant_economy")
    assert [(one["item_id"], one["price"]) for one in done.result["prices"]] == [(501, 115)]
    event = WorldEvent.objects.get()
    assert (event.kind, event.status, event.made_by) == ("shop_price", "active", "agent")
    assert event.data == {"npc": SHOP, "item_id": 501, "price": 115}
    again = run("merchant_economy", window="x")
    assert [(one["price"], one["event_id"]) for one in again.result["prices"]] == [(130, event.pk)]
    event.refresh_from_db()
    assert event.data["price"] == 130 and WorldEvent.objects.count() == 1


def test_a_booming_market_asks_a_little_more_for_everything():
    stock((501, 100, 25), (502, 100, 25))
    bought(501, 500)
    done = run("merchant_economy")
    prices = {one["item_id"]: one["price"] for one in done.result["prices"]}
    assert (done.result["mood"], prices) == ("booming", {501: 115, 502: 105})


def test_a_price_goes_back_when_nobody_wants_it_any_more():
    stock((501, 100, 25))
    bought(501, 500)
    run("merchant_economy")
    EconomicTransaction.objects.all().delete()
    run("merchant_economy", window="x")
    event = WorldEvent.objects.get()
    assert (event.status, list(shops.running())) == ("ended", [])


def test_taken_back_the_shop_asks_the_usual_price_and_the_stream_says_so():
    stock((501, 100, 25))
    bought(501, 500)
    done = run("merchant_economy")
    position = WorldEvent.objects.get().position
    assert undoing.undo(done.run_id) == 1
    event = WorldEvent.objects.get()
    assert (event.status, event.retracted) == ("ended", True) and event.position > position


def test_the_owner_says_how_many_prices_move_in_a_day():
    stock(*((item, 100, 25) for item in range(501, 506)))
    for item in range(501, 506):
        bought(item, 500)
    WorldEventLimit.objects.create(kind="shop_price", per_day=2)
    done = run("merchant_economy")
    assert (len(done.result["prices"]), done.result["left"]) == (2, 3)
    assert WorldEvent.objects.count() == 2


def test_a_price_of_the_staffs_is_left_alone():
    stock((501, 100, 25))
    bought(501, 500)
    data = {"npc": SHOP, "item_id": 501, "price": 90}
    planning.plan(Happening(kind="shop_price", title="Sale", data=data), made_by="staff")
    assert run("merchant_economy").result["prices"] == []


def test_dear_ore_makes_iron_dearer():
    stock((1002, 500, 10), key="prontera/Miner", x=11, kind="Etc")
    stock((998, 1_000, 10), key="prontera/Smith", x=12, kind="Etc")
    GameItem.objects.filter(pk=1002).update(aegis_name="Iron_Ore")
    GameItem.objects.filter(pk=998).update(aegis_name="Iron")
    bought(1002, 5_000)
    prices = {one["item_id"]: one["price"] for one in run("merchant_economy").result["prices"]}
    assert prices[1002] == 575 and 1_000 < prices[998] <= 1_150


def test_a_map_without_a_shop_has_no_market_and_everybody_may_have_none():
    assert run("merchant_economy").result["goods"] == 0
    with pytest.raises(Invalid):
        run("merchant_economy", subject="payon")


def test_prices_are_no_news_that_npcs_tell():
    stock((501, 100, 25))
    bought(501, 500)
    run("merchant_economy")
    assert news.witness() == 0


def boom():
    """Prices rise by a half, and more money comes in than leaves."""
    for at in range(5):
        sold(100, days_ago=8 + at / 10)
        sold(150, days_ago=1 + at / 10)
    EconomicTransaction.objects.create(kind="drop", zeny=100, happened_at=timezone.now() - DAY)


def said_of_prices(npc):
    said = Said(npc_key=npc.key, char_id=1, player_name="A", text="What of prices?", request_id="r")
    scene = reading.scene(said)
    return [fact.text for fact in reading.brief(scene, None).facts if "costs more" in fact.text]


def test_the_economy_is_measured_advised_on_and_talked_about():
    merchant = make_npc("prontera/Gil", role="merchant", x=1, y=1)
    boom()
    done = run("economy")
    assert (done.result["verdict"], done.result["advice"]) == ("heating", "tax")
    assert 0 < done.result["tax_percent"] <= 10 and done.result["health"] < 60
    assert done.result["told"] == 1 and len(said_of_prices(merchant)) == 1
    EconomicTransaction.objects.all().delete()
    assert run("economy", window="x").result["verdict"] == "unknown"
    assert said_of_prices(merchant) == []
    assert NpcKnowledge.objects.count() == 1


def test_what_the_economy_told_is_taken_back():
    merchant = make_npc("prontera/Gil", role="merchant", x=1, y=1)
    boom()
    done = run("economy")
    assert undoing.undo(done.run_id) == 2
    assert said_of_prices(merchant) == [] and not NpcKnowledge.objects.exists()


def test_dishonest_deals_are_named_without_names():
    for at in range(12):
        sold(100, days_ago=2 + at)
    sold(100_000, days_ago=0.1, seller=777, buyer=778)
    done = run("economy")
    [found] = done.result["outliers"]
    assert (found["item_id"], found["price"], done.result["advice"]) == (501, 100_000, "watch")
    assert "777" not in json.dumps(done.result)


@pytest.mark.parametrize("days", [0.5, 31, "7", -1])
def test_a_window_has_bounds(days):
    with pytest.raises(Invalid):
        run("economy", days=days)


class TestALanguageModel:
    @pytest.fixture
    def llm(self, settings):
        for agent in ("economy", "merchant_economy"):
            AgentSetting.objects.create(agent=agent, ask_model=True)
        with LLMEndpoint() as endpoint:
            settings.DEEPSEEK_API_BASE, settings.DEEPSEEK_API_KEY = endpoint.base_url, "sk"
            yield endpoint

    @pytest.mark.parametrize(
        "said", [{"advice": "tax", "tax_percent": 9}, {"advice": "nothing", "tax_percent": 5},
                 {"advice": "ease", "tax_percent": 0}, {"advice": "tax", "tax_percent": 99}],
    )  # fmt: skip
    def test_advises_nothing_the_figures_do_not_bear(self, llm, said):
        llm.default = answer(json.dumps(said))
        assert run("economy").source == "composer"

    def test_feels_a_market_one_step_from_the_figures_at_most(self, llm):
        stock((501, 100, 25))
        llm.default = answer(json.dumps({"mood": "brisk"}))
        assert (run("merchant_economy").source) == "llm"
        llm.default = answer(json.dumps({"mood": "booming"}))
        done = run("merchant_economy", window="x")
        assert (done.source, done.result["mood"]) == ("composer", "calm")


def test_two_looks_at_once_do_not_exceed_the_owners_limit():
    stock(*((item, 100, 25) for item in range(501, 504)))
    for item in range(501, 504):
        bought(item, 500)
    WorldEventLimit.objects.create(kind="shop_price", per_day=1)
    run("merchant_economy")
    run("merchant_economy", window="x")
    assert WorldEvent.objects.count() == 1


def test_what_a_look_moves_is_bounded(monkeypatch):
    stock(*((item, 100, 25) for item in range(501, 506)))
    for item in range(501, 506):
        bought(item, 500)
    monkeypatch.setattr(merchants, "MOST", 3)
    assert (run("merchant_economy").result["left"]) == 2
