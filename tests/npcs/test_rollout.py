"""AI is switched on step by step, in the chosen order, and back."""

import pytest

from aiworld.errors import Conflict, Invalid
from npcs import rollout
from npcs.models import NpcPersonality
from tests.conftest import make_npc
from tests.web.rows import make_conversation

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def town():
    """Sixty NPCs on three maps, all off."""
    NpcPersonality.objects.bulk_create(
        NpcPersonality(key=f"{place}/N{at:02}", name=f"N{at:02}", map_name=place, ai_enabled=False)
        for place in ("alberta", "izlude", "prontera")
        for at in range(20)
    )
    return NpcPersonality.objects.all()


def names(npcs):
    return [npc.key for npc in npcs]


def test_the_steps_are_20_50_200_and_so_on(town):
    assert rollout.state() == rollout.State(on=0, total=60, next_step=20)
    rollout.step(20, "map", by="owner")
    assert rollout.state() == rollout.State(on=20, total=60, next_step=50)
    rollout.step(50, "map", by="owner")
    assert rollout.state() == rollout.State(on=50, total=60, next_step=60)


def test_the_preview_is_what_the_step_does(town):
    foreseen = set(names(rollout.next_ones(20, "map")))
    assert set(names(rollout.step(20, "map", by="owner"))) == foreseen
    assert foreseen == {f"alberta/N{at:02}" for at in range(20)}


def test_those_players_talked_to_most_come_first(town):
    favourite = town.get(key="prontera/N07")
    for _ in range(3):
        make_conversation(favourite, ("Hi", "Hello"), ("Bye", "Bye"))
    assert names(rollout.next_ones(1, "talked")) == ["prontera/N07"]


def test_or_those_on_the_busiest_maps(town):
    make_conversation(make_npc("izlude/On"), ("Hi", "Hello"))
    assert {npc.map_name for npc in rollout.next_ones(21, "busy")} == {"izlude"}


def test_a_step_can_be_bound_to_a_map(town):
    rollout.step(5, "map", by="owner", map_name="izlude")
    assert set(town.filter(ai_enabled=True).values_list("map_name", flat=True)) == {"izlude"}


def test_a_step_voids_replies_and_is_in_the_history(town):
    rollout.step(20, "map", by="owner")
    npc = town.get(key="alberta/N00")
    assert npc.version == 2
    last, before = npc.history.all()
    assert last.history_user == "owner" and last.ai_enabled and not before.ai_enabled
    assert last.history_change_reason.startswith("roll-out ")


def test_the_last_step_is_undone_and_then_the_one_before(town):
    rollout.step(20, "map", by="owner")
    rollout.step(50, "map", by="owner")
    name, number = rollout.latest()
    assert number == 30
    assert len(rollout.undo(name, by="editor")) == 30
    assert rollout.state().on == 20
    again, number = rollout.latest()
    assert number == 20 and again != name
    rollout.undo(again, by="editor")
    assert rollout.state().on == 0 and rollout.latest() is None


def test_undoing_leaves_alone_who_was_switched_off_meanwhile(town):
    rollout.step(20, "map", by="owner")
    town.filter(key="alberta/N00").update(ai_enabled=False)
    assert len(rollout.undo(rollout.latest()[0], by="owner")) == 19


def test_an_old_page_cannot_undo_another_step(town):
    rollout.step(20, "map", by="owner")
    old = rollout.latest()[0]
    rollout.step(50, "map", by="owner")
    with pytest.raises(Conflict):
        rollout.undo(old, by="owner")
    assert rollout.state().on == 50


def test_a_step_without_anybody_is_refused(town):
    town.update(ai_enabled=True)
    with pytest.raises(Invalid):
        rollout.step(60, "map", by="owner")
