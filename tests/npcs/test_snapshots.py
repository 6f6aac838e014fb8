"""A character goes back to what it was, exactly, and from there forward again."""

import pytest
from django.db import connection
from django.utils import timezone

from aiworld.errors import Invalid
from npcs import changes, snapshots
from npcs.models import NpcKnowledge, NpcMemory, NpcPersonality, NpcRelationship, NpcSnapshot
from tests.conftest import make_facts, make_npc
from tests.web.rows import VECTOR, make_conversation

pytestmark = pytest.mark.usefixtures("inside")
TABLES = ("npc_knowledge", "npc_memories", "npc_relationships")


def remember(npc, text, char_id=150_001, **fields):
    defaults = {"player_name": "Aline", "speaker": "player", "happened_at": timezone.now()}
    return NpcMemory.objects.create(npc=npc, char_id=char_id, text=text, **defaults | fields)


def state(npc):
    """Everything a snapshot holds, as PostgreSQL writes it, without the vectors."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT (to_jsonb(t) - 'embedding')::text FROM {table} t"
                " WHERE npc_id = %s ORDER BY id",
                [npc.pk],
            )
            found[table] = cursor.fetchall()
    row = NpcPersonality.objects.get(pk=npc.pk)
    return found | {"persona": [getattr(row, name) for name in changes.TRACKED]}


@pytest.fixture
def character(npc):
    friend = make_npc("prontera/Hedwig#inn", role="innkeeper")
    turn = make_conversation(npc, ("Hello", "Good day.")).turns.get()
    older = remember(npc, "My sister is ill", turn=turn, embedding=VECTOR, importance=6.7)
    newer = remember(npc, "My sister is well", request_id="r1", embedding=VECTOR)
    NpcMemory.objects.filter(pk=older.pk).update(superseded_by=newer)
    NpcRelationship.objects.create(npc=npc, char_id=150_001, player_name="Aline", trust=6.3)
    NpcRelationship.objects.create(npc=npc, other_npc=friend, bond=40)
    NpcKnowledge.objects.filter(npc=npc).update(embedding=VECTOR)
    npc.group, npc.openness = "smiths", 0.37
    npc.save()
    return npc


def spoil(npc):
    """Change, delete and add in every part."""
    facts = list(npc.knowledge.all())
    facts[0].delete()
    facts[1].text = "Something else altogether."
    facts[1].save()
    NpcKnowledge.objects.create(npc=npc, text="A new rumour.")
    NpcMemory.objects.filter(text="My sister is ill").delete()
    NpcMemory.objects.filter(text="My sister is well").update(importance=1)
    remember(npc, "I like fish", char_id=150_002, player_name="Bruno")
    NpcRelationship.objects.filter(char_id=150_001).update(trust=0.5)
    NpcRelationship.objects.create(npc=npc, char_id=150_002, player_name="Bruno")
    row = NpcPersonality.objects.get(pk=npc.pk)
    row.name, row.openness, row.ai_mode, row.x = "Nobody", 0.9, "budget", 3
    row.save()


def test_going_back_restores_every_column_of_every_part(character):
    before = state(character)
    taken = snapshots.take(character, label="good", made_by="owner")
    spoil(character)
    assert state(character) != before
    snapshots.roll_back(taken, by="owner")
    assert state(character) == before


def test_a_vector_stays_where_the_words_are_the_same_and_is_made_anew_elsewhere(character):
    taken = snapshots.take(character, label="good", made_by="owner")
    spoil(character)
    snapshots.roll_back(taken, by="owner")
    bare = character.knowledge.filter(embedding=None).values_list("text", flat=True)
    assert sorted(text.split()[1] for text in bare) == ["buy", "hid"], "deleted, and rewritten"
    assert character.knowledge.exclude(embedding=None).count() == 2


def test_going_back_is_undone_by_going_back_to_what_was_before_it(character):
    taken = snapshots.take(character, label="good", made_by="owner")
    spoil(character)
    spoilt = state(character)
    before = snapshots.roll_back(taken, by="editor")
    assert before.made_by == "editor" and "good" in before.label
    snapshots.roll_back(before, by="editor")
    assert state(character) == spoilt


def test_going_back_voids_replies_and_is_written_in_the_history(character):
    taken = snapshots.take(character, label="good", made_by="owner", parts=["knowledge"])
    version = NpcPersonality.objects.get(pk=character.pk).version
    snapshots.roll_back(taken, by="editor")
    assert NpcPersonality.objects.get(pk=character.pk).version > version
    last = NpcPersonality.history.filter(id=character.pk).first()
    assert (last.history_user, last.history_change_reason) == ("editor", "back to: good")


def test_only_the_chosen_parts_go_back(character):
    taken = snapshots.take(character, label="good", made_by="owner")
    spoil(character)
    spoilt = state(character)
    snapshots.roll_back(taken, by="owner", parts=["persona"])
    after = state(character)
    assert after["persona"] != spoilt["persona"]
    assert after["npc_memories"] == spoilt["npc_memories"]


def test_other_characters_are_left_alone(character):
    other = make_npc("prontera/Corwin#town")
    remember(other, "Aline owes me a beer")
    NpcKnowledge.objects.create(npc=other, text="The well is deep.")
    before = state(other)
    taken = snapshots.take(character, label="good", made_by="owner")
    spoil(character)
    snapshots.roll_back(taken, by="owner")
    assert state(other) == before


def test_what_pointed_at_rows_that_are_gone_comes_back_without_it(character):
    taken = snapshots.take(character, label="good", made_by="owner")
    character.conversations.all().delete()
    NpcPersonality.objects.filter(name="Hedwig").delete()
    snapshots.roll_back(taken, by="owner")
    assert character.memories.get(text="My sister is ill").turn is None
    assert character.relationships.filter(other_npc__isnull=False).count() == 0


def test_a_column_that_came_later_gets_its_default(character):
    taken = snapshots.take(character, label="good", made_by="owner")
    for row in taken.data["memories"]:
        del row["importance"]
    taken.save()
    snapshots.roll_back(taken, by="owner")
    assert set(character.memories.values_list("importance", flat=True)) == {3.0}


def test_too_much_is_refused_and_nothing_is_kept(character, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_ROWS", 1)
    with pytest.raises(Invalid, match="Leave the memories out"):
        snapshots.take(character, label="x", made_by="owner")
    monkeypatch.setattr(snapshots, "MOST_ROWS", 5000)
    monkeypatch.setattr(snapshots, "MOST_BYTES", 100)
    with pytest.raises(Invalid):
        snapshots.take(character, label="x", made_by="owner")
    with pytest.raises(Invalid):
        snapshots.take(character, label="x", made_by="owner", parts=["everything"])
    assert not NpcSnapshot.objects.exists()


def test_the_oldest_snapshots_make_room(character, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_SNAPSHOTS", 3)
    for label in "abcde":
        snapshots.take(character, label=label, made_by="owner", parts=["persona"])
    assert list(NpcSnapshot.objects.values_list("label", flat=True)) == ["e", "d", "c"]


def test_what_was_heard_comes_back_only_if_it_is_still_where_it_began(npc):
    ana, ben = make_npc("payon/Ana"), make_npc("payon/Ben")
    [kept], [gone] = make_facts(ana, "The bridge fell on Tuesday."), make_facts(ben, "A ship sank.")
    for root in (kept, gone):
        NpcKnowledge.objects.create(npc=npc, text=root.text, root=root, origin="heard", hops=1)
    snapshot = snapshots.take(npc, label="x", made_by="gm", parts=["knowledge"])
    gone.delete()
    NpcKnowledge.objects.filter(npc=npc).delete()
    snapshots.roll_back(snapshot, by="gm")
    heard = NpcKnowledge.objects.filter(npc=npc, root__isnull=False)
    assert [fact.root for fact in heard] == [kept]


def test_a_snapshot_from_before_a_text_column_was_there_can_be_gone_back_to(npc):
    snapshot = snapshots.take(npc, label="x", made_by="gm", parts=["knowledge"])
    for row in snapshot.data["knowledge"]:
        del row["condition"], row["may_spread"], row["attribution"]
    snapshot.save()
    snapshots.roll_back(snapshot, by="gm")
    assert {(fact.condition, fact.may_spread) for fact in npc.knowledge.all()} == {("", True)}
