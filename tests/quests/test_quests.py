"""Quests over gRPC: offered, done, paid once; told by a model or a template, paid by neither."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import grpc
import pytest
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import common_pb2, quests_pb2, world_pb2
from npcs.attacks.fixtures import attacks
from npcs.models import NpcPersonality
from quests import hunting, ledger, life, offering
from quests.models import (
    DynamicQuest,
    QuestMember,
    QuestTemplate,
    RewardAlert,
    RewardCap,
    RewardEntry,
    RewardItem,
    RewardPolicy,
)
from quests.rules import DEFAULT_CAPS
from tenants.context import in_tenant
from tests.conftest import make_facts, make_npc
from tests.grpc_api.calls import KEY, refused, request, until
from tests.llm_endpoint import LLMEndpoint, answer
from world.models import GameDrop, GameItem, GameMap, GameMonster, GameSpawn, WorldEvent

Code = grpc.StatusCode


@pytest.fixture
def town(server, npc):
    """Somebody to be sent to, on this map and on another."""
    with in_tenant(server):
        make_npc("prontera/Hedwig#inn", role="innkeeper", x=100, y=100)
        make_npc("geffen/Torvald#2", role="sailor")
    return server


@pytest.fixture
def ask(stubs, metadata, player):
    def ask(call, **fields):
        made = getattr(quests_pb2, f"{call}Request")(**{"player": player} | fields)
        return getattr(stubs.quests, call)(made, metadata=metadata, timeout=20)

    return ask


@pytest.fixture
def work(ask, town):
    """An offer of Brannoc's, of a kind."""

    def work(*kinds, level=20, **fields):
        names = [f"QUEST_KIND_{kind.upper()}" for kind in kinds]
        asked = {"npc": KEY, "base_level": level, "account_id": 7, "kinds": names}
        return ask("GenerateQuest", **asked | fields)

    return work


@pytest.fixture
def llm(settings):
    with LLMEndpoint() as endpoint:
        settings.DEEPSEEK_API_BASE = endpoint.base_url
        settings.DEEPSEEK_API_KEY = "sk-a-very-secret-key"
        yield endpoint


def hunting_ground():
    field = GameMap.objects.create(name="prt_fild08")
    poring = GameMonster.objects.create(
        id=1002, aegis_name="PORING", name="Poring", level=18, size="Small", race="Plant",
        element="Water", rank="Normal",
    )  # fmt: skip
    jelly = GameItem.objects.create(id=909, aegis_name="Jellopy", name="Jellopy", kind="Etc")
    GameDrop.objects.create(monster=poring, item=jelly, position=0, rate=7000)
    GameSpawn.objects.create(map=field, monster=poring, amount=70)


def test_an_emergency_goes_before_other_work_and_is_over_with_its_event(work, town):
    now = timezone.now()
    with in_tenant(town):
        hunting_ground()
        swarm = WorldEvent.objects.create(
            kind="spawn", title="A swarm", map_name="prontera", starts_at=now, status="active",
            data={"monster_id": 1002, "amount": 30},
        )  # fmt: skip
    [objective] = work("kill", "social", "delivery", "exploration").quest.objectives
    assert objective.target_id == 1002
    with in_tenant(town):
        DynamicQuest.objects.all().delete()
        swarm.status = "ended"
        swarm.save()
        seeker = offering.Asked(npc_key=KEY, char_id=5, player_name="Aline", level=20)
        assert not list(hunting.urgent(offering.known(seeker)[0]))
        lack = {"cause": "shortage", "wanted": {"measure": "item_pick", "target": 909, "goal": 9}}
        WorldEvent.objects.create(
            kind="problem", title="No jelly", starts_at=now, status="active", data=lack
        )
        _, plan = offering.known(seeker)
        assert (plan.kind, plan.target) == ("collect", "item 909")


