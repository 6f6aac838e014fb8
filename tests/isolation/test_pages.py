"""The owner of one server at every address of another: nothing of it is seen or changed."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tenants.context import in_tenant
from tenants.models import Membership, Role
from tests.isolation import doors

OF_A_SERVER = sorted(set(doors.routes("aiworld.urls_server")))
OF_THE_PLATFORM = sorted(set(doors.routes("aiworld.urls")))
PORTAL = [one for one in OF_THE_PLATFORM if one.startswith("servers/<slug:server_id>/")]
OPERATORS = [one for one in OF_THE_PLATFORM if one.startswith("admin/")]
REST = [one for one in OF_THE_PLATFORM if one.startswith("s/<slug:server_id>/api/v1/")]
WITH_A_KEY = [one for one in OF_THE_PLATFORM if one.startswith("api/v1/")]
OF_NO_SERVER = re.compile(
    r"$|account/|i18n/|login/$|logout/$|health$|robots\.txt$|(s/\[\^/\]\+/)\?api/|\(s/"
    r"|servers/$|servers/new/$|servers/jobs/|servers/invitations/"
)
"""Pages that show nothing of a server by an id in their address; jobs and invitations are attacked
by themselves below."""


@pytest.fixture
def attacked(other_server):
    return doors.with_canaries(other_server)


@pytest.fixture
def attacker(owner):
    client = Client(raise_request_exception=True)
    client.force_login(owner)
    return client


def tries(client, address, **posted):
    yield client.get(address)
    yield client.post(address, posted)


def nothing_of_it(answer):
    text = b"".join(answer) if answer.streaming else answer.content
    return doors.CANARY.encode() not in text


def selected(rows):
    return {
        "action": "delete_selected",
        "_selected_action": [row.pk for row in rows.values() if isinstance(row.pk, int)],
        "post": "yes",
        "confirmed": "",
        "apply": "",
    }


def test_every_address_belongs_to_a_kind_that_is_attacked_here():
    known = {*PORTAL, *OPERATORS, *REST, *WITH_A_KEY}
    unknown = [one for one in OF_THE_PLATFORM if one not in known and not OF_NO_SERVER.match(one)]
    assert unknown == [], "new addresses: attack them here"
    assert len(OF_A_SERVER) > 150 and len(PORTAL) > 20 and len(REST) > 20


def test_the_pages_of_another_server_open_to_nobody_from_here(
    attacker, owner, other_server, attacked
):
    before = doors.checksum(other_server)
    for route in OF_A_SERVER:
        address = other_server.path + doors.filled(route, doors.values_for(attacked))
        for answer in tries(attacker, address, **selected(attacked)):
            assert nothing_of_it(answer), address
            refused = answer.status_code in (403, 404, 405)
            to_the_door = answer.status_code == 302 and "login" in answer.url
            of_oneself = route.startswith(("i18n/", "admin/logout/"))
            assert refused or to_the_door or of_oneself, (address, answer.status_code)
        attacker.force_login(owner)  # one of the addresses signs out
    assert doors.checksum(other_server) == before


def test_ids_of_another_server_lead_nowhere_at_ones_own_address(
    attacker, owner, server, other_server, attacked
):
    before = doors.checksum(other_server)
    for route in OF_A_SERVER:
        address = server.path + doors.filled(route, doors.values_for(attacked))
        for answer in tries(attacker, address, **selected(attacked)):
            assert nothing_of_it(answer), address
            assert answer.status_code < 500, address
        attacker.force_login(owner)  # one of the addresses signs out
    assert doors.checksum(other_server) == before


def test_the_same_addresses_do_show_the_canary_to_its_own_staff(owner, other_server, attacked):
    Membership.objects.create(user=owner, server=other_server, role=Role.OWNER)
    client = Client()
    client.force_login(owner)
    shown = [
        route
        for route in OF_A_SERVER
        if "<path:object_id>/change/" in route
        and not nothing_of_it(
            client.get(other_server.path + doors.filled(route, doors.values_for(attacked)))
        )
    ]
    assert len(shown) >= 15


def test_the_portal_knows_no_server_that_is_somebody_elses(attacker, other_server):
    before = doors.public_rows(other_server)
    for route in PORTAL:
        bodies = []
        for server_id in (other_server.server_id, "server-0000000000000000"):

            def value(name, route, server_id=server_id):
                return {"server_id": server_id, "pk": 1}.get(name) or doors.values_for({})(
                    name, route
                )

            address = "/" + doors.filled(route, value)
            for answer in tries(attacker, address, name="x", role="owner", confirm="x"):
                assert answer.status_code in (404, 405), (address, answer.status_code)
                bodies.append(_bare(answer, server_id))
        half = len(bodies) // 2
        assert bodies[:half] == bodies[half:], f"{route} tells servers that exist from others"
    assert doors.public_rows(other_server) == before


def _bare(answer, server_id):
    text = answer.content.decode().replace(server_id, "")
    return answer.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", text)


def test_the_operators_pages_open_to_no_owner(attacker, server, other_server):
    for route in OPERATORS:
        value = {"object_id": other_server.pk}

        def fill(name, route, value=value):
            return value.get(name) or doors.values_for({})(name, route)

        address = "/" + doors.filled(route, fill)
        if "(" in address:
            continue  # the list of an app's models, by regular expression
        for answer in tries(attacker, address):
            rest = address.startswith("/admin/servers/")
            allowed = (302, 400, 401, 403, 404, 405, 415) if rest else (302, 403, 404, 405)
            assert answer.status_code in allowed, (address, answer.status_code)
            assert answer.status_code != 302 or "login" in answer.url or answer.url.endswith("/")
            assert other_server.server_id.encode() not in answer.content


def test_rest_by_session_knows_no_server_that_is_somebody_elses(attacker, other_server, attacked):
    before = doors.checksum(other_server)
    for route in REST:

        def value(name, route):
            if name == "server_id":
                return other_server.server_id
            return doors.FAR + 1

        address = "/" + doors.filled(route, value)
        for answer in tries(attacker, address):
            assert answer.status_code in (401, 403, 404, 405, 415), (address, answer.status_code)
            assert nothing_of_it(answer)
    assert doors.checksum(other_server) == before


def test_rest_by_key_finds_no_row_of_another_server(client, api_key, other_server, attacked):
    before = doors.checksum(other_server), doors.public_rows(other_server)
    ids = {row.pk for row in attacked.values() if isinstance(row.pk, int)}
    for route in WITH_A_KEY:
        if route.startswith("api/v1/servers/"):
            continue  # keys of the caller's own: tests/web/test_api_platform.py
        for pk in sorted(ids) if "<" in route else [0]:
            address = "/" + doors.PLACEHOLDER.sub(str(pk), route)
            for method in (client.get, client.patch, client.delete):
                answer = method(
                    address,
                    content_type="application/json",
                    headers={"authorization": f"Bearer {api_key}"},
                )
                # The detailed health of a test's machine may well be bad, and says so.
                unwell = address.endswith("/health/detailed") and answer.status_code == 503
                assert nothing_of_it(answer) and (unwell or answer.status_code < 500), address
    assert (doors.checksum(other_server), doors.public_rows(other_server)) == before


def test_a_schemas_name_is_no_way_in(attacker, server, other_server):
    for name in (
        other_server.schema_name,
        "public",
        "pg_catalog",
        f"{server.server_id}%2f..%2f{other_server.server_id}",
        server.server_id.upper(),
        f"{server.server_id}'",
        "server-%00",
    ):
        answer = attacker.get(f"/s/{name}/admin/")
        assert answer.status_code in (400, 404), name
        assert attacker.get(f"/servers/{name}/").status_code in (400, 404), name


def test_what_a_search_finds_is_ones_own(attacker, server, other_server, attacked, npc):
    with in_tenant(server):
        npc.memories.create(
            char_id=1,
            player_name="Aline",
            speaker="player",
            text="Mine.",
            happened_at=attacked["npcs.npcmemory"].happened_at,
            embedding=[0.0123456] * 384,
        )
    for query in ({"q": doors.CANARY}, {"q": doors.CANARY, "by": "meaning"}, {"q": "ill"}):
        answer = attacker.get(f"{server.path}admin/npcs/npcmemory/", query)
        assert answer.status_code == 200
        found = answer.context["cl"].result_list
        assert {row.npc_id for row in found} <= {npc.pk}
