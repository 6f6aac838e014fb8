"""Who may open what."""

import pytest
from django.test import Client

from tenants.context import in_tenant
from tests.conftest import make_npc

PAGES = ("admin/", "admin/npcs/npcpersonality/", "live/", "live/turns")


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_is_sent_to_the_login_and_back(server, page):
    response = Client().get(server.path + page)
    assert response.status_code == 302
    assert response["Location"].startswith(f"{server.path}admin/login/?next={server.path}")


@pytest.mark.parametrize("page", (*PAGES[2:], "admin/login/"))
def test_a_stranger_is_refused_in_words(server, stranger, signed_in, page):
    response = signed_in(stranger).get(server.path + page)
    assert response.status_code == 403
    assert "not a member of this server" in response.text


def log_in(client, address, name):
    """As a browser does: whatever page asks for it, the form is allauth's."""
    way = client.get(address, follow=True).redirect_chain
    login = way[-1][0] if way else address
    assert login.startswith("/account/login/?next=")
    fields = {"login": name, "password": "correct horse battery"}
    return client.post(login, fields, follow=True)


def test_a_stranger_who_signs_in_ends_at_the_refusal(server, stranger):
    response = log_in(Client(), f"{server.path}admin/", "stranger")
    assert response.status_code == 403
    assert "not a member" in response.text


def test_a_member_signs_in_without_being_django_staff(server, owner):
    response = log_in(Client(), f"{server.path}admin/", "owner")
    assert response.status_code == 200
    assert response.redirect_chain == [(f"{server.path}admin/", 302)]


def test_a_login_does_not_lead_to_another_site(server, owner):
    for login in ("/login/", "/account/login/", "/admin/login/", f"{server.path}admin/login/"):
        response = log_in(Client(), f"{login}?next=https://evil.example/", "owner")
        assert response.redirect_chain == [("/", 302), ("/servers/", 302)]


def test_an_owner_is_a_stranger_on_another_server(other_server, owner, signed_in):
    assert signed_in(owner).get(f"{other_server.path}live/").status_code == 403


def test_rows_of_another_server_cannot_be_reached(
    server, other_server, npc, other_npc, owner, signed_in
):
    client, base = signed_in(owner), f"{server.path}admin/"
    beyond = other_npc.pk + 500
    for place in (
        f"npcs/npcpersonality/{beyond}/change/",
        f"npcs/npcpersonality/{beyond}/history/",
    ):
        assert "Torvald" not in client.get(base + place, follow=True).text
    assert "Torvald" not in client.get(f"{base}npcs/npcpersonality/").text
    found = client.get(
        f"{base}autocomplete/?app_label=npcs&model_name=npcmemory&field_name=npc&term=t"
    )
    assert "Torvald" not in found.text and "Brannoc" in found.text
    assert client.get(f"{base}npcs/npcpersonality/?_to_field=map_name").status_code == 400


def test_the_same_id_is_another_row_on_another_server(
    server, other_server, npc, owner, operator, signed_in
):
    """Both servers number their NPCs alike; only the path says whose is meant."""
    with in_tenant(other_server):
        make_npc("alberta/Torvald", id=npc.pk)
    address = f"admin/npcs/npcpersonality/{npc.pk}/change/"
    assert "Torvald" not in signed_in(owner).get(server.path + address).text
    assert "Torvald" in signed_in(operator).get(other_server.path + address).text


def test_a_viewer_reads_and_changes_nothing(server, npc, viewer, signed_in):
    client, base = signed_in(viewer), f"{server.path}admin/npcs/npcpersonality/"
    page = client.get(f"{base}{npc.pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert client.post(f"{base}{npc.pk}/change/", {"name": "Hacked"}).status_code == 403
    assert client.post(f"{base}{npc.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{base}add/", {"name": "Hacked"}).status_code == 403
    client.post(base, {"action": "disable_ai", "_selected_action": [npc.pk]})
    client.post(base, {"action": "delete_selected", "_selected_action": [npc.pk], "post": "yes"})
    with in_tenant(server):
        npc.refresh_from_db()
    assert npc.name == "Brannoc" and npc.ai_enabled


def test_djangos_own_permissions_open_nothing(server, stranger, signed_in):
    stranger.is_staff = True
    stranger.save()
    assert signed_in(stranger).get(f"{server.path}admin/login/").status_code == 403
    assert signed_in(stranger).get("/admin/login/").status_code == 403
    assert signed_in(stranger).get("/admin/").status_code == 302


def test_a_suspended_server_has_no_pages(server, owner, signed_in):
    server.status = server.Status.SUSPENDED
    server.save()
    response = signed_in(owner).get(f"{server.path}admin/")
    assert response.status_code == 404
    assert "suspended" in response.text


def test_a_path_that_is_no_server_is_not_found():
    assert Client().get("/s/server-../admin/").status_code == 404
    assert Client().get("/s/public/admin/").status_code == 404
