from datetime import timedelta

import pytest
from django.utils import timezone

from npcs import consolidation, crossing, memory, pruning, tasks
from npcs.junk import junk
from npcs.models import Conversation, ConversationTurn, NpcMemory
from npcs.models.memory import Scope
from npcs.scales import Sensitivity, Speaker
from tenants.context import in_schema, in_tenant
from tenants.models import Membership, Role
from tests.conftest import make_npc

NOW = timezone.now()


def told(npc, text, *, days=0.0, char_id=1, **fields):
    values = {
        "npc": npc, "char_id": char_id, "player_name": "Aline", "speaker": Speaker.PLAYER,
        "text": text, "happened_at": NOW - timedelta(days=days),
    } | fields  # fmt: skip
    return NpcMemory.objects.create(**values)


def shared(npc, text, **fields):
    values = {
        "char_id": 0, "player_name": "", "speaker": Speaker.OTHER, "scope": Scope.TOWN,
        "scope_key": npc.map_name,
    } | fields  # fmt: skip
    return told(npc, text, **values)


def live(npc, char_id=1):
    return set(NpcMemory.objects.about(npc.pk, char_id).values_list("text", flat=True))


@pytest.mark.usefixtures("inside")
def test_doubles_are_set_aside_and_point_to_what_stays():
    npc = make_npc()
    old = told(npc, "My sister is ill.", days=3, importance=7)
    new = told(npc, "my sister is ill", days=1, importance=5)
    assert consolidation.consolidate(npc.pk, 1, now=NOW).set_aside == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.superseded_by_id, new.importance) == (new.pk, 7)
    assert consolidation.consolidate(npc.pk, 1, now=NOW) == consolidation.Done()


@pytest.mark.usefixtures("inside")
def test_what_fades_is_forgotten_and_can_be_brought_back():
    npc = make_npc()
    told(npc, "The road is muddy.", days=90, importance=2)
    told(npc, "My sister is ill.", days=90, importance=7)
    told(npc, "I keep the ring for you.", days=90, importance=2, speaker=Speaker.NPC)
    assert consolidation.consolidate(npc.pk, 1, now=NOW).forgotten == 1
    assert live(npc) == {"My sister is ill.", "I keep the ring for you."}
    [batch] = pruning.batches()
    pruning.undo(batch["batch"])
    assert "The road is muddy." in live(npc)


@pytest.mark.usefixtures("inside")
def test_one_npc_keeps_so_much_of_one_player_and_no_more(settings):
    settings.MEMORY_CAP_PER_PLAYER = 3
    npc = make_npc()
    for number in range(6):
        told(npc, f"I found {number} red herbs.", importance=3 + number / 2)
    assert consolidation.consolidate(npc.pk, 1, now=NOW).forgotten == 3
    assert live(npc) == {f"I found {number} red herbs." for number in (3, 4, 5)}


@pytest.mark.usefixtures("inside")
def test_an_npc_keeps_so_much_of_all(settings):
    settings.MEMORY_CAP_PER_NPC = 4
    npc = make_npc()
    for char_id in range(1, 8):
        told(npc, "I am here.", char_id=char_id, importance=char_id)
    consolidation.tidy_up(until=float("inf"))
    assert NpcMemory.objects.filter(npc=npc).count() == 4
    assert live(npc, 7) and not live(npc, 1)


@pytest.mark.usefixtures("inside")
def test_a_reflection_says_where_it_is_from_and_is_replaced_by_a_fuller_one():
    npc = make_npc()
    for day in (4, 3, 2):
        told(npc, f"My sister came by, day {day}.", days=day, importance=6)
    assert consolidation.consolidate(npc.pk, 1, now=NOW).noticed == 1
    first = NpcMemory.objects.get(kind=NpcMemory.Kind.REFLECTION)
    assert len(first.drawn_from) == 3 and "sister" in first.text
    assert consolidation.consolidate(npc.pk, 1, now=NOW).noticed == 0
    told(npc, "My sister left.", days=1, importance=6)
    assert consolidation.consolidate(npc.pk, 1, now=NOW).noticed == 1
    first.refresh_from_db()
    assert len(first.superseded_by.drawn_from) == 4


