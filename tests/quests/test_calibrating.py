"""Quests become as hard as is completed 70 of 100 times, by one step at most, and what was expected
is compared with what came."""

from __future__ import annotations

import pytest
from django.utils import timezone

from aiworld.errors import Unavailable
from grpc_api.pb.aiworld.v1 import quests_pb2
from inference import predictions
from inference.ledger.models import MLModelPrediction
from npcs.models import NpcRelationship
from quests import calibrating, expectations
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
