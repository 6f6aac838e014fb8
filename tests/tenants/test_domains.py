"""A server on a host name of its own."""

import pytest

from tenants import domains
from tenants.models import ServerDomain

HOST = "midgard.example.org"


@pytest.fixture
def host(server, settings):
    settings.SERVER_HOSTS = True
    settings.ALLOWED_HOSTS = ["testserver", ".example.org"]
    ServerDomain.objects.create(domain=HOST, tenant=server, is_primary=True)
    domains.forget()
    yield HOST
    ServerDomain.objects.all().delete()
    domains.forget()


def test_a_servers_pages_are_at_the_root_of_its_host(client, owner, host, npc):
    client.force_login(owner)
    page = client.get("/admin/npcs/npcpersonality/", headers={"host": host})
    assert "Brannoc" in page.content.decode()
    assert f'href="/admin/npcs/npcpersonality/{npc.pk}/change/' in page.content.decode()
    assert client.get("/live/", headers={"host": f"{host}:8000"}).status_code == 200
    assert "Live" in client.get("/", headers={"host": host}).content.decode()


def test_the_same_pages_stay_at_its_path(client, owner, host, server, npc):
    client.force_login(owner)
    for name in (host, "testserver"):
        page = client.get(f"{server.path}admin/npcs/npcpersonality/", headers={"host": name})
        assert f"{server.path}admin/npcs/npcpersonality/{npc.pk}/" in page.content.decode()


def test_a_host_opens_its_own_server_and_no_other(client, stranger, owner, host, other_server):
    client.force_login(stranger)
    assert client.get("/admin/", headers={"host": host}, follow=True).status_code == 403
    client.force_login(owner)
    elsewhere = client.get(f"{other_server.path}admin/", headers={"host": host}, follow=True)
    assert elsewhere.status_code == 403


def test_any_other_host_is_the_platforms(client, operator, host):
    client.force_login(operator)
    page = client.get("/admin/tenants/server/", headers={"host": "www.example.org"})
    assert page.status_code == 200


def test_hosts_mean_nothing_unless_the_operator_wants_them(client, operator, host, settings):
    settings.SERVER_HOSTS = False
    client.force_login(operator)
    assert client.get("/admin/tenants/server/", headers={"host": host}).status_code == 200
    settings.SERVER_HOSTS = True
    assert client.get("/admin/tenants/server/", headers={"host": host}).status_code == 404


def test_the_operator_sets_host_names_on_the_servers_page(client, operator, host, server):
    client.force_login(operator)
    page = client.get(f"/admin/tenants/server/{server.pk}/change/").content.decode()
    assert HOST in page
