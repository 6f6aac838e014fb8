"""Who may open which page of the portal."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

TABS = ("server", "settings", "members", "keys", "usage", "audit", "export")


def of(name, server):
    return reverse(f"portal:{name}", args=[server.server_id])


@pytest.mark.parametrize("tab", TABS)
def test_a_guest_is_sent_to_the_login_and_back(server, tab):
    response = Client().get(of(tab, server))
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={of(tab, server)}")


@pytest.mark.parametrize("tab", TABS)
def test_a_stranger_learns_nothing_not_even_that_the_server_exists(server, as_stranger, tab):
    here, nowhere = of(tab, server), of(tab, server).replace(server.server_id, "server-" + "0" * 16)
    of_another, of_none = as_stranger.get(here), as_stranger.get(nowhere)
    assert of_another.status_code == of_none.status_code == 404
    assert server.name not in of_another.text
    sent = as_stranger.post(here, {}).status_code, as_stranger.post(nowhere, {}).status_code
    assert sent in {(404, 404), (405, 405)}


@pytest.mark.parametrize("tab", TABS)
def test_an_owner_opens_every_tab_and_no_cache_keeps_it(server, as_role, tab):
    response = as_role("owner").get(of(tab, server))
    assert response.status_code == 200
    assert server.name in response.text
    assert "no-store" in response["Cache-Control"]


def test_a_role_that_is_not_enough_is_told_which_one_is_and_whom_to_ask(server, owner, as_role):
    response = as_role("viewer").post(of("settings", server), {})
    assert response.status_code == 403
    for word in ("Admin", "Viewer", owner.username):
        assert word in response.text
