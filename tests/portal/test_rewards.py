"""The owner's ledger: what was granted and whether it arrived, found, downloaded and taken back."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from quests import handover, ledger, policy
from quests.models import DynamicQuest, QuestMember, RewardCap, RewardEntry, RewardItem
from tenants.context import in_tenant
from tenants.models import AuditEntry
from tests.conftest import make_npc
from world.models import PlayerProfile

ALINE, BRUNO = 150_001, 150_002


@pytest.fixture
def pay(server, npc):
    """A completed quest's reward."""

    def pay(char_id=ALINE, zeny=500, items=(), now=None, title="Rats in the cellar"):
        with in_tenant(server):
            quest = DynamicQuest.objects.create(
                npc=npc, char_id=char_id, kind="kill", difficulty=2, title=title, text="Kill!",
                objectives=[], status="completed",
                reward={"zeny": zeny, "base_exp": 40, "job_exp": 2, "items": list(items)},
            )  # fmt: skip
            QuestMember.objects.create(quest=quest, char_id=char_id)
            return ledger.pay(quest.pk, char_id, now=now or timezone.now())

    with in_tenant(server):
        policy.row()
        RewardCap.objects.update(item_value=1_000)
        RewardItem.objects.create(item_id=501, name="Red <Potion>", value=25, amount=3, per_day=50)
        PlayerProfile.objects.create(char_id=ALINE, name="Aline")
    return pay


@pytest.fixture
def page(server, as_role):
    def page(query="", role="viewer"):
        response = as_role(role).get(reverse("portal:rewards", args=[server.server_id]) + query)
        assert response.status_code == 200
        return response

    return page


def shown(response):
    return [each.entry.pk for each in response.context["entries"]]


def test_before_the_first_reward_the_page_says_what_a_day_may_grant(page):
    text = page().text
    assert "Nothing has been granted yet" in text and "of 500,000 zeny" in text
    assert "usage-data" not in text


def test_what_was_granted_to_whom_and_how_much_room_is_left(page, pay):
    first = pay(items=[[501, 2]])
    second = pay(BRUNO, zeny=300)
    response = page()
    assert shown(response) == [second.pk, first.pk]
    taken = {each.name: each.taken for _, each in response.context["taken"]}
    assert taken == {"zeny": 800, "exp": 84, "item_value": 50, "grants": 2}
    text = response.text
    assert "Aline" in text and str(BRUNO) in text and "Rats in the cellar" in text
    assert "2 × Red &lt;Potion&gt;" in text and "<Potion>" not in text
    assert "2 rewards wait for the map-server" in text
    [plots] = re.findall(r'id="usage-data" type="application/json">(.*?)</script>', text)
    told = json.loads(plots)
    assert [each["values"][-1] for each in told["granted"]] == [800, 50]
    assert told["grants"][-1] == 2 and len(told["days"]) == len(told["grants"]) == 30


def test_days_are_those_of_the_ledger(page, pay):
    now = datetime.now(UTC)
    pay(now=now - timedelta(days=40))
    pay(now=now - timedelta(days=3), zeny=7)
    pay(now=now, zeny=9)
    days = page().context["days"]
    assert [(each.zeny, each.grants) for each in days if each.grants] == [(9, 1), (7, 1)]
    assert len(days) == 30


def test_something_else_was_given(page, pay, server):
    entry = pay(items=[[501, 2]])
    with in_tenant(server):
        handover.claim(ALINE, last_given=0, takes_back=False, now=timezone.now())
        given = {"zeny": 500, "base_exp": 40, "job_exp": 2, "items": [[501, 30]]}
        handover.confirm(
            entry.pk, ALINE, signature=entry.signature, given=given, now=timezone.now()
        )
    text = page().text
    assert "30 × Red" in text and "1 reward differs from the ledger" in text
    assert shown(page("?status=differs")) == [entry.pk]
    assert "wait for the map-server" not in text


def test_an_entry_that_somebody_changed_is_told_and_cannot_be_taken_back(page, pay, server):
    entry = pay()
    assert "changed since it was written" not in page(role="editor").text
    with in_tenant(server):
        RewardEntry.objects.filter(pk=entry.pk).update(zeny=5_000_000)
    text = page(role="editor").text
    assert "changed since it was written" in text and ">Take back<" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "ab"),
        ("?character=150002", "b"),
        ("?character=nobody", "ab"),
        ("?character=99999999999999999999", "ab"),
        ("?character=²", "ab"),
        ("?status=due&kind=grant", "ab"),
        ("?status=settled", ""),
        ("?status=lost", "ab"),
        ("?kind=reversal", ""),
        ("?since=2026-02-31", "ab"),
        ("?since=2999-01-01", ""),
        ("?until=2001-01-01", ""),
        ("?page=77", "ab"),
    ],
)
def test_somebody_looks_for_something(server, as_role, page, pay, query, found):
    a, b = pay(), pay(BRUNO)
    wanted = [{"a": a.pk, "b": b.pk}[letter] for letter in reversed(found)]
    assert shown(page(query)) == wanted
    address = reverse("portal:rewards_csv", args=[server.server_id])
    rows = list(csv.DictReader(io.StringIO(as_role("viewer").get(address + query).text)))
    assert [int(row["id"]) for row in rows] == wanted


