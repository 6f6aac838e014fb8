"""What staff change reaches the game: versions grow, imports keep their hands off."""

import pytest

from npcs.models import NpcKnowledge, NpcPersonality
from tenants.context import in_tenant
from tests.web.rows import VECTOR, fill


@pytest.fixture
def client(owner, signed_in):
    return signed_in(owner)


@pytest.fixture
def base(server):
    return f"{server.path}admin/npcs/"


def form_of(response):
    """What a browser would send back."""
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        data |= {management[name].html_name: management[name].value() for name in management.fields}
        for row in inline.formset.initial_forms:
            data |= {row[name].html_name: row[name].value() for name in row.fields}
    return {
        name: "" if value is None else value for name, value in data.items() if value is not False
    }


@pytest.fixture
def address(base, npc):
    return f"{base}npcpersonality/{npc.pk}/change/"


def test_a_changed_trait_is_saved_and_marked_as_staffs(server, npc, client, address):
    form = form_of(client.get(address))
    response = client.post(address, form | {"openness": "0.9"})
    assert response.status_code == 302
    with in_tenant(server):
        stored = NpcPersonality.objects.get(pk=npc.pk)
    assert (stored.openness, stored.edited_by_staff) == (0.9, True)
    assert stored.version > npc.version


def test_moving_an_npc_is_not_editing_its_persona(server, npc, client, address):
    form = form_of(client.get(address))
    client.post(address, form | {"x": "10"})
    with in_tenant(server):
        stored = NpcPersonality.objects.get(pk=npc.pk)
    assert (stored.x, stored.edited_by_staff) == (10, False)


def test_changed_words_lose_their_vector_and_others_keep_it(server, npc, client, address):
    with in_tenant(server):
        NpcKnowledge.objects.update(embedding=VECTOR)
        changed, kept = npc.knowledge.all()[:2]
    form = form_of(client.get(address))
    at = next(name for name, value in form.items() if value == changed.text)
    client.post(address, form | {at: "I buy my iron in Payon now."})
    with in_tenant(server):
        changed.refresh_from_db()
        kept.refresh_from_db()
        version = NpcPersonality.objects.get(pk=npc.pk).version
    assert changed.text == "I buy my iron in Payon now." and changed.embedding is None
    assert kept.embedding is not None
    assert version > npc.version


def test_one_of_two_hundred_facts_is_changed_on_its_page(server, npc, client, address):
    with in_tenant(server):
        NpcKnowledge.objects.bulk_create(
            NpcKnowledge(npc=npc, text=f"Fact {n}.", position=10 + n) for n in range(196)
        )
    page = client.get(f"{address}?knowledge-page=10")
    form = form_of(page)
    last = next(name for name, value in form.items() if value == "Fact 195.")
    client.post(f"{address}?knowledge-page=10", form | {last: "The last fact."})
    with in_tenant(server):
        texts = list(npc.knowledge.values_list("text", flat=True))
    assert len(texts) == 200 and texts[-1] == "The last fact." and texts[-2] == "Fact 194."


@pytest.mark.parametrize("action", ["delete_selected", "deactivate", "activate"])
def test_a_bulk_action_on_knowledge_voids_cached_replies(server, npc, client, base, action):
    with in_tenant(server):
        chosen = list(npc.knowledge.values_list("pk", flat=True)[:2])
        version = NpcPersonality.objects.get(pk=npc.pk).version
    form = {"action": action, "_selected_action": chosen, "post": "yes"}
    assert client.post(f"{base}npcknowledge/", form).status_code == 302
    with in_tenant(server):
        assert NpcPersonality.objects.get(pk=npc.pk).version > version
        left = npc.knowledge.filter(pk__in=chosen)
        assert left.count() == (0 if action == "delete_selected" else 2)
        assert all(fact.is_active == (action == "activate") for fact in left)


@pytest.mark.parametrize("enabled", [True, False])
def test_ai_is_switched_for_the_selected_npcs(server, npc, client, base, enabled):
    with in_tenant(server):
        NpcPersonality.objects.update(ai_enabled=not enabled)
        version = NpcPersonality.objects.get(pk=npc.pk).version
    form = {"action": "enable_ai" if enabled else "disable_ai", "_selected_action": [npc.pk]}
    assert "1 NPC" in client.post(f"{base}npcpersonality/", form).text, "it asks first"
    with in_tenant(server):
        assert NpcPersonality.objects.get(pk=npc.pk).version == version
    client.post(f"{base}npcpersonality/", form | {"post": "yes"})
    with in_tenant(server):
        stored = NpcPersonality.objects.get(pk=npc.pk)
    assert stored.ai_enabled == enabled and stored.version > version


def test_an_npc_with_a_past_can_be_deleted(server, npc, client, base):
    with in_tenant(server):
        fill(npc)
    address = f"{base}npcpersonality/{npc.pk}/delete/"
    assert "Conversations: 1" in client.get(address).text
    client.post(address, {"post": "yes"})
    with in_tenant(server):
        assert not NpcPersonality.objects.filter(pk=npc.pk).exists()


def test_a_key_without_a_map_is_explained(client, base):
    page = client.get(f"{base}npcpersonality/add/")
    form = form_of(page) | {"key": "Guard", "name": "Guard", "map_name": "prontera"}
    assert "Write the map, a slash" in client.post(f"{base}npcpersonality/add/", form).text


def test_a_conversation_reads_like_a_chat(server, npc, client, base):
    with in_tenant(server):
        fill(npc)
        talk = npc.conversations.get()
        talk.turns.update(player_text="<script>alert(1)</script>")
    page = client.get(f"{base}conversation/{talk.pk}/change/").text
    assert "Good day to you, traveller." in page
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