def test_a_quest_goes_from_the_offer_to_the_reward_and_pays_once(ask, work, town):
    quest = work("social").quest
    assert (quest.status, quest.npc) == (quests_pb2.QUEST_STATUS_OFFERED, KEY)
    assert quest.pages and quest.reward.zeny > 0 and not quest.reward.items
    again = work("social")
    assert again.repeated and again.quest.id == quest.id
    taken = ask("AcceptQuest", quest_id=quest.id, account_id=7)
    assert taken.quest.slot_id == 95_000 and not taken.repeated
    assert ask("AcceptQuest", quest_id=quest.id).repeated
    error = refused(lambda: ask("CompleteQuest", quest_id=quest.id))
    assert error.code() == Code.PERMISSION_DENIED or error.code() == Code.FAILED_PRECONDITION
    done = ask("ReportProgress", quest_id=quest.id, progress=[{"index": 0, "count": 1}])
    assert done.quest.ready
    first, second = (ask("CompleteQuest", quest_id=quest.id) for _ in range(2))
    assert second.repeated and second.grant == first.grant
    assert first.grant.reward == quest.reward
    [due] = ask("ClaimGrants").grants
    assert due == first.grant
    told = {"grant_id": due.id, "given": due.reward, "outcome": "GRANT_OUTCOME_GIVEN"}
    error = refused(lambda: ask("ConfirmGrant", **told, signature=b"0" * 32))
    assert error.code() == Code.PERMISSION_DENIED
    confirmed = ask("ConfirmGrant", **told, signature=due.signature)
    assert (confirmed.differs, confirmed.repeated) == (False, False)
    assert ask("ConfirmGrant", **told, signature=due.signature).repeated
    assert not ask("ClaimGrants", last_given=due.sequence).grants
    with in_tenant(town):
        assert RewardEntry.objects.count() == 1 and not RewardAlert.objects.exists()


def test_something_else_given_is_told_to_the_owner(ask, work, town):
    grant = finished(ask, work("social").quest)
    wrong = quests_pb2.Reward(zeny=10**6)
    reply = ask("ConfirmGrant", grant_id=ask("ClaimGrants").grants[0].id, given=wrong,
                signature=grant.signature, outcome="GRANT_OUTCOME_GIVEN")  # fmt: skip
    assert reply.differs
    with in_tenant(town):
        [alert] = RewardAlert.objects.all()
        assert alert.kind == "differs" and "1000000" in alert.detail


def finished(ask, quest):
    ask("AcceptQuest", quest_id=quest.id, account_id=7)
    for one in quest.objectives:
        told = [{"index": one.index, "count": one.count}]
        ask("ReportProgress", quest_id=quest.id, progress=told)
    return ask("CompleteQuest", quest_id=quest.id).grant


def test_an_entry_that_was_changed_in_the_database_is_not_handed_over(ask, work, town):
    finished(ask, work("social").quest)
    with in_tenant(town):
        RewardEntry.objects.update(zeny=1_000_000)
    assert not ask("ClaimGrants").grants
    with in_tenant(town):
        assert RewardAlert.objects.get().kind == "forged"


def test_a_map_server_that_went_back_to_an_older_save_is_noticed(ask, work, town):
    finished(ask, work("social").quest)
    [due] = ask("ClaimGrants").grants
    ask("ConfirmGrant", grant_id=due.id, signature=due.signature, given=due.reward,
        outcome="GRANT_OUTCOME_GIVEN")  # fmt: skip
    ask("ClaimGrants", last_given=max(due.sequence - 1, 1))
    with in_tenant(town):
        assert RewardAlert.objects.filter(kind="forgotten").exists() == (due.sequence > 1)


def test_a_full_day_postpones_a_reward_and_the_next_day_pays_it(ask, work, town):
    with in_tenant(town):
        RewardPolicy.objects.create()
        RewardCap.objects.create(scope="server", zeny=10**6, exp=10**6, item_value=0, grants=1)
    assert finished(ask, work("social").quest).id
    with in_tenant(town):
        other = make_npc("prontera/Mira#well")
    second = work("delivery", npc="prontera/Mira#well").quest
    assert not finished(ask, second).id
    with in_tenant(town):
        assert other.quests.get().status == "completed"
        later = timezone.now() + timedelta(days=1)
        assert ledger.pay(second.id, 150_001, now=later).quest_number == second.id


def test_a_quest_of_another_character_cannot_be_touched(ask, work, other_player):
    quest = work("social").quest
    for call, extra in (("AcceptQuest", {}), ("CompleteQuest", {}), ("AbandonQuest", {}),
                        ("ReportProgress", {"progress": [{"index": 0, "count": 1}]})):  # fmt: skip
        error = refused(lambda c=call, e=extra: ask(c, quest_id=quest.id, player=other_player, **e))
        assert error.code() == Code.NOT_FOUND, call


def test_a_party_shares_work_and_reward(ask, work, town, player, other_player):
    with in_tenant(town):
        hunting_ground()
    quest = work("kill").quest
    assert quest.max_members > 1 and quest.objectives[0].target_id == 1002
    ask("AcceptQuest", quest_id=quest.id, party=[{"char_id": other_player.char_id}])
    half = quest.objectives[0].count // 2
    told = {"quest_id": quest.id}
    ask("ReportProgress", **told, progress=[{"index": 0, "count": half}], player=other_player)
    mine = [{"index": 0, "count": quest.objectives[0].count - half}]
    assert ask("ReportProgress", **told, progress=mine).quest.ready
    mine = ask("CompleteQuest", **told).grant
    theirs = ask("ClaimGrants", player=other_player).grants[0]
    assert mine.reward.zeny + theirs.reward.zeny <= quest.reward.zeny
    assert mine.reward.zeny == theirs.reward.zeny > 0


