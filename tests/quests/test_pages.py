"""The owner's pages: the policy with its forecast, approval, the ledger and taking back."""

from __future__ import annotations

import math

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from inference.ledger.models import MLModelPrediction
from quests import forecast, ledger, policy, worth
from quests.models import DynamicQuest, QuestMember, RewardCap, RewardEntry, RewardItem
from tenants.context import in_tenant
from tenants.models import AuditEntry
from world.models import PlayerProfile


@pytest.fixture
def pages(server, owner):
    client = Client()
    client.force_login(owner)
    at = f"{server.path}admin/quests/"

    def get(path):
        response = client.get(f"{at}{path}")
        assert response.status_code == 200, path
        return response.text

    def post(path, **values):
        response = client.post(f"{at}{path}", values, follow=True)
        assert response.status_code == 200, path
        return response.text

    get.post = post
    return get


@pytest.fixture
def proposed(npc, server):
    with in_tenant(server):
        return DynamicQuest.objects.create(
            npc=npc, char_id=150_001, kind="kill", difficulty=5, title='Rats "here"', text="Kill!",
            objectives=[{"kind": "kill", "target": "1002", "name": "Rat", "amount": 9, "done": 0}],
            status="proposed", reward={"zeny": 10**9, "items": [[607, 9]]},
        )  # fmt: skip


def test_every_table_has_a_page(pages):
    for model in apps.get_app_config("quests").get_models():
        pages(f"{model._meta.model_name}/")


def test_the_policy_says_how_long_one_plays_for_as_much(pages, server):
    assert "minutes of ordinary play" not in pages("rewardpolicy/1/change/")
    with in_tenant(server):
        for char in range(150_001, 150_007):
            PlayerProfile.objects.create(char_id=char, name="P", base_level=50)
            MLModelPrediction.objects.create(
                model=worth.MODEL, version="v", subject=f"char:{char}",
                prediction={"value": math.log1p(6_000), "day": "2026-01-02", "model": "baseline",
                            "weights": "simulated"},
            )  # fmt: skip
        found = worth.hours((50, 99))
        assert found.by_level == {50: 6_000} and found.minutes(50, 1_500) == 15
        assert found.minutes(99, 1_500) is None
        easy, *_, hardest = forecast.forecast()["lines"]
        assert easy.minutes[1] == 1 and easy.minutes[2] is None and hardest.minutes[1] == 20
    shown = pages("rewardpolicy/1/change/")
    assert "minutes of ordinary play" in shown and "baseline" in shown


def test_the_policy_shows_what_it_comes_to_and_a_change_is_in_the_audit_log(pages, server):
    shown = pages("rewardpolicy/1/change/")
    assert "500000" in shown.replace(",", "") and "Legendary" in shown
    with in_tenant(server):
        row = policy.row()
        caps = list(row.caps.order_by("pk"))
    values = {"is_active": "on", "auto_approve": 1, "zeny_base": 10, "exp_base": 5,
              "items_percent": 10, "max_members": 2, "max_active": 3, "first_slot": 95_000,
              "caps-TOTAL_FORMS": len(caps), "caps-INITIAL_FORMS": len(caps),
              "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0, "items-0-item_id": 501,
              "items-0-name": "Red Potion", "items-0-value": 50, "items-0-amount": 1,
              "items-0-min_difficulty": 1, "items-0-per_day": 5}  # fmt: skip
    for at, cap in enumerate(caps):
        values |= {f"caps-{at}-id": cap.pk, f"caps-{at}-policy": 1, f"caps-{at}-zeny": 777,
                   f"caps-{at}-exp": 5, f"caps-{at}-item_value": 60,
                   f"caps-{at}-grants": 2}  # fmt: skip
    pages.post("rewardpolicy/1/change/", **values)
    with in_tenant(server):
        assert set(RewardCap.objects.values_list("zeny", flat=True)) == {777}
        assert RewardItem.objects.get().item_id == 501
        assert policy.policy().zeny_base == 10
    assert AuditEntry.objects.filter(action="rewards.changed").exists()


def test_a_proposal_is_approved(pages, server, proposed):
    pages.post("dynamicquest/", action="approve", _selected_action=proposed.pk)
    with in_tenant(server):
        row = DynamicQuest.objects.get()
        assert (row.status, row.decided_by) == ("offered", "owner")


def test_a_viewer_reverses_nothing_and_an_owner_does(pages, server, viewer, npc):
    with in_tenant(server):
        quest = DynamicQuest.objects.create(
            npc=npc, char_id=5, kind="social", title="T", text="T", status="completed"
        )
        QuestMember.objects.create(quest=quest, char_id=5)
        entry = ledger.pay(quest.pk, 5, now=timezone.now())
    asked = {"action": "reverse_grants", "_selected_action": entry.pk}
    looking = Client()
    looking.force_login(viewer)
    looking.post(f"{server.path}admin/quests/rewardentry/", asked)
    with in_tenant(server):
        assert RewardEntry.objects.count() == 1
    pages.post("rewardentry/", **asked)
    with in_tenant(server):
        assert RewardEntry.objects.get(kind="reversal").made_by == "owner"
        assert RewardEntry.objects.get(kind="grant").status == "void"


def test_quests_are_exported_as_rathena_reads_them(server, proposed, tmp_path):
    call_command("export_quests", str(tmp_path), server=server.server_id, quest=[proposed.pk])
    told = yaml.safe_load((tmp_path / "db/import/quest_db.yml").read_text())
    assert told["Header"] == {"Type": "QUEST_DB", "Version": 3}
    ids = [entry["Id"] for entry in told["Body"]]
    assert ids == list(range(95_000, 95_011))
    assert told["Body"][-1]["Targets"] == [{"Id": 0, "MobId": 1002, "Count": 9}]
    script = (tmp_path / "npc/custom/ai_world/exported_quests.txt").read_text()
    assert "function\tscript\tF_AIW_95010\t{" in script and "Zeny += 2000;" in script
    assert "getitem" not in script and 'Rats "here"' not in script
    call_command("export_quests", str(tmp_path), server=server.server_id)
    assert (tmp_path / "db/import/quest_db.aiworld.yml").exists()
    assert yaml.safe_load((tmp_path / "db/import/quest_db.yml").read_text()) == told
