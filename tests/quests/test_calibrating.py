"""Quests become as hard as is completed 70 of 100 times, by one step at most, and what was expected
is compared with what came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from aiworld.errors import Unavailable
from grpc_api.pb.aiworld.v1 import quests_pb2
from inference import predictions
from inference.ledger.models import MLModelPrediction
from npcs.models import NpcRelationship
from quests import calibrating, expectations, pacing, planning, rules
from quests.models import DynamicQuest
from tenants.context import in_tenant
from tests.conftest import make_npc
from tests.grpc_api.calls import KEY
from world.models import GameMap, GameMonster, GameSpawn

LITTLE = [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "done, hours, best",
    [
        ([0.95, 0.9, 0.72], LITTLE, 4),
        ([0.71, 0.5, 0.2], LITTLE, 2),
        ([0.9, 0.69, 0.4], LITTLE, 3),
        ([0.7, 0.7, 0.7], LITTLE, 3),
        ([0.95, 0.9, 0.72], [1.0, 10.0, 60.0], 3),
        ([0.95, 0.9, 0.72], [60.0, 70.0, 80.0], 2),
    ],
)
def test_the_difficulty_is_the_one_nearest_to_seventy_that_takes_no_whole_week(done, hours, best):
    assert calibrating.chosen(3, [2, 3, 4], done, hours) == best


@pytest.mark.parametrize("hardness", [-0.5, 0.0, 0.8, 1.6])
def test_whatever_players_are_like_sixty_to_eighty_of_a_hundred_come_to_be_completed(hardness):
    """Half of the work cannot be made harder than easy; a difficulty moves the odds by 0.75."""
    dice, done = Random(3), []
    for _ in range(3_000):
        wished = round(2.5 + pacing.step(sum(done[-200:]), len(done[-200:])))
        kind = dice.choice(["kill", "social"])
        level = rules.difficulty_of(kind, min(max(wished, 1), 6))
        odds = 1 / (1 + 2.718 ** -(1.4 - 0.75 * (level - 2.5 + hardness)))
        done.append(dice.random() < odds)
    assert 0.6 <= sum(done[500:]) / 2_500 <= 0.8


def test_nobody_waits_for_the_owner_because_others_did_well(inside):
    asker = planning.Asker(
        npc=make_npc(KEY), char_id=1, player_name="A", level=30, language="en", code_page="cp1252",
        kinds=("kill",), today=timezone.now().date(), harder=3.0, unasked=3,
    )  # fmt: skip
    hunt = planning.Plan(kind="kill", target="m", objective={}, counted="kill")
    assert planning.difficulty(asker, hunt) == 3
    assert planning.difficulty(replace(asker, unasked=6), hunt) > 3
    assert planning.difficulty(replace(asker, level=150), hunt) > 3


@pytest.mark.parametrize(
    "harder, best", [(0.0, 3), (1.2, 4), (-1.2, 2), (99.0, 4), (-99.0, 2)]
)  # fmt: skip
def test_what_went_too_well_of_late_is_aimed_at_lower(harder, best):
    done = [0.86, 0.71, 0.52]
    assert calibrating.chosen(3, [2, 3, 4], done, LITTLE, aim=calibrating.aim(harder)) == best


def test_only_what_had_time_and_could_fail_says_how_hard_quests_are(inside):
    now, npc = timezone.now(), make_npc(KEY)

    def taken(number, status, *, ago=2.0, **fields):
        for _ in range(number):
            DynamicQuest.objects.create(
                npc=npc, kind="kill", title="a", text="b", status=status,
                accepted_at=now - timedelta(days=ago), **fields,
            )  # fmt: skip

    assert pacing.harder(now) == 0
    taken(30, "completed", ago=0.5)
    taken(30, "completed", ago=20)
    for at in range(30):
        taken(1, "completed", request_id=f"award:{at}")
    assert pacing.harder(now) == 0
    taken(20, "completed")
    assert pacing.harder(now) == pacing.MOST
    taken(12, "active"), taken(20, "expired")
    assert pacing.harder(now) < 0


@pytest.fixture
def said(monkeypatch):
    """What the models say of the choices; and what they were asked."""
    asked = []

    def expect(*done, hours=1.0):
        async def score(items, *, model, deadline):
            asked.append((model, items[0]))
            if not done:
                raise Unavailable("away")
            values = list(done) if model == calibrating.MODEL else [hours] * len(items[0]["rows"])
            return [{"values": values[: len(items[0]["rows"])], "model": "learned",
                     "weights": "simulated", "version": "v"}]  # fmt: skip

        monkeypatch.setattr(predictions, "score", score)
        return asked

    return expect


@pytest.fixture
def offer(server, npc, stubs, metadata, player):
    """A hunt that is offered anew, of a difficulty in the middle of the scale whatever the day."""
    with in_tenant(server):
        NpcRelationship.objects.create(npc=npc, char_id=player.char_id, player_name="A", trust=5)
        field = GameMap.objects.create(name="prt_fild08")
        poring = GameMonster.objects.create(
            id=1002, aegis_name="PORING", name="Poring", level=30, size="Small", race="Plant",
            element="Water", rank="Normal",
        )  # fmt: skip
        GameSpawn.objects.create(map=field, monster=poring, amount=70)

    def offer():
        with in_tenant(server):
            DynamicQuest.objects.all().delete()
        made = quests_pb2.GenerateQuestRequest(
            player=player, npc=KEY, base_level=33, kinds=["QUEST_KIND_KILL"]
        )
        stubs.quests.GenerateQuest(made, metadata=metadata, timeout=20)
        with in_tenant(server):
            return DynamicQuest.objects.get()

    return offer


@pytest.mark.parametrize("done, moved", [((0.95, 0.9, 0.7), 1), ((0.7, 0.3, 0.1), -1), ((), 0)])
def test_an_offer_moves_by_one_towards_what_is_completed(said, offer, done, moved):
    said()
    usual = offer().difficulty
    asked = said(*done)
    assert offer().difficulty == usual + moved
    names, rows = asked[-1][1]["names"], asked[-1][1]["rows"]
    at = names.index("difficulty")
    assert [row[at] for row in rows] == [usual - 1, usual, usual + 1]


def test_what_was_expected_of_a_quest_is_scored_when_it_is_over(server, said, offer, player):
    said(0.95, 0.9, 0.7)
    quest = offer()
    with in_tenant(server):
        row = MLModelPrediction.objects.get()
        assert row.prediction["quest"] == quest.pk and row.confidence == 0.7
        assert row.subject == f"char:{player.char_id}" and expectations.score(timezone.now()) == 0
        now = timezone.now()
        DynamicQuest.objects.update(status="completed", accepted_at=now, ended_at=now)
        assert expectations.score(now) == 1
        assert MLModelPrediction.objects.get().truth == {"value": 1.0}


def test_an_offer_nobody_took_is_no_expectation(inside):
    now = timezone.now()
    quest = DynamicQuest.objects.create(
        npc=make_npc(KEY),
        kind="kill",
        title="a",
        text="b",
        char_id=5,
        status="expired",
        ended_at=now,
    )
    expectations.note(quest, {"value": 0.7, "version": "v", "model": "learned", "weights": "real"})
    assert expectations.score(now) == 0 and not MLModelPrediction.objects.exists()
