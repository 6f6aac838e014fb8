"""What an NPC tells depends on the world, and a kept answer does not outlive it."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from aiworld.loops import wait_for
from npcs import dialogue, knowledge, reading, rehearsal
from npcs.brief import Language
from npcs.models import KnowledgePack, NpcKnowledge
from npcs.turns import Said
from quests.models import DynamicQuest, QuestTemplate
from tests.conftest import make_facts, make_npc
from world.models import (
    FactionNode,
    PlayerProfile,
    ReputationScore,
    WorldEvent,
    WorldStateSnapshot,
)

pytestmark = pytest.mark.usefixtures("inside")
ASKED = "Where is the smugglers' cave?"
CAVE = "The smugglers' cave is under the lighthouse."


def said(npc, text=ASKED, char_id=150_001, language: Language = "en"):
    return Said(
        npc_key=npc.key, char_id=char_id, player_name="Aline", text=text,
        request_id=str(uuid.uuid4()), language=language,
    )  # fmt: skip


def talk(npc, **fields):
    return wait_for(dialogue.talk(said(npc, **fields), seconds=5))


def told(npc, **fields):
    scene = reading.scene(said(npc, **fields))
    return [fact.text for fact in knowledge.search(scene, ASKED, None, limit=50)]


def weather(word, *, scope="world", **more):
    WorldStateSnapshot.objects.create(
        taken_at=timezone.now(), scope=scope, state={"weather": word, **more}
    )


@pytest.fixture
def cave(npc):
    return make_facts(npc, CAVE, condition='weather == "rain"', topic="cave")[0]


def test_a_fact_is_told_while_its_condition_holds_and_only_then(npc, cave):
    assert CAVE not in told(npc)
    weather("rain")
    assert CAVE in told(npc)
    weather("clear")
    assert CAVE not in told(npc)


def test_the_weather_of_the_map_is_nearer_than_that_of_the_world(npc, cave):
    weather("rain")
    weather("clear", scope=npc.map_name)
    assert CAVE not in told(npc)


def test_an_old_state_of_the_world_says_nothing(npc, cave):
    old = timezone.now() - timedelta(days=3)
    WorldStateSnapshot.objects.create(taken_at=old, state={"weather": "rain"})
    assert CAVE not in told(npc)


def test_a_kept_answer_is_not_given_when_the_condition_has_changed(npc, cave):
    first = talk(npc, char_id=1)
    assert "lighthouse" not in first.text
    assert talk(npc, char_id=2).source == "cache"
    weather("rain")
    with_rain = talk(npc, char_id=3)
    assert with_rain.source != "cache"
    assert "lighthouse" in with_rain.text
    assert talk(npc, char_id=4).source == "cache"
    weather("clear")
    assert "lighthouse" not in talk(npc, char_id=5).text


def test_what_changes_and_matters_to_no_condition_voids_no_kept_answer(npc, cave):
    talk(npc, char_id=1)
    weather("snow")
    assert talk(npc, char_id=2).source == "cache"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('quest.ring == "active"', True),
        ('quest.ring == "completed"', False),
        ('quest.crown == "none"', True),
        ('quest.forgotten != "active"', False),
        ("reputation.smiths >= 6000", True),
        ("reputation.bakers == 3750", True),
        ("reputation.nobody >= 0", False),
        ('castle.prtg_cas01 == "Wolves"', True),
        ('"festival" in events', True),
        ('"invasion" in events', False),
        ('job == "Priest" and level >= 50', True),
        ("flag.bridge_down", True),
        ('map == "prontera" and group == "market"', True),
        ("trust >= 5", False),
        ('time_of_day == "night" and hour == 3', True),
    ],
)
def test_all_that_a_condition_may_ask_for_is_read(npc, condition, holds):
    npc.group = "market"
    npc.save()
    make_facts(npc, CAVE, condition=condition)
    make_world()
    assert (CAVE in told(npc)) is holds


def test_another_player_s_quest_opens_nothing(npc):
    make_facts(npc, CAVE, condition='quest.ring == "active"')
    make_world()
    assert CAVE in told(npc)
    assert CAVE not in told(npc, char_id=7)


def make_world():
    now = timezone.now()
    player = PlayerProfile.objects.create(
        char_id=150_001, name="Aline", base_level=60, job="Priest"
    )
    smiths = FactionNode.objects.create(key="smiths", name="Smiths", kind="guild")
    FactionNode.objects.create(key="bakers", name="Bakers", kind="guild")
    ReputationScore.objects.create(player=player, faction=smiths, score=6400)
    ring = QuestTemplate.objects.create(key="ring", kind="collect", title="Ring", text="Bring it")
    QuestTemplate.objects.create(key="crown", kind="collect", title="Crown", text="Bring it")
    for status in ("completed", "active"):
        DynamicQuest.objects.create(
            npc=make_npc(f"payon/{status}"), template=ring, char_id=150_001, kind="collect",
            title="Ring", status=status, expires_at=now + timedelta(days=1),
        )  # fmt: skip
    WorldEvent.objects.create(
        kind="festival", title="Harvest", status="active", starts_at=now - timedelta(hours=1)
    )
    WorldEvent.objects.create(
        kind="invasion", title="Orcs", status="ended", starts_at=now - timedelta(hours=1)
    )
    weather("rain", castles={"prtg_cas01": "Wolves"}, flags={"bridge_down": True}, hour=3)


def test_what_a_condition_withholds_is_in_no_prompt_and_the_dry_run_says_why(npc, cave):
    line = rehearsal.Line(npc_key=npc.key, text=ASKED, trust=9, language="en")
    shown = wait_for(rehearsal.rehearse(line))
    [held] = [one for one in shown.knowledge if one.text == CAVE]
    assert (held.why, held.condition, held.given) == ("condition", 'weather == "rain"', False)
    assert "lighthouse" not in repr(shown.messages) + shown.thought.text


def test_a_condition_that_cannot_be_read_is_not_saved(npc):
    fact = NpcKnowledge(npc=npc, text=CAVE, condition="wether == 'rain'")
    with pytest.raises(ValidationError, match="no variable 'wether'"):
        fact.full_clean()


def test_temper_decides_with_trust_what_is_open(npc):
    NpcKnowledge.objects.filter(sensitivity=8).update(text="The crown is here.")
    line = rehearsal.Line(npc_key=npc.key, text="crown?", trust=7.5, language="en")
    assert "The crown is here." not in given(line)
    npc.openness, npc.agreeableness, npc.neuroticism = 0.9, 0.9, 0.1
    npc.save()
    assert "The crown is here." in given(line)


def given(line):
    return [one.text for one in wait_for(rehearsal.rehearse(line)).knowledge if one.given]


def test_a_pack_is_known_to_all_it_is_for_and_to_those_who_come_later(npc):
    pack = KnowledgePack.objects.create(
        name="smiths", attribution="As every smith knows", faction="smiths"
    )
    NpcKnowledge.objects.create(pack=pack, text="Iron is dear this year.")
    assert not any("Iron is dear" in text for text in told(npc))
    npc.faction = "Smiths"
    npc.save()
    assert "As every smith knows: Iron is dear this year." in told(npc)
    assert "As every smith knows: Iron is dear this year." in told(
        make_npc("payon/New", faction="smiths")
    )
    pack.is_active = False
    pack.save()
    assert not any("Iron is dear" in text for text in told(npc))


def test_a_fact_of_a_pack_voids_the_kept_answers_of_all_who_share_it(npc):
    pack = KnowledgePack.objects.create(name="all")
    version = npc.version
    NpcKnowledge.objects.create(pack=pack, text="The king is ill.")
    npc.refresh_from_db()
    assert npc.version > version


def test_a_secret_of_a_pack_takes_trust_too(npc):
    pack = KnowledgePack.objects.create(name="all")
    NpcKnowledge.objects.create(pack=pack, text="The king is ill.", sensitivity=8)
    assert "The king is ill." not in told(npc)