@pytest.mark.usefixtures("inside")
def test_reflections_are_no_matter_for_reflections_and_are_not_quoted():
    npc = make_npc()
    for day in (9, 8, 7):
        told(
            npc, "Aline has spoken of this on 3 days: sister.", days=day, importance=7,
            speaker=Speaker.NPC, kind=NpcMemory.Kind.REFLECTION,
        )  # fmt: skip
    assert consolidation.consolidate(npc.pk, 1, now=NOW) == consolidation.Done()
    found = memory.search(npc.pk, 1, "my sister", None, language="en", limit=3, now=NOW)
    assert found and all(one.noticed for one in found)
    assert memory.latest(npc.pk, 1, limit=5) == []


@pytest.mark.usefixtures("inside")
def test_shared_memories_are_left_alone():
    npc = make_npc()
    shared(npc, "The well is bitter.", days=400, importance=1)
    shared(npc, "The well is bitter.", days=300, importance=1)
    assert consolidation.pairs(NOW) == []


@pytest.mark.usefixtures("inside")
def test_the_junk_rate_counts_doubles_echoes_and_nothings():
    npc = make_npc()
    assert junk().rate == 0
    talk = Conversation.objects.create(
        npc=npc, char_id=1, player_name="Aline", map_name="prontera", language="en",
        started_at=NOW, last_turn_at=NOW,
    )  # fmt: skip
    turns = [
        ConversationTurn.objects.create(
            conversation=talk, player_text="x", npc_text=text, intent="statement",
            emotion="neutral", trust=2, trust_change=0, source="composer", latency_ms=1,
            request_id=text, created_at=NOW,
        )
        for text in ("Your sister Mira is very ill.", "Hm.")
    ]  # fmt: skip
    told(npc, "your sister mira is very ill", turn=turns[1])
    told(npc, "I live in Payon.")
    told(npc, "i live in payon.")
    told(npc, "!!")
    other = make_npc("payon/Other")
    told(other, "I live in Geffen.")
    found = junk(npc.pk)
    assert (found.looked_at, found.repeated, found.empty, found.echoed) == (4, 1, 1, 1)
    assert found.rate == 0.75
    assert junk().looked_at == 5


def test_the_night_tidies_every_server(server, other_server):
    for one in (server, other_server):
        with in_tenant(one):
            npc = make_npc()
            told(npc, "My sister is ill.", days=2)
            told(npc, "My sister is ill.", days=1)
    assert tasks.consolidate_memories()["set_aside"] == 2


def owned_by(person, *servers):
    with in_schema():
        for one in servers:
            Membership.objects.create(user=person, server=one, role=Role.OWNER)


def test_what_a_town_knows_reaches_the_owners_other_servers_if_that_is_on(
    server, other_server, django_user_model, settings
):
    with in_tenant(server):
        npc = make_npc(map_name="prontera")
        shared(npc, "The well is bitter.")
        shared(npc, "A secret.", sensitivity=Sensitivity.SECRET)
        shared(npc, "Of the faction.", scope=Scope.FACTION, scope_key="guards")
        told(npc, "My sister is ill.")
    with in_tenant(other_server):
        make_npc(map_name="prontera")
    with in_schema():
        person = django_user_model.objects.create_user("two-servers")
    assert tasks.cross_memories() == 0
    settings.ENABLE_CROSS_SERVER_MEMORY = True
    assert tasks.cross_memories() == 0  # nobody owns both
    owned_by(person, server, other_server)
    assert tasks.cross_memories() == 1
    assert tasks.cross_memories() == 0
    with in_tenant(other_server):
        assert [row.text for row in NpcMemory.objects.all()] == ["The well is bitter."]
    with in_tenant(server):
        assert NpcMemory.objects.count() == 4
    assert crossing.siblings(server)[0].pk == other_server.pk
    with in_tenant(server):
        NpcMemory.objects.filter(text="The well is bitter.").update(sensitivity=Sensitivity.SECRET)
    assert tasks.cross_memories() == 0
    with in_tenant(other_server):
        assert not NpcMemory.objects.exists(), "what is no longer for everybody comes back"