def test_kills_that_the_game_reports_count(ask, work, town, stubs, metadata, player):
    with in_tenant(town):
        hunting_ground()
    quest = work("kill").quest
    ask("AcceptQuest", quest_id=quest.id)
    kill = world_pb2.Kill(monster_id=1002, number=quest.objectives[0].count)
    event = world_pb2.GameEvent(
        event_id=uuid.uuid4().hex, player=player, place={"map": "prt_fild08"}, kill=kill
    )  # fmt: skip
    sent = world_pb2.ReportEventsRequest(source="map-1", events=[event])
    for _ in range(2):
        stubs.world.ReportEvents(sent, metadata=metadata, timeout=5)
    [known] = ask("ListQuests").quests
    assert known.ready and known.objectives[0].done == known.objectives[0].count


@pytest.mark.parametrize("first_line_ms", [0, 1, 4000])
def test_who_was_sent_to_talk_has_done_so_when_they_talk(
    ask, work, town, stubs, metadata, player, first_line_ms
):
    """Also if they have the first line only, or nobody comes back for the answer."""
    quest = work("social").quest
    ask("AcceptQuest", quest_id=quest.id)
    to = {"npc": quest.objectives[0].target_npc, "first_line_ms": first_line_ms}
    said = request("Good day!", player, **to)
    stubs.dialogue.Talk(said, metadata=metadata, timeout=5)
    until(lambda: ask("ListQuests").quests[0].ready)


@pytest.mark.parametrize("first_line_ms", [0, 4000])
def test_an_npc_offers_work_when_it_is_asked_for_some(town, stubs, metadata, player, first_line_ms):
    said = request(
        "Do you have any work for me?", player, base_level=20, first_line_ms=first_line_ms
    )
    reply = stubs.dialogue.Talk(said, metadata=metadata, timeout=5)
    assert reply.offer.id and reply.offer.text == reply.text
    assert reply.source == common_pb2.SOURCE_TEMPLATE


def test_a_puzzle_is_solved_by_its_word_and_lost_by_guessing(ask, work, town):
    quest = work("puzzle").quest
    assert "Hedwig" not in str(quest)
    ask("AcceptQuest", quest_id=quest.id)

    def guess(word):
        return ask("ReportProgress", quest_id=quest.id, progress=[{"index": 0, "answer": word}])

    assert not guess("Is it Brannoc, Torvald, Mira, Hedwig, Bruno, Aline or the king?").quest.ready
    assert guess("I think it is Hedwig!").quest.ready


def test_nothing_with_ids_is_offered_where_no_game_data_is_known(work):
    error = refused(lambda: work("kill", "collect", "boss"))
    assert error.code() == Code.FAILED_PRECONDITION


def test_a_template_is_offered_when_its_condition_holds(work, town):
    with in_tenant(town):
        QuestTemplate.objects.create(
            key="lost-ring", kind="delivery", title="The ring", text="To {target}, {player}.",
            objectives=[{"kind": "delivery", "target": "geffen/Torvald#2", "amount": 1}],
            condition="level >= 30 and 501 in items",
        )  # fmt: skip
    assert work(items=[501]).quest.title != "The ring"
    with in_tenant(town):
        DynamicQuest.objects.all().delete()
    assert work(level=30, items=[501]).quest.title == "The ring"


def test_a_hard_quest_waits_for_the_owner(ask, work, town):
    with in_tenant(town):
        RewardPolicy.objects.create(auto_approve=0)
    reply = work("social")
    assert not reply.HasField("quest") and reply.text
    with in_tenant(town):
        row = DynamicQuest.objects.get()
        life.decide(row.pk, approve=True, by="owner", now=timezone.now())
    assert work("social").quest.id == row.pk


@pytest.mark.parametrize("language", ["en", "pt", "es", "id", "ko", "th"])
def test_it_is_told_in_the_players_language(work, town, player, language):
    with in_tenant(town):
        town.code_page = {"ko": "cp949", "th": "cp874"}.get(language, "cp1252")
    player.language = language
    quest = work("social", player=player).quest
    assert quest.language in (language, "en") and "{" not in quest.text and quest.text


