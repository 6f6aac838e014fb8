"""Packs, rumours, conditions and golden conversations in the server's admin."""

import pytest

from npcs import golden, gossip
from npcs.models import GoldenConversation, GoldenRun, KnowledgePack, NpcKnowledge
from tenants.context import in_tenant
from tests.conftest import make_facts, make_npc
from tests.web.rows import make_conversation

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def pages(server):
    return f"{server.path}admin/npcs/"


@pytest.fixture
def rumour(server, npc):
    with in_tenant(server):
        [root] = make_facts(npc, "The <b>bridge</b> fell in the storm of Tuesday.")
        gossip.tell(root, make_npc("prontera/Hedwig#inn"))
        return root


@pytest.fixture
def kept(server, npc):
    with in_tenant(server):
        talk = make_conversation(npc, ("Where is your iron from?", "From the mine at Mjolnir."))
        talk.language = "en"
        talk.save()
    return talk


def test_a_pack_is_made_and_taken_along(client, owner, server, npc, pages):
    client.force_login(owner)
    fact = {
        "facts-0-topic": "iron", "facts-0-text": "Iron is dear.", "facts-0-sensitivity": "0",
        "facts-0-condition": 'weather == "rain"', "facts-0-is_active": "on",
    }  # fmt: skip
    form = {"facts-TOTAL_FORMS": "1", "facts-INITIAL_FORMS": "0", "name": "smiths"}
    client.post(
        f"{pages}knowledgepack/add/",
        fact | form | {"role": npc.role, "is_active": "on", "attribution": "Every smith knows"},
    )
    with in_tenant(server):
        pack = KnowledgePack.objects.get()
        assert list(pack.npcs()) == [npc]
        assert pack.facts.get().condition == 'weather == "rain"'
    page = client.get(f"{pages}knowledgepack/{pack.pk}/change/").content.decode()
    assert npc.name in page
    written = client.get(f"{pages}knowledgepack/{pack.pk}/export/").content.decode()
    assert "Iron is dear." in written and "attribution: Every smith knows" in written


def test_a_condition_that_cannot_be_read_is_refused_with_the_reason(client, owner, npc, pages):
    client.force_login(owner)
    page = client.post(
        f"{pages}npcknowledge/add/",
        {
            "npc": npc.pk, "text": "It rains.", "sensitivity": "0", "position": "1",
            "condition": "wether == 1",
        },
    ).content.decode()  # fmt: skip
    assert "there is no variable" in page


def test_the_way_of_a_rumour_is_drawn_and_told_and_can_be_stopped(
    client, owner, server, pages, rumour
):
    client.force_login(owner)
    assert "Rumours and their ways" in client.get(f"{pages}informationsharing/").content.decode()
    assert (
        f"rumours/{rumour.pk}/"
        in client.get(f"{pages}informationsharing/rumours/").content.decode()
    )
    where = f"{pages}informationsharing/rumours/{rumour.pk}/"
    page = client.get(where).content.decode()
    assert "<svg" in page and "Hedwig" in page and "&lt;b&gt;" in page
    client.post(where, {"stop": ""})
    with in_tenant(server):
        assert not NpcKnowledge.objects.get(root=rumour).is_active


def test_a_viewer_looks_at_rumours_and_stops_none(client, viewer, pages, rumour):
    client.force_login(viewer)
    where = f"{pages}informationsharing/rumours/{rumour.pk}/"
    assert "Stop this rumour" not in client.get(where).content.decode()
    assert client.post(where, {"stop": ""}).status_code == 403


def test_a_stranger_sees_no_rumour(client, stranger, pages, rumour):
    client.force_login(stranger)
    page = client.get(f"{pages}informationsharing/rumours/{rumour.pk}/", follow=True)
    assert page.status_code == 403
    assert "bridge" not in page.content.decode()


def test_a_talk_is_kept_by_one_click_and_run_by_another(client, owner, server, npc, pages, kept):
    client.force_login(owner)
    page = client.get(f"{pages}conversation/{kept.pk}/change/").content.decode()
    assert "Keep as golden conversation" in page
    shown = client.post(f"{pages}conversation/{kept.pk}/golden/", follow=True).content.decode()
    assert "It is kept" in shown
    client.post(f"{pages}npcpersonality/{npc.pk}/golden/", {"all": ""})
    with in_tenant(server):
        run = GoldenRun.objects.get()
        golden.perform(run.pk)
    shown = client.get(f"{pages}npcpersonality/{npc.pk}/golden/").content.decode()
    assert "From the mine at Mjolnir." in shown
    assert "passed" in shown or "failed" in shown


def test_a_viewer_keeps_and_runs_none(client, viewer, server, npc, pages, kept):
    client.force_login(viewer)
    assert client.post(f"{pages}conversation/{kept.pk}/golden/").status_code == 403
    assert client.post(f"{pages}npcpersonality/{npc.pk}/golden/").status_code == 403
    assert client.get(f"{pages}npcpersonality/{npc.pk}/golden/").status_code == 200
    with in_tenant(server):
        assert not GoldenConversation.objects.exists()


def test_an_example_is_shown_and_then_taken(client, owner, server, pages):
    client.force_login(owner)
    shown = client.post(f"{pages}exchangeupload/add/", {"example": "thorne"}, follow=True)
    assert "I read every paper twice." in shown.content.decode()
