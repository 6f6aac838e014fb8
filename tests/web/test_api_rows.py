"""Rows over REST: what is told, to whom, in which pages, and what may be changed."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import agents.api
import npcs.api
import quests.api
import tenants.api
import world.api
from npcs.models import NpcKnowledge, NpcMemory, NpcPersonality
from tenants.context import in_schema, in_tenant
from tenants.models import Membership, Role
from tests.conftest import make_facts, make_npc
from tests.web.rows import VECTOR, fill
from world.models import FactionNode, PlayerProfile, ReputationScore

ROUTES = [
    route
    for app in (npcs.api, world.api, quests.api, agents.api, tenants.api)
    for route in app.ROUTES
]
FLAT = [(prefix, view) for prefix, view in ROUTES if "<" not in prefix]
PREFIXES = [prefix for prefix, _ in FLAT]
EDITABLE = {
    "npcs": {"background": "x"},
    "knowledge": {"text": "x"},
    "knowledge-packs": {"attribution": "x"},
    "factions": {"name": "x"},
    "events": {"title": "x"},
    "quest-templates": {"title": "x"},
}


def by_key(key, **headers):
    return Client(headers={"Authorization": f"Bearer {key}", **headers})


@pytest.fixture
def api(api_key):
    return by_key(api_key)


@pytest.fixture
def rows(server, npc):
    with in_tenant(server):
        return fill(npc)


@pytest.fixture
def other_rows(other_server, other_npc):
    with in_tenant(other_server):
        # Ids of its own: a row of the first server cannot be mistaken for one of these.
        with connection.cursor() as cursor:
            for view in (view for _, view in FLAT if view is not tenants.api.Keys):
                table = view.queryset.model._meta.db_table
                if view.queryset.model._meta.pk.get_internal_type() == "BigAutoField":
                    cursor.execute(
                        f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))"
                        " FROM generate_series(1, 3000)"
                    )
        npc = make_npc("geffen/Torvald#2")
        make_facts(npc, "A fact of the other server.")
        return fill(npc)


def pages(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def patch(client, path, body):
    return client.patch(path, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_list_has_its_rows_and_each_can_be_read(api, rows, prefix):
    found = pages(api.get(f"/api/v1/{prefix}"))
    assert found
    first = found[0]
    one = api.get(f"/api/v1/{prefix}/{_id(first)}")
    assert one.status_code == 200 and one.json() == first


def _id(row):
    return next(row[name] for name in ("id", "char_id", "name") if name in row)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_vector_leaves_the_house(api, rows, prefix):
    text = api.get(f"/api/v1/{prefix}").text
    assert "embedding" not in text and str(VECTOR[0]) not in text


@pytest.mark.parametrize("prefix, view", FLAT, ids=PREFIXES)
def test_ids_of_another_server_are_not_found(api, rows, other_rows, prefix, view):
    foreign = other_rows.get(view.queryset.model)
    if view is tenants.api.Keys:
        with in_schema():
            foreign = view.queryset.exclude(prefix__in=_own_prefixes(api)).get()
    if foreign.pk in _own_ids(view, rows):
        pytest.skip("players have the ids of their game server")
    path = f"/api/v1/{prefix}/{foreign.pk}"
    expected = api.get(f"/api/v1/{prefix}/999999999").json()["detail"]
    for method in ("GET", "PATCH", "DELETE"):
        response = api.generic(method, path, "{}", content_type="application/json")
        assert response.status_code in (404, 405), (method, response.content)
        assert str(foreign) not in response.text
    assert api.get(path).json()["detail"] == expected


def _own_prefixes(api):
    return [row["prefix"] for row in pages(api.get("/api/v1/keys"))]


def _own_ids(view, rows):
    row = rows.get(view.queryset.model)
    return [row.pk] if row else []


def test_turns_of_another_servers_conversation_are_not_found(api, rows, other_rows):
    foreign = next(row for kind, row in other_rows.items() if kind.__name__ == "Conversation")
    assert api.get(f"/api/v1/conversations/{foreign.pk}/turns").status_code == 404


def test_turns_belong_to_their_conversation(api, rows):
    talk = next(row for kind, row in rows.items() if kind.__name__ == "Conversation")
    [turn] = pages(api.get(f"/api/v1/conversations/{talk.pk}/turns"))
    assert turn["player_text"] == "Good day!"


def test_a_key_sees_its_own_server_alone(api, other_key, rows, other_npc):
    assert {row["name"] for row in pages(api.get("/api/v1/npcs"))} == {"Brannoc", "Hedwig"}
    assert {row["name"] for row in pages(by_key(other_key).get("/api/v1/npcs"))} == {"Torvald"}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_nobody_reads_without_a_key(rows, prefix):
    response = Client().get(f"/api/v1/{prefix}")
    assert response.status_code == 401 and "API key" in response.json()["detail"]
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_key_nobody_knows_is_refused(servers, committed):
    response = by_key("sk-000000000000-no").get("/api/v1/npcs")
    assert response.status_code == 401 and "unknown API key" in response.json()["detail"]


def test_the_older_header_is_understood(rows, api_key):
    assert Client(headers={"x-api-key": api_key}).get("/api/v1/npcs").status_code == 200


def test_two_different_keys_are_refused(rows, api_key, other_key):
    client = by_key(api_key, **{"x-api-key": other_key})
    assert client.get("/api/v1/npcs").status_code == 401


def test_a_contradicting_server_id_is_refused_as_an_unknown_one(rows, api_key, other_server):
    def asked(server_id):
        response = by_key(api_key, **{"x-server-id": server_id}).get("/api/v1/npcs")
        return response.status_code, response.json()["detail"]

    assert asked(other_server.server_id) == asked("server-0000000000000000")
    assert asked(other_server.server_id)[0] == 403


def at(server_id, path="npcs"):
    return f"/s/{server_id}/api/v1/{path}"


def test_a_key_at_another_servers_address_finds_none(rows, api, other_server):
    foreign, unknown = api.get(at(other_server.server_id)), api.get(at("server-0000000000000000"))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["detail"] == unknown.json()["detail"]


def test_a_member_reads_by_session_at_the_servers_address(rows, server, viewer, signed_in):
    assert pages(signed_in(viewer).get(at(server.server_id)))


def test_a_stranger_and_an_unknown_server_get_the_same_answer(rows, server, stranger, signed_in):
    client = signed_in(stranger)
    real, none = client.get(at(server.server_id)), client.get(at("server-0000000000000000"))
    assert real.status_code == none.status_code == 404
    assert real.json()["detail"] == none.json()["detail"]


def test_a_session_is_no_key(rows, owner, signed_in):
    assert signed_in(owner).get("/api/v1/npcs").status_code == 401


@pytest.mark.parametrize("prefix", EDITABLE)
@pytest.mark.parametrize("role, allowed", [(Role.VIEWER, 403), (Role.EDITOR, 200)])
def test_viewers_look_and_editors_change(rows, server, stranger, signed_in, prefix, role, allowed):
    Membership.objects.create(user=stranger, server=server, role=role)
    client = signed_in(stranger)
    first = pages(client.get(at(server.server_id, prefix)))[0]
    response = patch(client, at(server.server_id, f"{prefix}/{first['id']}"), EDITABLE[prefix])
    assert response.status_code == allowed, response.content


@pytest.mark.parametrize(
    "prefix", ["knowledge", "knowledge-packs", "factions", "events", "quest-templates"]
)
def test_a_viewer_adds_and_deletes_nothing(rows, server, viewer, signed_in, prefix):
    client = signed_in(viewer)
    path = at(server.server_id, prefix)
    assert client.post(path, {}, content_type="application/json").status_code == 403
    first = pages(client.get(path))[0]
    assert client.delete(f"{path}/{first['id']}").status_code == 403


def test_a_session_needs_the_csrf_token_to_change(rows, server, owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    first = pages(client.get(at(server.server_id)))[0]
    response = patch(client, at(server.server_id, f"npcs/{first['id']}"), {"background": "x"})
    assert response.status_code == 403 and "CSRF" in response.json()["detail"]


def test_a_persona_is_changed_marked_and_attributed(api, server, rows):
    npc = rows[NpcPersonality]
    before = pages(api.get("/api/v1/npcs"))[0]
    changed = patch(api, f"/api/v1/npcs/{npc.pk}", {"background": "A quiet man.", "openness": 0.9})
    assert changed.status_code == 200
    told = changed.json()
    assert told["background"] == "A quiet man." and told["edited_by_staff"] is True
    assert told["version"] > before["version"]
    with in_tenant(server):
        assert npc.history.first().history_user_id.startswith("API key ")


@pytest.mark.parametrize(
    "field, value",
    [("version", 99), ("key", "a/b"), ("id", 5), ("nmae", "x"), ("edited_by_staff", True)],
)
def test_what_cannot_be_set_is_refused_by_name(api, server, rows, field, value):
    npc = rows[NpcPersonality]
    response = patch(api, f"/api/v1/npcs/{npc.pk}", {field: value, "background": "x"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == f"#/{field}"
    with in_tenant(server):
        npc.refresh_from_db()
    assert npc.background == ""


def test_knowledge_is_written_changed_and_deleted(api, server, rows):
    npc = rows[NpcPersonality]
    body = {"npc": npc.pk, "text": "The mayor is ill.", "sensitivity": 5}
    made = api.post("/api/v1/knowledge", body, content_type="application/json")
    assert made.status_code == 201 and made.json()["origin"] == "staff"
    path = f"/api/v1/knowledge/{made.json()['id']}"
    assert patch(api, path, {"sensitivity": 8}).json()["sensitivity"] == 8
    assert patch(api, path, {"npc": npc.pk}).status_code == 400
    assert api.delete(path).status_code == 204
    with in_tenant(server):
        assert not NpcKnowledge.objects.filter(text="The mayor is ill.").exists()


def test_knowledge_of_a_pack_is_written_and_a_condition_has_to_be_one(api, server, rows):
    made = api.post(
        "/api/v1/knowledge-packs",
        {"name": "smiths", "role": "blacksmith"},
        content_type="application/json",
    )
    assert made.status_code == 201
    body = {"pack": made.json()["id"], "text": "Iron is dear.", "condition": "hour >= 20"}
    fact = api.post("/api/v1/knowledge", body, content_type="application/json")
    assert fact.status_code == 201 and fact.json()["npc"] is None
    path = f"/api/v1/knowledge/{fact.json()['id']}"
    refused = patch(api, path, {"condition": "our >= 20"})
    assert refused.status_code == 400 and "no variable" in refused.content.decode()
    again = api.post("/api/v1/knowledge-packs", {"name": "smiths"}, content_type="application/json")
    assert again.status_code == 409


def test_knowledge_of_nobody_at_all_is_refused(api, rows):
    response = api.post("/api/v1/knowledge", {"text": "x"}, content_type="application/json")
    assert response.status_code == 400 and response.json()["errors"][0]["pointer"] == "#/npc"


def test_knowledge_of_nobody_is_not_found(api, rows):
    body = {"npc": 999_999, "text": "x"}
    response = api.post("/api/v1/knowledge", body, content_type="application/json")
    assert response.status_code == 404 and response.json()["errors"][0]["pointer"] == "#/npc"


def test_a_memory_is_forgotten(api, server, rows):
    memory = rows[NpcMemory]
    assert api.delete(f"/api/v1/memories/{memory.pk}").status_code == 204
    with in_tenant(server):
        assert not NpcMemory.objects.filter(pk=memory.pk).exists()


def test_memories_of_one_npc_and_player(api, rows):
    npc = rows[NpcPersonality].pk
    assert pages(api.get(f"/api/v1/memories?npc={npc}&char_id=150001"))
    assert not pages(api.get(f"/api/v1/memories?npc={npc}&char_id=150002"))


def test_a_failed_change_leaves_nothing(api, server, rows):
    body = {"key": "smiths", "name": "Again", "kind": "guild"}
    response = api.post("/api/v1/factions", body, content_type="application/json")
    assert response.status_code == 409
    body = {"key": "a", "name": "A", "kind": "guild", "parent": "nobody"}
    assert api.post("/api/v1/factions", body, content_type="application/json").status_code == 404


def test_a_faction_cannot_be_part_of_itself(api, rows):
    [faction] = pages(api.get("/api/v1/factions"))
    response = patch(api, f"/api/v1/factions/{faction['id']}", {"parent": faction["key"]})
    assert response.status_code == 400


def test_pages_follow_each_other_without_gap_or_repeat(api, server, npc):
    with in_tenant(server):
        make_facts(npc, *(f"Fact {n}" for n in range(11)), topic="many")
    seen, path = [], "/api/v1/knowledge?page_size=4&ordering=updated_at"
    while path:
        page = api.get(path).json()
        assert len(page["results"]) <= 4
        seen += [row["id"] for row in page["results"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == 15


@pytest.mark.parametrize(
    "query, code",
    [
        ("page_size=0", 400), ("page_size=201", 400), ("page_size=x", 400), ("page_size=1e2", 400),
        ("ordering=embedding", 400), ("ordering=npc__name", 400), ("cursor=x", 404),
        ("cursor=WyItcGsiLCAwLCAwXQ==", 404), ("ai_enabled=maybe", 400), ("nmae=x", 400),
        ("role=", 400), ("role=a&role=b", 400), ("=x", 400), ("search=%00", 400),
    ],
)  # fmt: skip
def test_parameters_that_are_wrong_are_named(api, rows, query, code):
    response = api.get(f"/api/v1/npcs?{query}")
    assert response.status_code == code
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_filters_and_search_narrow(api, rows):
    def names(query):
        return [row["name"] for row in pages(api.get(f"/api/v1/npcs?{query}"))]

    assert names("search=hed") == ["Hedwig"]
    assert names("role=innkeeper&ai_enabled=true") == ["Hedwig"]
    assert names("ordering=-name") == ["Hedwig", "Brannoc"]


@pytest.mark.parametrize("prefix, view", FLAT, ids=PREFIXES)
def test_orderings_are_columns_that_are_never_null(prefix, view):
    model = view.queryset.model
    for ordering in view.orderings:
        name = ordering.lstrip("-")
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        assert not field.null, ordering


@pytest.mark.parametrize("prefix", ["npcs", "knowledge", "conversations", "reputation", "factions"])
def test_more_rows_cost_no_more_statements(api, server, rows, prefix):
    def statements():
        with CaptureQueriesContext(connection) as found:
            assert pages(api.get(f"/api/v1/{prefix}"))
        return len(found)

    api.get(f"/api/v1/{prefix}")  # the key is looked up
    few = statements()
    with in_tenant(server):
        more(rows)
    assert statements() <= few <= 6


def more(rows):
    """Some more of everything that shows another row beside itself."""
    parent = rows[FactionNode]
    for n in range(5):
        npc = make_npc(f"prontera/Extra{n}")
        make_facts(npc, "A fact.")
        talk = rows[next(kind for kind in rows if kind.__name__ == "Conversation")]
        talk.pk, talk.npc = None, npc
        talk.save()
        faction = FactionNode.objects.create(key=f"f{n}", name="F", kind="guild", parent=parent)
        player = PlayerProfile.objects.create(char_id=n, name="P")
        ReputationScore.objects.create(player=player, faction=faction)
