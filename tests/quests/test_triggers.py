"""When a quest comes to be offered: each trigger by itself, by a template that waits for nothing
else; and what was learned of a model's offer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from aiworld.errors import OverQuota, Refused
from quests import generating, life, offering, progress
from quests.generating import Flavour
from quests.life import Taker
from quests.models import DynamicQuest, QuestTemplate
from quests.offering import Asked
from quests.progress import Report
from tests.conftest import make_npc
from tests.quests.test_quests import hunting_ground
from world.models import (
    FactionNode,
    PlayerProfile,
    ReputationScore,
    WorldEvent,
    WorldStateSnapshot,
)

KEY, TO = "prontera/Brannoc#town", "geffen/Torvald#2"
NOW = timezone.now()


@pytest.fixture
def town(npc, inside):
    make_npc(TO, role="sailor")
    PlayerProfile.objects.create(char_id=1, name="Aline", base_level=20)
    FactionNode.objects.create(key="crown", name="Crown", kind="kingdom")


def asks(char_id=1, **fields):
    return Asked(**{"npc_key": KEY, "char_id": char_id, "player_name": "Aline", "level": 20}
                 | fields)  # fmt: skip


def template(condition="", key="ring", **fields):
    objectives = [{"kind": "delivery", "target": TO, "amount": 1}]
    told = {"kind": "delivery", "difficulty": 2, "title": "The ring", "text": "To {target}!",
            "objectives": objectives, "condition": condition}  # fmt: skip
    return QuestTemplate.objects.create(key=key, **told | fields)


def offered(**fields):
    """The title of what is offered, and nothing is written."""
    return offering.told(*offering.known(asks(**fields))).title


def event(**fields):
    return WorldEvent.objects.create(
        **{"kind": "invasion", "title": "Orcs!", "map_name": "prontera", "starts_at": NOW,
           "status": "active"} | fields
    )  # fmt: skip


def hour(number):
    WorldStateSnapshot.objects.create(taken_at=timezone.now(), scope="world",
                                      state={"hour": number})  # fmt: skip


def score(number):
    ReputationScore.objects.update_or_create(
        player=PlayerProfile.objects.get(char_id=1), faction=FactionNode.objects.get(),
        defaults={"score": number},
    )  # fmt: skip


def earlier_quest(status):
    """Of another template, which is switched off."""
    known = QuestTemplate.objects.filter(key="first").first()
    first = known or template("", "first", is_active=False)
    DynamicQuest.objects.all().delete()
    DynamicQuest.objects.create(
        npc=make_npc(f"prontera/Giver {status}"), template=first, char_id=1, kind="delivery",
        title="T", text="T", status=status, ended_at=NOW,
    )  # fmt: skip


TRIGGERS = {
    # condition, what makes it false, what makes it true, with what is asked then
    "location": ("map == 'prt_fild08'", None, None, {"place": "prt_fild08"}),
    "event": ("'invasion' in events", lambda: event(map_name="payon"), event, {}),
    "time": ("hour >= 20", lambda: hour(8), lambda: hour(21), {}),
    "reputation": ("reputation.crown >= 6000", lambda: score(5_999), lambda: score(6_000), {}),
    "level": ("level >= 30", None, None, {"level": 30}),
    "item": ("501 in items", None, None, {"items": (501, 909)}),
    "party": ("party >= 3", None, None, {"party": 3}),
    "chain": ("quest.first == 'completed'", lambda: earlier_quest("abandoned"),
              lambda: earlier_quest("completed"), {}),
}  # fmt: skip


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_quest_is_offered_by_its_trigger_and_not_without_it(town, trigger):
    condition, without, with_it, asked = TRIGGERS[trigger]
    template(condition)
    if without:
        without()
    assert offered() != "The ring"
    if with_it:
        with_it()
    assert offered(**asked) == "The ring"


def test_chance_offers_it_to_some_in_proportion(town):
    template("chance < 0.3")
    got = sum(offered(char_id=char_id) == "The ring" for char_id in range(100, 140))
    assert 4 <= got <= 22


def test_a_condition_nobody_can_meet_offers_nothing(town):
    template("chance < 0")
    assert "The ring" not in {offered(char_id=char_id) for char_id in range(100, 110)}


def test_an_emergency_calls_for_its_own_work_before_all_other(town):
    hunting_ground()
    event(kind="spawn", data={"monster_id": 1002, "amount": 30})
    asker, plan = offering.known(asks())
    assert (plan.kind, plan.target) == ("kill", "monster 1002")
    template()
    assert offered() == "The ring", "the owner's own goes first"
    assert asker.level == 20


def test_only_the_npc_that_is_named_offers_it_and_not_again_before_its_days(town):
    template(npc_key="prontera/Other")
    assert offered() != "The ring"
    QuestTemplate.objects.update(npc_key=KEY, repeats_after=7)
    quest = offering.write(offering.told(*offering.known(asks())), now=NOW)
    assert quest.title == "The ring"
    life.accept(quest.pk, Taker(char_id=1), now=timezone.now())
    life.abandon(quest.pk, 1, now=timezone.now())
    assert offered() != "The ring"
    DynamicQuest.objects.update(offered_at=NOW - timedelta(days=8))
    assert offered() == "The ring"


def flavoured_offer(char_id=1):
    """As a language model told it."""
    asker, plan = offering.known(asks(char_id, kinds=("delivery",)))
    said = Flavour(title="A letter", text="{player}, bring it to {target}.", difficulty="easy")
    told = generating.flavoured(asker, plan, said)
    return offering.write(told, now=timezone.now())


def test_what_a_player_accepted_is_offered_again_without_a_model(town):
    quest = flavoured_offer()
    learned = QuestTemplate.objects.get()
    assert (learned.is_active, learned.times_used, quest.template_id) == (False, 0, learned.pk)
    assert offered(char_id=2) != "A letter", "nobody has taken it yet"
    life.accept(quest.pk, Taker(char_id=1), now=timezone.now())
    asker, plan = offering.known(asks(2, player_name="Bruno"))
    told = offering.told(asker, plan)
    assert (told.title, told.text) == ("A letter", "Bruno, bring it to Torvald.")
    second = offering.write(told, now=timezone.now())
    assert (second.template_id, second.source) == (learned.pk, "template")
    assert [one["target"] for one in second.objectives] == [TO]
    assert QuestTemplate.objects.count() == 1


def test_what_nobody_took_is_forgotten_and_what_the_owner_switched_off_stays_off(town):
    quest = flavoured_offer()
    life.accept(quest.pk, Taker(char_id=1), now=timezone.now())
    QuestTemplate.objects.update(is_active=False)
    life.abandon(quest.pk, 1, now=timezone.now())
    assert offered(char_id=2) != "A letter"
    later = timezone.now() + timedelta(days=16)
    life.expire(later)
    assert QuestTemplate.objects.exists(), "a used one stays, switched off"
    QuestTemplate.objects.update(times_used=0)
    DynamicQuest.objects.update(offered_at=NOW - timedelta(days=30))
    life.expire(timezone.now())
    assert not QuestTemplate.objects.exists()


class TestALimit:
    @pytest.fixture
    def hunt(self, town):
        hunting_ground()
        asker, plan = offering.known(asks(kinds=("kill",)))
        return offering.write(offering.told(asker, plan), now=timezone.now())

    def test_of_time_ends_the_quest_and_pays_nothing(self, hunt):
        life.accept(hunt.pk, Taker(char_id=1), now=NOW)
        assert hunt.time_limit == offering.TIME_LIMIT
        late = NOW + timedelta(seconds=hunt.time_limit + 1)
        told = [Report(index=0, count=99)]
        for act in (
            lambda: progress.report(hunt.pk, 1, told, now=late),
            lambda: life.complete(hunt.pk, 1, now=late),
        ):
            with pytest.raises(Refused, match="expired"):
                act()
        assert life.expire(late) == 1
        hunt.refresh_from_db()
        assert (hunt.status, hunt.ended_at) == ("expired", late)

    def test_of_a_party_holds_and_who_leaves_gives_up_for_nobody_else(self, hunt):
        many = [Taker(char_id=char_id) for char_id in range(2, 2 + hunt.max_members)]
        with pytest.raises(Refused, match="different characters"):
            life.accept(hunt.pk, Taker(char_id=1), many, now=NOW)
        life.accept(hunt.pk, Taker(char_id=1), many[:2], now=NOW)
        life.abandon(hunt.pk, 2, now=NOW)
        hunt.refresh_from_db()
        assert hunt.status == "active"
        assert set(hunt.members.values_list("char_id", flat=True)) == {1, 3}
        life.abandon(hunt.pk, 1, now=NOW)
        hunt.refresh_from_db()
        assert hunt.status == "abandoned"
        with pytest.raises(Refused):
            life.complete(hunt.pk, 3, now=NOW)

    def test_of_active_quests_holds(self, town):
        made = [
            DynamicQuest.objects.create(
                npc=make_npc(f"prontera/N{at}"), char_id=1, kind="social", title="T", text="T",
                status="offered", objectives=[{"kind": "talk", "target": TO, "amount": 1}],
            )
            for at in range(4)
        ]  # fmt: skip
        for quest in made[:3]:
            life.accept(quest.pk, Taker(char_id=1), now=NOW)
        with pytest.raises(OverQuota):
            life.accept(made[3].pk, Taker(char_id=1), now=NOW)
        with pytest.raises(OverQuota):
            offering.known(asks())