def test_a_model_tells_the_story_and_the_next_player_gets_it_without_one(
    ask, work, town, llm, other_player
):
    said = {"title": "For a friend", "text": "{player}, see {target} for me.", "difficulty": "easy"}
    llm.script(answer(json.dumps(said)))
    quest = work("social").quest
    assert quest.source == common_pb2.SOURCE_LLM and "Aline" in quest.text
    ask("AcceptQuest", quest_id=quest.id)
    second = work("social", player=other_player).quest
    assert second.title == "For a friend" and "Bruno" in second.text and len(llm.requests) == 1


@pytest.mark.parametrize("attack", attacks("en"), ids=lambda attack: attack.key)
def test_no_attack_on_an_obedient_model_pays_more_than_the_policy(ask, work, town, llm, attack):
    """It says what the attacker wants and asks for the most there is."""
    said = {"title": attack.obeyed[:60], "text": attack.obeyed[:600], "difficulty": "legendary",
            "zeny": 10**9, "items": [[607, 999]]}  # fmt: skip
    llm.script(*[answer(json.dumps(said))] * 3)
    evil = common_pb2.Player(char_id=150_001, name=attack.lines[-1][:50] or "x")
    quest = work("social", player=evil).quest
    grant = finished(lambda call, **fields: ask(call, **{"player": evil} | fields), quest)
    cap = DEFAULT_CAPS["quest"]
    assert grant.reward.zeny <= cap.zeny and not grant.reward.items
    assert grant.reward.base_exp + grant.reward.job_exp <= cap.exp
    assert grant.reward.zeny <= 50 * 2 * 70 // 50  # an easy quest at level 20, whatever was said


def test_items_come_from_the_whitelist_alone(ask, work, town):
    with in_tenant(town):
        RewardPolicy.objects.create(items_percent=100)
        for scope in DEFAULT_CAPS:
            RewardCap.objects.create(scope=scope, zeny=100, exp=100, item_value=60, grants=9)
        RewardItem.objects.create(item_id=501, name="Red Potion", value=50, amount=3, per_day=1,
                                  min_difficulty=1)  # fmt: skip
    quest = work("social").quest
    with in_tenant(town):
        DynamicQuest.objects.update(reward={"zeny": 10**9, "items": [[607, 50], [501, 99]]})
    grant = finished(ask, quest)
    assert grant.reward.zeny == 100
    assert [(item.item_id, item.amount) for item in grant.reward.items] == [(501, 1)]


def test_a_void_reversal_gives_the_room_back_and_a_grant_is_reversed_once(ask, work, town):
    finished(ask, work("social").quest)
    with in_tenant(town):
        entry = RewardEntry.objects.get()
        member = QuestMember.objects.get()
        before = ledger.taken_today("account", member.account)
        ledger.reverse(entry.pk, by="owner", reason="a mistake", now=timezone.now())
        after = ledger.taken_today("account", member.account)
        assert (before.grants, after.grants) == (1, 0)
    assert not ask("ClaimGrants", takes_back=True).grants
    assert ask("CompleteQuest", quest_id=entry.quest_number).grant.id == entry.pk


def test_what_lapses_ends(ask, work, town):
    quest = work("social").quest
    with in_tenant(town):
        assert life.expire(timezone.now() + timedelta(days=2)) == 1
    error = refused(lambda: ask("AcceptQuest", quest_id=quest.id))
    assert error.code() in (Code.FAILED_PRECONDITION, Code.PERMISSION_DENIED)


def test_what_its_own_script_says_of_work_comes_before_any_quest(town, stubs, metadata, player):
    with in_tenant(town):
        brannoc = NpcPersonality.objects.get(key=KEY)
        make_facts(
            brannoc, "My forge is cold. Would you bring me ten pieces of coal?", origin="script"
        )

    def reply():
        said = request("Do you have any work for me?", player, base_level=20)
        return stubs.dialogue.Talk(said, metadata=metadata, timeout=5)

    first = reply()
    assert "ten pieces of coal" in first.text and not first.offer.id
    assert first.source == common_pb2.SOURCE_TEMPLATE
    then = reply()
    assert then.offer.id and then.offer.text == then.text


@pytest.mark.parametrize(
    "fields",
    [{"sensitivity": 8}, {"origin": "heard"}, {"is_active": False}, {"condition": "hour < 0"}],
)
def test_work_that_is_not_for_this_player_to_hear_is_not_told(
    town, stubs, metadata, player, fields
):
    with in_tenant(town):
        brannoc = NpcPersonality.objects.get(key=KEY)
        make_facts(brannoc, "My forge is cold. Would you bring me ten pieces of coal?", **fields)
    said = request("Do you have any work for me?", player, base_level=20)
    reply = stubs.dialogue.Talk(said, metadata=metadata, timeout=5)
    assert "coal" not in reply.text and reply.offer.id
