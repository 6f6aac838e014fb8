from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from npcs import evaluation, memory
from npcs.brief import Turn
from npcs.memory import asked_before
from npcs.models import NpcMemory
from npcs.models.memory import Scope
from npcs.scales import Sensitivity, Speaker
from tests.conftest import make_npc

pytestmark = pytest.mark.usefixtures("inside")
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)


def told(npc, text, *, char_id=1, days=1.0, **fields):
    values = {
        "npc": npc, "char_id": char_id, "player_name": "Aline", "speaker": Speaker.PLAYER,
        "text": text, "happened_at": NOW - timedelta(days=days),
    } | fields  # fmt: skip
    return NpcMemory.objects.create(**values)


def shared(npc, text, scope, key, **fields):
    return told(
        npc, text, char_id=0, player_name="", speaker=Speaker.OTHER, scope=scope, scope_key=key,
        **fields,
    )  # fmt: skip


def recalled(npc, said, *, char_id=1, opened=0, language="en"):
    return memory.recall(
        npc.pk, char_id, said, None, language=language, limit=10, now=NOW, opened=opened
    )


def texts(found):
    return [one.text for one in found.memories]


def test_an_answer_is_found_by_the_question_it_answered():
    npc = make_npc()
    told(npc, "A poring, since Tuesday.", context="Do you keep a pet?")
    told(npc, "The road is muddy.")
    told(npc, "I sold my boots.")
    ranked = memory.rated(npc.pk, 1, "What pet do I keep?", None, language="en", now=NOW)
    assert ranked[0][0].text == "A poring, since Tuesday."


def test_only_a_question_just_asked_is_kept_beside_what_was_said():
    asked = Turn(speaker="npc", text="Do you keep a pet?", at=NOW - timedelta(minutes=1))
    assert asked_before([asked], NOW) == "Do you keep a pet?"
    assert asked_before([asked], NOW + timedelta(days=1)) == ""
    assert asked_before([Turn(speaker="npc", text="Mira is ill.", at=NOW)], NOW) == ""
    assert asked_before([], NOW) == ""


def test_a_time_in_the_question_finds_what_happened_then():
    npc = make_npc()
    told(npc, "I walked to Izlude and sold mushrooms.", days=12)
    for day in range(1, 8):
        told(npc, f"Nothing new at the market, stall {day}.", days=day)
    found = recalled(npc, "What did I do 12 days ago?")
    assert texts(found)[0].startswith("I walked to Izlude") and found.sure


def test_a_name_leads_from_the_sister_to_what_was_told_of_her():
    npc = make_npc()
    told(npc, "My sister is called Mira.", days=9)
    told(npc, "Yesterday Mira broke her arm.", days=5)
    for day in range(12):
        told(npc, f"I polished armour number {day}.", days=day)
    ranked = memory.rated(npc.pk, 1, "Is my sister well?", None, language="en", now=NOW)
    assert [one.text for one, _ in ranked[:2]] == [
        "My sister is called Mira.", "Yesterday Mira broke her arm.",
    ]  # fmt: skip


def test_what_one_player_was_promised_is_nothing_to_another():
    npc = make_npc()
    told(npc, "I shall keep the silver ring for you.", char_id=1, speaker=Speaker.NPC)
    claim = "You promised me the silver ring, remember?"
    assert texts(recalled(npc, claim, char_id=1)) and recalled(npc, claim, char_id=1).sure
    told(npc, "I once saw a silver ring.", char_id=2)
    other = recalled(npc, claim, char_id=2)
    assert "I shall keep the silver ring for you." not in texts(other)


def test_what_was_never_told_is_not_known():
    npc = make_npc()
    told(npc, "My sister is called Mira.")
    assert recalled(npc, "What is the name of my sister?").sure
    assert not recalled(npc, "Which instrument does my teacher play?").sure


def test_a_town_remembers_for_all_who_live_there():
    smith = make_npc("prontera/Smith", map_name="prontera")
    guard = make_npc("prontera/Guard", map_name="prontera")
    monk = make_npc("payon/Monk", map_name="payon")
    shared(smith, "The well turned bitter.", Scope.TOWN, "prontera")
    [found] = recalled(guard, "What about the well?").memories
    assert found.shared and found.speaker == "other"
    assert texts(recalled(monk, "What about the well?")) == []


def test_a_faction_keeps_its_secret_from_whom_it_does_not_trust():
    spy = make_npc("prontera/Spy", faction="conspirators")
    guard = make_npc("prontera/Guard", faction="guards")
    nobody = make_npc("prontera/Nobody", faction="")
    shared(
        spy, "The gold is under the mill.", Scope.FACTION, "conspirators",
        sensitivity=Sensitivity.SECRET,
    )  # fmt: skip
    said = "Where is the gold?"
    assert texts(recalled(spy, said, opened=8)) == ["The gold is under the mill."]
    assert texts(recalled(spy, said, opened=5)) == []
    assert texts(recalled(guard, said, opened=10)) == []
    assert texts(recalled(nobody, said, opened=10)) == []
    plain = memory.search(spy.pk, 1, said, None, language="en", limit=5, now=NOW)
    assert plain == []


@pytest.mark.parametrize(
    "fields",
    [
        {"char_id": 5},
        {"player_name": "Aline"},
        {"speaker": Speaker.PLAYER},
        {"scope_key": ""},
        {"scope": Scope.PRIVATE},
    ],
)
def test_the_database_keeps_players_out_of_what_is_shared(fields):
    npc = make_npc()
    values = {
        "npc": npc, "char_id": 0, "player_name": "", "speaker": Speaker.OTHER, "text": "Gossip",
        "scope": Scope.TOWN, "scope_key": "prontera", "happened_at": NOW,
    } | fields  # fmt: skip
    with pytest.raises(IntegrityError, match="shared_of_nobody"), transaction.atomic():
        NpcMemory.objects.create(**values)


def test_what_is_shared_is_no_sign_of_having_met():
    npc = make_npc()
    shared(npc, "The well turned bitter.", Scope.TOWN, npc.map_name)
    assert memory.latest(npc.pk, 1, limit=5) == []
    assert not NpcMemory.objects.about(npc.pk, 0).exists()


def test_the_measurement_ranks_as_the_characters_do():
    """`memory_eval` builds its index of turns in memory, characters theirs of rows: same order."""
    npc = make_npc()
    lines = [
        "My sister is called Mira.", "I lost my copper key near Payon.", "Rain again today.",
        "Mira works in the tavern of Geffen.", "I sold the copper shield.", "Good evening.",
    ]  # fmt: skip
    at = timezone.now() - timedelta(days=30)
    for number, line in enumerate(lines):
        told(npc, line, happened_at=at + timedelta(days=number))
    history = {
        "id": "h",
        "sessions": [
            {
                "id": f"s{number}",
                "at": at + timedelta(days=number),
                "turns": [{"id": str(number), "speaker": "player", "text": line}],
            }
            for number, line in enumerate(lines)
        ],
        "questions": [
            {"id": str(number), "text": text, "at": at + timedelta(days=20)}
            for number, text in enumerate(
                ["Where did I lose the copper key?", "Where does my sister work?"]
            )
        ],
    }
    read = evaluation.History.model_validate(history)
    for _, found in evaluation.searched(read, None):
        rows = memory.rated(
            npc.pk, 1, found.asked.text, None, language="en", now=found.asked.at
        )  # fmt: skip
        assert [lines[int(one)] for one in found.ids] == [one.text for one, _ in rows]
