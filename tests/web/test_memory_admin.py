"""Memories in the server's admin: by words, by meaning, pruned, brought back."""

import uuid

import pytest
from django.utils import timezone

from inference import client as models
from npcs.models import MemoryUndo, NpcMemory
from tenants.context import in_tenant

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def pages(server):
    return f"{server.path}admin/npcs/npcmemory/"


@pytest.fixture
def memories(server, npc):
    def stored(text, char_id, name):
        return NpcMemory.objects.create(
            npc=npc,
            char_id=char_id,
            player_name=name,
            speaker="player",
            text=text,
            importance=3,
            happened_at=timezone.now(),
            embedding=models.embed_now([text])[0],
        )

    with in_tenant(server):
        return [stored("My dog is called Rex.", 1, "Aline"), stored("I sell apples.", 2, "Bruno")]


def test_the_nearest_in_meaning_comes_first(client, owner, pages, memories):
    client.force_login(owner)
    found = client.get(pages, {"q": "I sell apples.", "by": "meaning"})
    rows = found.context["cl"].result_list
    assert [row.text for row in rows] == ["I sell apples.", "My dog is called Rex."]
    assert rows[0].distance == pytest.approx(0, abs=1e-5)
    assert "1.00" in found.content.decode()


def test_a_search_by_words_finds_words(client, owner, pages, memories):
    client.force_login(owner)
    rows = client.get(pages, {"q": "apples"}).context["cl"].result_list
    assert [row.text for row in rows] == ["I sell apples."]


def test_without_the_encoder_a_search_by_meaning_says_so(
    client, owner, pages, memories, settings, tmp_path
):
    settings.INFERENCE_BACKEND = "remote"
    settings.INFERENCE_SOCKET = str(tmp_path / "nobody.sock")
    client.force_login(owner)
    page = client.get(pages, {"q": "apples", "by": "meaning"})
    assert "not possible now" in page.content.decode()


def test_pruning_shows_which_first_and_can_be_taken_back(client, owner, server, pages, memories):
    client.force_login(owner)
    shown = client.post(f"{pages}prune/", {"char_id": 1}).content.decode()
    assert "My dog is called Rex." in shown and "apples" not in shown
    with in_tenant(server):
        assert NpcMemory.objects.count() == 2
    client.post(f"{pages}prune/", {"char_id": 1, "confirmed": ""})
    with in_tenant(server):
        assert NpcMemory.objects.get().char_id == 2
        batch = MemoryUndo.objects.get().batch
    assert "char" in client.get(f"{pages}undo/").content.decode()
    client.post(f"{pages}undo/", {"batch": str(batch)})
    with in_tenant(server):
        assert NpcMemory.objects.count() == 2


@pytest.mark.parametrize(
    "said, answer",
    [({}, "at least one"), ({"npc": "no/body"}, "no such NPC"), ({"below": "11"}, "10")],
)
def test_pruning_says_what_is_wrong(client, owner, server, pages, memories, said, answer):
    client.force_login(owner)
    page = client.post(f"{pages}prune/", said | {"confirmed": ""}).content.decode()
    assert answer in page
    with in_tenant(server):
        assert NpcMemory.objects.count() == 2


def test_a_deleted_and_a_changed_memory_can_be_taken_back(client, owner, server, pages, memories):
    client.force_login(owner)
    client.post(f"{pages}{memories[0].pk}/delete/", {"post": "yes"})
    with in_tenant(server):
        assert NpcMemory.objects.count() == 1
        assert MemoryUndo.objects.get().by == "owner"


def test_viewers_neither_prune_nor_take_back(client, viewer, server, pages, memories):
    client.force_login(viewer)
    assert client.get(pages).status_code == 200
    assert client.post(f"{pages}prune/", {"char_id": 1, "confirmed": ""}).status_code == 403
    assert client.post(f"{pages}undo/", {"batch": str(uuid.uuid4())}).status_code == 403
    with in_tenant(server):
        assert NpcMemory.objects.count() == 2
