"""Front page, health, errors, and what a browser is allowed to load."""

from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client

from tenants import health


def test_the_front_page_tells_a_guest_where_to_sign_in(servers, committed):
    page = Client().get("/").text
    assert 'href="/account/login/"' in page and 'href="/account/signup/"' in page


def test_the_front_page_lists_my_servers_and_no_others(server, other_server, owner, signed_in):
    page = signed_in(owner).get("/", follow=True).text
    assert f'href="{server.path}admin/"' in page and f'href="{server.path}live/"' in page
    assert other_server.name not in page


def test_the_operator_sees_every_server(server, other_server, operator, signed_in):
    page = signed_in(operator).get("/", follow=True).text
    assert server.name in page and other_server.name in page and 'href="/admin/"' in page


@pytest.mark.parametrize("path", ["/health", "/api/v1/health"])
def test_health_is_ok(servers, committed, path):
    response = Client().get(path)
    assert response.status_code == 200
    names = ("database", "cache", "live", "queue")
    assert response.json() == {"status": "ok", "checks": dict.fromkeys(names, "ok")}


def test_health_says_what_is_wrong_and_not_where(servers, committed, monkeypatch):
    def away():
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setitem(health.CHECKS, "database", away)
    response = Client().get("/health")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "OperationalError"
    assert "10.0.0.1" not in response.text


def test_health_does_not_wait_for_what_hangs(servers, committed, monkeypatch):
    stuck = SimpleNamespace(result=lambda timeout: (_ for _ in ()).throw(TimeoutError))
    pool = SimpleNamespace(submit=lambda *args: stuck)
    monkeypatch.setattr(health, "_threads", lambda: pool)
    assert Client().get("/health").json()["checks"]["database"] == "timeout"


def test_errors_say_the_next_step(servers, committed, client):
    response = client.get("/nowhere")
    assert response.status_code == 404 and "To your servers" in response.text
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/account/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403 and "load the page again" in response.text


def test_an_error_of_ours_has_a_page(servers, committed, monkeypatch):
    monkeypatch.setattr("tenants.views.render", lambda *args: 1 / 0)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500 and "Something went wrong here" in response.text


def test_our_pages_run_no_inline_script(server, owner, signed_in):
    client = signed_in(owner)
    for path in ("/", f"{server.path}live/", "/nowhere"):
        policy = client.get(path)["Content-Security-Policy"]
        assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    policy = client.get(f"{server.path}admin/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy


def test_a_page_of_a_server_leaves_the_next_request_alone(server, owner, signed_in):
    client = signed_in(owner)
    for _ in range(2):
        assert client.get(f"{server.path}live/").status_code == 200
        assert f'"{server.path}live/turns"' in client.get(f"{server.path}live/").text
