"""Staff let NPCs forget, and can take it back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from aiworld.errors import Conflict, Invalid, NotFound
from npcs import pruning
from npcs.models import MemoryUndo, NpcMemory
from npcs.pruning import Which
from tests.conftest import make_npc

NOW = timezone.now()


@pytest.fixture
def torvald(inside):
    return make_npc("alberta/Torvald")


def remembered(npc, text, char_id=1, **fields):
    defaults = {"player_name": "Aline", "speaker": "player", "happened_at": NOW}
    return NpcMemory.objects.create(npc=npc, char_id=char_id, text=text, **defaults | fields)


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM npc_memories ORDER BY id")
        return cursor.fetchall()


def test_what_was_pruned_comes_back_as_it_was(torvald):
    first = remembered(torvald, "My dog is Rex.", embedding=[0.6] + [0.0] * 382 + [0.8])
    second = remembered(torvald, "My dog is Max.", importance=7)
    first.superseded_by = second
    first.save()
    before = stored()
    batch, number = pruning.prune(Which(char_id=1).rows(), by="gm", reason="char 1")
    assert number == 2 and stored() == []
    assert pruning.undo(batch) == 2
    assert stored() == before


def test_a_memory_takes_those_along_that_it_had_replaced(torvald):
    newest = remembered(torvald, "I live in Payon.")
    middle = remembered(torvald, "I live in Geffen.", superseded_by=newest)
    remembered(torvald, "I live in Izlude.", superseded_by=middle)
    kept = remembered(torvald, "I have a sister.")
    _, number = pruning.prune(NpcMemory.objects.filter(pk=newest.pk), by="gm", reason="")
    assert number == 3
    assert NpcMemory.objects.get() == kept


@pytest.mark.parametrize(
    "which, left",
    [
        ({"char_id": 1}, {"other"}),
        ({"below": 5.0}, {"dear", "other"}),
        ({"before": NOW - timedelta(days=1)}, {"dear", "dull", "other"}),
        ({"map_name": "alberta", "kind": "event"}, {"dear", "dull", "old", "other"}),
        (
            {"char_id": 1, "below": 5.0, "before": NOW - timedelta(days=1)},
            {"dear", "dull", "other"},
        ),
        ({"map_name": "payon"}, {"dear", "dull", "old", "other"}),
    ],
)
def test_only_what_fits_all_that_is_said_is_pruned(torvald, which, left):
    remembered(torvald, "dear", importance=8)
    remembered(torvald, "dull", importance=2)
    remembered(torvald, "old", importance=2, happened_at=NOW - timedelta(days=30))
    remembered(torvald, "other", char_id=2, importance=9)
    pruning.prune(Which(**which).rows(), by="gm", reason="")
    assert set(NpcMemory.objects.values_list("text", flat=True)) == left


def test_saying_nothing_prunes_nothing(torvald):
    with pytest.raises(Invalid, match="at least one"):
        Which().rows()


def test_too_many_at_once_are_refused_and_all_stay(torvald, monkeypatch):
    monkeypatch.setattr(pruning, "MOST", 2)
    for at in range(3):
        remembered(torvald, f"number {at}")
    with pytest.raises(Invalid, match="more than 2"):
        pruning.prune(Which(char_id=1).rows(), by="gm", reason="")
    assert NpcMemory.objects.count() == 3 and not MemoryUndo.objects.exists()


def test_a_change_is_taken_back(torvald):
    memory = remembered(torvald, "My dog is Rex.", embedding=[1.0] + [0.0] * 383)
    before = stored()
    batch = pruning.note_edit(memory, by="gm")
    memory.text, memory.embedding = "My cat is Rex.", None
    memory.save()
    assert pruning.undo(batch) == 1
    assert stored() == before


def test_what_was_taken_back_cannot_be_taken_back_again(torvald):
    remembered(torvald, "My dog is Rex.")
    batch, _ = pruning.prune(Which(char_id=1).rows(), by="gm", reason="")
    pruning.undo(batch)
    with pytest.raises(NotFound):
        pruning.undo(batch)


def test_a_memory_of_an_npc_that_is_gone_stays_gone(torvald):
    remembered(torvald, "My dog is Rex.")
    batch, _ = pruning.prune(Which(char_id=1).rows(), by="gm", reason="")
    torvald.delete()
    assert pruning.undo(batch) == 0


def test_a_memory_that_was_stored_again_is_not_made_twice(torvald):
    remembered(torvald, "My dog is Rex.", request_id="r1")
    batch, _ = pruning.prune(Which(char_id=1).rows(), by="gm", reason="")
    remembered(torvald, "My dog is Rex.", request_id="r1")
    with pytest.raises(Conflict, match="again"):
        pruning.undo(batch)
    assert NpcMemory.objects.count() == 1


def test_the_list_of_what_can_be_taken_back_forgets_after_a_week(torvald):
    remembered(torvald, "My dog is Rex.")
    remembered(torvald, "My cat is Mia.")
    batch, _ = pruning.prune(Which(char_id=1).rows(), by="gm", reason="player 1")
    [one] = pruning.batches()
    assert (one["batch"], one["number"], one["by"], one["reason"]) == (batch, 2, "gm", "player 1")
    MemoryUndo.objects.update(created_at=NOW - timedelta(days=8))
    assert pruning.batches() == []
    assert pruning.forget_old() == 2