def test_a_quest_is_found_by_its_number_and_pages_keep_what_was_asked_for(page, pay):
    entries = [pay(char_id=ALINE + n, zeny=1) for n in range(52)]
    response = page("?kind=grant")
    assert len(shown(response)) == 50 and "kind=grant&amp;page=2" in response.text
    assert shown(page("?kind=grant&page=2")) == [entries[1].pk, entries[0].pk]
    number = entries[5].quest_number
    assert shown(page(f"?quest={number}")) == [entries[5].pk]


def test_csv_says_the_same_and_opens_harmlessly(server, as_role, pay):
    pay(items=[[501, 2]], title="=cmd()")
    address = reverse("portal:rewards_csv", args=[server.server_id])
    [row] = csv.DictReader(io.StringIO(as_role("viewer").get(address).text))
    assert (row["zeny"], row["base_exp"], row["items"], row["item_value"]) == (
        "500", "40", "501x2", "50",
    )  # fmt: skip
    assert row["cause"] == "completed: =cmd()" and row["status"] == "due"


def test_an_editor_takes_one_back_once(server, as_role, page, pay):
    entry = pay()
    address = reverse("portal:reverse_reward", args=[server.server_id, entry.pk])
    assert address in page(role="editor").text and address not in page().text
    assert as_role("viewer").get(address).status_code == 403
    assert as_role("viewer").post(address).status_code == 403
    client = as_role("editor")
    asked = client.get(address).text
    assert "Aline was granted 500 zeny and 42 experience" in asked and "never had it" in asked
    with in_tenant(server):
        assert not RewardEntry.objects.filter(kind="reversal").exists()
    done = client.post(address, follow=True).text
    assert f"Reward {entry.pk} was taken back." in done and "taken back</span>" in done
    with in_tenant(server):
        entry.refresh_from_db()
        assert entry.status == "void" and entry.reversal.made_by == client.user.get_username()
        assert ledger.taken_today("server", "").zeny == 0
    noted = AuditEntry.objects.get(action="reward.reversed")
    assert (noted.target, noted.actor, noted.details["zeny"]) == (str(entry.pk), client.user, 500)
    again = client.post(address, follow=True).text
    assert "was reversed before" in again
    assert AuditEntry.objects.filter(action="reward.reversed").count() == 1
    assert address not in page(role="editor").text


def test_what_was_handed_over_is_taken_back_by_the_map_server(server, as_role, pay):
    entry = pay()
    with in_tenant(server):
        handover.claim(ALINE, last_given=0, takes_back=False, now=timezone.now())
    address = reverse("portal:reverse_reward", args=[server.server_id, entry.pk])
    client = as_role("editor")
    assert "was told to give it" in client.get(address).text
    client.post(address)
    with in_tenant(server):
        entry.refresh_from_db()
        assert entry.status == "handed" and entry.reversal.status == "due"
    text = client.get(reverse("portal:rewards", args=[server.server_id])).text
    assert "1 reward waits for the map-server" in text, "what is taken back is no reward"


def test_an_erased_players_reward_stays_without_a_name(server, as_role, page, pay):
    entry = pay()
    with in_tenant(server):
        RewardEntry.objects.filter(pk=entry.pk).update(**RewardEntry.ANONYMOUS)
    text = page(role="editor").text
    assert "erased" in text and "Aline" not in text and ">Take back<" not in text


def test_nobody_sees_or_takes_back_what_is_another_servers(
    server, other_server, as_role, as_stranger, pay
):
    entry = pay()
    with in_tenant(other_server):
        make_npc("geffen/Hilda")
    for name, *more in (("rewards",), ("rewards_csv",), ("reverse_reward", entry.pk)):
        elsewhere = reverse(f"portal:{name}", args=[other_server.server_id, *more])
        assert as_role("owner").get(elsewhere).status_code == 404
        mine = reverse(f"portal:{name}", args=[server.server_id, *more])
        assert as_stranger.get(mine).status_code == 404
    missing = reverse("portal:reverse_reward", args=[server.server_id, 10**9])
    assert as_role("owner").post(missing).status_code == 404
