"""What comes of meetings: bounded, undone, and no news to those who are disliked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agents import undoing
from agents.models import AgentRun
from aiworld.errors import Invalid, Muted, NotFound, OptedOut, SwitchedOff
from npcs import social
from npcs.models import NpcKnowledge, NpcRelationship, PlayerStanding
from npcs.relationships import DAILY_BOUND
from npcs.rights.erasing import erase
from npcs.social import BOND_A_DAY, SOCIAL_ACTS
from tests.agents.test_economy import run
from tests.conftest import make_facts, make_npc
from tests.npcs.test_gossip import NEWS, awake
from tests.npcs.test_utility import EVERYMAN

AGENT = "social_interaction"
ANA, BO = "payon/Ana", "payon/Bo"


@pytest.fixture
def pair(inside):
    return make_npc(ANA, x=100, y=100), make_npc(BO, x=105, y=100)


def meets(act, *, window="w", npc=BO, **by):
    if "char_id" not in by:
        by |= {"other_npc": ANA}
    return run(AGENT, subject=npc, window=window, act=act, **by)


def bond(of=BO, toward=ANA):
    return NpcRelationship.objects.get(npc__key=of, other_npc__key=toward).bond


def test_kindness_draws_two_closer_and_is_taken_back(pair):
    done = meets("help", weight=1.0)
    first, second = done.result["felt"]
    assert (first["npc"], first["toward"]) == (BO, ANA)
    assert first["moved"] > second["moved"] > 0 and bond() == first["moved"]
    assert undoing.undo(done.run_id) == 2
    assert bond() == bond(ANA, BO) == 0


def test_a_hurt_weighs_more_than_a_kindness(pair):
    assert meets("argument", weight=1.0).result["felt"][0]["moved"] < -1
    who = pair[0].persona
    assert abs(social.taken("argument", who, intensity=1)) > social.taken(
        "apology", who, intensity=1
    )


def test_a_day_moves_a_bond_and_a_trust_only_so_far(pair):
    for at in range(8):
        meets("betrayal", window=f"b{at}", weight=1.0)
        meets("gift", window=f"g{at}", weight=1.0, char_id=7, name="Aline")
    assert bond() == -BOND_A_DAY
    trust = NpcRelationship.objects.get(npc__key=BO, char_id=7)
    assert trust.trust == pytest.approx(2.0 + DAILY_BOUND)


def test_a_day_that_was_taken_back_does_not_begin_anew(pair):
    for at in range(8):
        undoing.undo(meets("betrayal", window=str(at), weight=1.0).run_id)
    assert meets("help", window="x").result["felt"][0]["moved"] > 0
    row = NpcRelationship.objects.get(npc__key=BO, other_npc__key=ANA)
    assert row.bond_moved > -BOND_A_DAY


@given(st.sampled_from(SOCIAL_ACTS), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_is_felt_has_the_sign_of_the_act_and_bounds(act, intensity, trait, alike):
    who = replace(EVERYMAN, agreeableness=trait, neuroticism=trait)
    felt = social.taken(act, who, intensity=intensity, alike=alike)
    assert -1 <= felt <= 1 and felt * social.WARMTH[act] >= 0


@given(st.integers(-100, 100), st.integers(-BOND_A_DAY, BOND_A_DAY), st.floats(-1, 1))
def test_a_bond_stays_on_its_scale_and_in_its_day(bond, today, felt):
    moved = social.moved_bond(bond, today, felt)
    assert -100 <= bond + moved <= 100 and abs(today + moved) <= BOND_A_DAY
    assert abs(moved) <= social.BOND + BOND_A_DAY


def test_friends_share_news_in_a_chat_and_it_is_unheard_when_taken_back(pair):
    make_facts(pair[0], NEWS)
    done = meets("chat")
    assert done.result["shared"]
    assert NpcKnowledge.objects.get(npc=pair[1]).root.npc == pair[0]
    undoing.undo(done.run_id)
    assert not NpcKnowledge.objects.filter(npc=pair[1]).exists()


def test_nobody_tells_news_to_whom_it_dislikes_nor_in_a_quarrel(pair):
    make_facts(pair[0], NEWS)
    assert meets("argument").result["shared"] == ""
    NpcRelationship.objects.filter(npc=pair[0]).update(bond=-1)
    NpcRelationship.objects.filter(npc=pair[1]).update(bond=0)
    assert meets("chat", window="x").result["shared"] == ""


def test_two_who_stand_near_each_other_meet_by_themselves(pair):
    assert run(AGENT, subject="everybody").result["felt"] == []  # nobody is awake
    awake(pair[0])
    awake(pair[1])
    done = run(AGENT, subject="everybody", window="x")
    assert {one["npc"] for one in done.result["felt"]} == {ANA, BO}
    assert done.result["act"] in social.BY_THEMSELVES


@pytest.mark.parametrize(
    "asked, error",
    [
        ({"act": "conquer", "other_npc": ANA}, Invalid),
        ({"act": "chat"}, Invalid),
        ({"act": "chat", "other_npc": ANA, "char_id": 1}, Invalid),
        ({"act": "chat", "other_npc": BO}, Invalid),
        ({"act": "chat", "other_npc": "payon/Nobody"}, NotFound),
    ],
    ids=str,
)
def test_a_meeting_of_nobody_is_refused(pair, asked, error):
    with pytest.raises(error):
        run(AGENT, subject=BO, **asked)
    assert not NpcRelationship.objects.exists()


def test_scripts_and_players_who_want_none_of_it_are_left_alone(pair):
    PlayerStanding.objects.create(char_id=7, opted_out_at=timezone.now())
    with pytest.raises(OptedOut):
        meets("gift", char_id=7, name="Aline")
    PlayerStanding.objects.update(opted_out_at=None, muted_until="2999-01-01T00:00Z")
    with pytest.raises(Muted):
        meets("gift", window="x", char_id=7, name="Aline")
    pair[1].ai_enabled = False
    pair[1].save()
    with pytest.raises(SwitchedOff):
        meets("chat", window="y")


def test_erasing_a_player_erases_the_meetings(pair):
    meets("gift", char_id=7, name="Aline")
    assert AgentRun.objects.get().char_id == 7
    erase(7)
    assert not AgentRun.objects.exists()
    assert not NpcRelationship.objects.filter(char_id=7).exists()
