"""REST about the platform and about a server by itself: registration, rotation, health, metrics,
problems, limits, other origins, the schema and its page."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from aiworld.rest.problems import KINDS, problem_of
from npcs.api.characters import Npcs
from npcs.models import NpcMemory, NpcPersonality
from npcs.tasks import measure_junk
from tenants import api_keys, health, idempotency, registration
from tenants.api_access import PublicView
from tenants.context import in_schema, in_tenant
from tenants.diagnosis import services
from tenants.models import ApiKey, AuditEntry, IdempotentRequest, Membership, Server
from tenants.provisioning import provision

ROOT = Path(__file__).parents[2]
ASKED = {
    "server_name": "Asgard",
    "contact_email": "odin@example.org",
    "billing_tier": "free",
    "max_concurrent_npcs": 100,
    "rate_limit_per_minute": 600,
}
REGISTER = ["/api/v1/servers/register", "/admin/servers/register"]
ROTATE = ["/api/v1/servers/rotate-keys", "/admin/servers/rotate-keys"]


@pytest.fixture
def anybody(servers, committed):
    return Client(enforce_csrf_checks=True)


def post(client, path, body, **headers):
    return client.post(path, body, content_type="application/json", headers=headers)


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("path", REGISTER)
def test_registration_has_the_known_shape(anybody, path):
    response = post(anybody, path, ASKED)
    assert response.status_code == 201, response.content
    told = response.json()
    token = told["server_id"].removeprefix("server-")
    assert told == {
        "message": "Server registered.",
        "server_id": f"server-{token}",
        "api_key": told["api_key"],
        "schema_name": f"server_{token}",
        "warning": told["warning"],
        "max_concurrent_npcs": 100,
        "rate_limit_per_minute": 600,
    }
    assert told["api_key"].startswith("sk-") and "shown" in told["warning"]
    assert anybody.get("/api/v1/npcs", headers=bearer(told["api_key"])).json()["results"] == []


def test_name_and_address_are_enough(anybody):
    least = {name: ASKED[name] for name in ("server_name", "contact_email")}
    assert post(anybody, REGISTER[0], least).json()["max_concurrent_npcs"] == 500


def test_the_contact_is_invited_to_own_the_server(anybody, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    post(anybody, REGISTER[0], ASKED)
    [sent] = mail.outbox
    assert sent.to == ["odin@example.org"] and "/servers/invitations/" in sent.body


@pytest.mark.parametrize(
    "wrong, status",
    [
        ({"server_name": ""}, 400),
        ({"server_name": "\u202eevil"}, 400),
        ({"contact_email": "nobody"}, 400),
        ({"billing_tier": "gold"}, 400),
        ({"max_concurrent_npcs": 501}, 403),
        ({"max_concurrent_npcs": "100"}, 400),
        ({"schema_name": "public"}, 400),
        ({"is_admin": True}, 400),
    ],
)
def test_a_registration_that_is_wrong_makes_nothing(anybody, wrong, status):
    before = Server.objects.count()
    response = post(anybody, REGISTER[0], ASKED | wrong)
    assert response.status_code == status
    assert response.json()["errors"][0]["pointer"] == f"#/{next(iter(wrong))}"
    assert Server.objects.count() == before


def test_a_taken_name_is_a_conflict(anybody, server):
    assert post(anybody, REGISTER[0], ASKED | {"server_name": server.name}).status_code == 409


def test_a_tier_of_the_operators_cannot_be_chosen(anybody, settings):
    settings.OPEN_TIERS = ["free"]
    assert post(anybody, REGISTER[0], ASKED | {"billing_tier": "premium"}).status_code == 403


def test_registration_can_be_closed(anybody, settings):
    settings.REGISTRATION_OPEN = False
    response = post(anybody, REGISTER[0], ASKED)
    assert response.status_code == 403 and "closed" in response.json()["detail"]


def test_an_address_registers_so_many_servers_an_hour(anybody, settings):
    settings.REGISTRATIONS_PER_ADDRESS_PER_HOUR = 1
    assert post(anybody, REGISTER[0], ASKED).status_code == 201
    response = post(anybody, REGISTER[0], ASKED | {"server_name": "Vanaheim"})
    assert response.status_code == 429 and int(response["Retry-After"]) > 60


def test_all_addresses_together_register_so_many(anybody, settings):
    settings.REGISTRATIONS_PER_HOUR = 0
    assert post(anybody, REGISTER[0], ASKED).status_code == 429


def test_a_full_installation_takes_no_more(anybody, settings):
    settings.MAX_SERVERS_SUPPORTED = 2
    assert post(anybody, REGISTER[0], ASKED).status_code == 429


def test_a_repeated_registration_makes_one_server_and_tells_the_same_key(anybody):
    key = str(uuid.uuid4())
    first, again = (post(anybody, REGISTER[0], ASKED, **{"Idempotency-Key": key}) for _ in range(2))
    assert first.json() == again.json() and again.status_code == 201
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first


def test_another_request_with_the_same_key_is_a_conflict(anybody):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    post(anybody, REGISTER[0], ASKED, **headers)
    other = post(anybody, REGISTER[0], ASKED | {"server_name": "Else"}, **headers)
    assert other.status_code == 409 and "another request" in other.json()["detail"]


def test_a_secret_is_kept_ten_minutes_and_only_for_who_has_the_key(anybody):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    told = post(anybody, REGISTER[0], ASKED, **headers).json()
    row = IdempotentRequest.objects.get()
    assert told["api_key"].encode() not in bytes(row.answer)
    assert headers["Idempotency-Key"].encode() not in bytes(row.key_digest)
    row.answer_until = timezone.now() - timedelta(seconds=1)
    row.save()
    late = post(anybody, REGISTER[0], ASKED, **headers)
    assert late.status_code == 409 and "no longer kept" in late.json()["detail"]
    assert Server.objects.filter(name="Asgard").count() == 1


def test_what_failed_may_be_tried_again_with_the_same_key(anybody, settings):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    settings.REGISTRATION_OPEN = False
    assert post(anybody, REGISTER[0], ASKED, **headers).status_code == 403
    settings.REGISTRATION_OPEN = True
    assert post(anybody, REGISTER[0], ASKED, **headers).status_code == 201


def test_a_short_idempotency_key_is_refused(anybody):
    assert post(anybody, REGISTER[0], ASKED, **{"Idempotency-Key": "1"}).status_code == 400


def test_a_repeated_change_is_done_once(anybody, server, npc, api_key):
    headers = bearer(api_key) | {"Idempotency-Key": str(uuid.uuid4())}
    body = {"npc": npc.pk, "text": "Said once."}
    ids = {post(anybody, "/api/v1/knowledge", body, **headers).json()["id"] for _ in range(3)}
    assert len(ids) == 1
    with in_tenant(server):
        assert npc.knowledge.filter(text="Said once.").count() == 1


def test_old_answers_are_forgotten(anybody, server, npc, api_key):
    body = {"npc": npc.pk, "text": "Said."}
    for _ in range(2):
        headers = bearer(api_key) | {"Idempotency-Key": str(uuid.uuid4())}
        post(anybody, "/api/v1/knowledge", body, **headers)
        IdempotentRequest.objects.update(created_at=timezone.now() - idempotency.KEPT * 2)
    assert IdempotentRequest.objects.count() == 1


@pytest.mark.parametrize("path", ROTATE)
def test_rotation_gives_a_new_key_and_leaves_the_old_one_a_while(anybody, path):
    key = post(anybody, REGISTER[0], ASKED).json()["api_key"]
    told = post(anybody, path, {}, **bearer(key)).json()
    assert told["api_key"] != key and told["old_key_works_until"]
    for each in (key, told["api_key"]):
        assert anybody.get("/api/v1/server", headers=bearer(each)).status_code == 200


def test_rotation_without_overlap_ends_the_old_key(anybody):
    key = post(anybody, REGISTER[0], ASKED).json()["api_key"]
    post(anybody, ROTATE[0], {"overlap": "now"}, **bearer(key))
    api_keys.forget_all()
    assert anybody.get("/api/v1/server", headers=bearer(key)).status_code == 401


def test_rotation_of_another_servers_keys_is_refused_as_of_an_unknown_one(
    anybody, api_key, other_server
):
    answers = [
        post(anybody, ROTATE[0], {"server_id": server_id}, **bearer(api_key))
        for server_id in (other_server.server_id, "server-0000000000000000")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_an_expiring_key_is_not_rotated_again(anybody):
    key = post(anybody, REGISTER[0], ASKED).json()["api_key"]
    post(anybody, ROTATE[0], {}, **bearer(key))
    assert post(anybody, ROTATE[0], {}, **bearer(key)).status_code == 409


def test_keys_are_listed_without_themselves(anybody, api_key, other_key):
    response = anybody.get("/api/v1/keys", headers=bearer(api_key))
    [row] = response.json()["results"]
    assert row["prefix"] in api_key and api_key not in response.text
    assert other_key.split("-")[1] not in response.text


def old(made, **fields):
    Server.objects.filter(pk=made.server.pk).update(
        created_at=timezone.now() - timedelta(days=8), **fields
    )


@pytest.fixture
def registered(servers, committed):
    def make(name):
        return registration.register(
            {"name": name, "contact_email": "a@example.org", "billing_tier": "free"},
            address="127.0.0.1",
            link=None,
        )

    return make


def test_servers_that_nobody_used_are_removed_and_no_others(registered, stranger):
    unused, fresh, greeted, called, owned = map(registered, ["A", "B", "C", "D", "E"])
    made_by_staff = provision(name="F", contact_email="a@example.org")
    for made in (unused, called, owned, made_by_staff):
        old(made)
    old(greeted, last_handshake_at=timezone.now())
    ApiKey.objects.filter(server=called.server).update(last_used_at=timezone.now())
    Membership.objects.create(user=stranger, server=owned.server, role="owner")
    assert registration.remove_unclaimed() == 1
    left = set(Server.objects.values_list("name", flat=True))
    assert {"B", "C", "D", "E", "F"} <= left and "A" not in left
    assert AuditEntry.objects.filter(server_public_id=unused.server.server_id).exists()


def test_detailed_health_tells_operators_what_to_do(anybody, monkeypatch, settings):
    settings.DIAGNOSES = ["tenants.diagnosis.services.find"]

    def away():
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setitem(health.CHECKS, "cache", away)
    near = anybody.get("/api/v1/health/detailed")
    far = anybody.get("/api/v1/health/detailed", REMOTE_ADDR="203.0.113.9")
    assert near.status_code == far.status_code == 503
    [wrong] = [each for each in near.json()["findings"] if each["outcome"] != "ok"]
    assert wrong["check"] == "cache" and "REDIS_URL" in wrong["advice"]
    assert near.json()["status"] == "failing" and wrong["state"] == "failing"
    assert far.json() == {"status": "failing"} and "10.0.0.1" not in near.text


def test_every_check_has_advice():
    assert set(health.CHECKS) == set(services.ADVICE) == set(services.LOOKS)


def test_a_warning_does_not_take_the_platform_out_of_service(anybody, settings):
    settings.DIAGNOSES = ["tenants.diagnosis.room.find"]
    settings.MAX_SERVERS_SUPPORTED = 1
    told = anybody.get("/api/v1/health/detailed")
    assert told.status_code == 200 and told.json()["status"] == "warning"


def test_metrics_are_for_operators(anybody, settings, api_key):
    settings.METRICS_TOKEN = "a token for prometheus"
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert anybody.get("/api/v1/metrics", **far).status_code == 403
    assert anybody.get("/api/v1/metrics", headers=bearer(api_key), **far).status_code == 403
    allowed = anybody.get("/api/v1/metrics", headers=bearer(settings.METRICS_TOKEN), **far)
    assert allowed.status_code == 200 and 'aiworld_servers{status="active"} 2' in allowed.text


def test_what_a_proxy_forwards_is_not_local(anybody):
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert anybody.get("/api/v1/metrics", headers=headers).status_code == 403


def test_metrics_tell_of_no_single_server(anybody, server):
    text = anybody.get("/api/v1/metrics").text
    assert server.server_id not in text and server.name not in text
    assert all(line.startswith(("#", "aiworld_")) for line in text.splitlines())


def test_metrics_tell_how_much_junk_is_remembered_on_all_servers(
    anybody, server, other_server, npc, other_npc
):
    assert "aiworld_memories" not in anybody.get("/api/v1/metrics").text
    for where, whose in ((server, npc), (other_server, other_npc)):
        with in_tenant(where):
            for text in ("My sister is ill.", "My sister is ill.", "?!"):
                NpcMemory.objects.create(
                    npc=whose, char_id=1, player_name="A", text=text, speaker="player",
                    happened_at=timezone.now(),
                )  # fmt: skip
    assert measure_junk.apply().get() == 6
    text = anybody.get("/api/v1/metrics").text
    assert (
        "aiworld_memories_looked_at 6\n" in text and "aiworld_memories_junk_ratio 0.66666" in text
    )


def test_info_says_what_is_spoken(anybody):
    told = anybody.get("/api/v1/info").json()
    assert told["protocol_version"] >= 1 and "Dialogue.Talk" in told["features"]


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v2/npcs", "/s/x/api/v1/nothing", "/api/"]
)
def test_an_unknown_address_is_a_problem_and_no_page(anybody, path):
    response = anybody.get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["instance"] == path


@pytest.mark.parametrize("kind", KINDS)
def test_every_problems_type_leads_to_its_meaning(anybody, kind):
    told = anybody.get(f"/api/v1/problems/{kind}").json()
    assert told["status"] == KINDS[kind].status and told["meaning"]


def test_a_wrong_method_is_told_which_there_are(anybody):
    response = anybody.put("/api/v1/npcs")
    assert response.status_code == 405 and response.json()["type"].endswith("/wrong-method")
    assert "GET" in response["Allow"] and "PUT" not in response["Allow"]


def test_other_media_are_refused(anybody, api_key):
    response = anybody.post("/api/v1/knowledge", {"text": "x"}, headers=bearer(api_key))
    assert response.status_code == 415 and response.json()["type"].endswith("/wrong-media-type")


@pytest.mark.parametrize(
    "body",
    ["{", '{"a": NaN}', '{"a": 1, "a": 2}', '{"text": "\\u0000"}', '{"text": "\\ud800"}', "\xff",
     "[" * 5000, '{"a":' * 30 + "1" + "}" * 30, "[]", "7"],
)  # fmt: skip
def test_bodies_that_are_no_request_are_refused(anybody, api_key, body):
    response = anybody.post(
        "/api/v1/knowledge",
        body.encode("latin-1"),
        content_type="application/json",
        headers=bearer(api_key),
    )
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_body_is_bounded(anybody, api_key, settings):
    settings.REST_MAX_BODY_BYTES = 100
    response = post(anybody, "/api/v1/knowledge", {"text": "x" * 200}, **bearer(api_key))
    assert response.status_code == 413


def test_a_fault_of_ours_tells_nothing_of_the_inside(anybody, monkeypatch, caplog):
    def broken():
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("tenants.api.platform.health.checks", broken)
    response = anybody.get("/api/v1/health")
    assert response.status_code == 500 and "hunter2" not in response.text
    assert response.json()["type"].endswith("/internal") and "hunter2" in caplog.text


def test_a_database_that_is_away_is_not_the_callers_fault():
    problem = problem_of(OperationalError("connection to 10.0.0.1 refused"))
    assert problem.status == 503 and problem.headers()["Retry-After"] == "1"
    assert "10.0.0.1" not in problem.detail


def test_a_statement_that_takes_too_long_is_cut(anybody, api_key, npc, settings, monkeypatch):
    settings.REQUEST_TIMEOUT = 0.2
    slow = NpcPersonality.objects.extra(where=["pg_sleep(5) IS NOT NULL"])
    monkeypatch.setattr(Npcs, "queryset", slow)
    response = anybody.get("/api/v1/npcs", headers=bearer(api_key))
    assert response.status_code == 504 and "ask for less" in response.json()["detail"]


def test_a_server_is_held_to_its_limit(anybody, server, api_key):
    with in_schema():
        Server.objects.filter(pk=server.pk).update(rate_limit_per_minute=2)
    api_keys.forget_all()
    try:
        codes = [anybody.get("/api/v1/npcs", headers=bearer(api_key)).status_code for _ in range(3)]
        response = anybody.get("/api/v1/npcs", headers=bearer(api_key))
    finally:
        Server.objects.filter(pk=server.pk).update(rate_limit_per_minute=1000)
    assert codes == [200, 200, 429] and int(response["Retry-After"]) >= 1


def test_an_address_is_held_to_a_limit_without_a_key(anybody, monkeypatch):
    monkeypatch.setattr(PublicView, "per_minute", 1)
    codes = [anybody.get("/api/v1/info").status_code for _ in range(2)]
    assert codes == [200, 429]


def test_wrong_keys_are_held_to_a_limit(anybody):
    wrong = [f"sk-{n:012x}-no" for n in range(12)]
    codes = [anybody.get("/api/v1/npcs", headers=bearer(key)).status_code for key in wrong]
    assert codes[0] == 401 and codes[-1] == 429


@pytest.mark.parametrize(
    "origin, allowed", [("https://a.example", True), ("https://b.example", False)]
)
def test_known_origins_may_use_the_api_without_cookies(anybody, settings, origin, allowed):
    settings.CORS_ORIGINS = ["https://a.example"]
    headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    asked = anybody.options("/api/v1/npcs", headers=headers)
    assert (asked.get("Access-Control-Allow-Origin") == origin) is allowed
    assert "Access-Control-Allow-Credentials" not in asked
    if allowed:
        assert "Idempotency-Key" in asked["Access-Control-Allow-Headers"]
    got = anybody.get("/api/v1/info", headers={"Origin": origin})
    assert ("Access-Control-Allow-Origin" in got) is allowed and "Origin" in got["Vary"]


def test_other_pages_have_no_origins(anybody, settings):
    settings.CORS_ORIGINS = ["https://a.example"]
    page = anybody.get("/", headers={"Origin": "https://a.example"})
    assert "Access-Control-Allow-Origin" not in page


def test_the_committed_schema_is_what_the_code_says(servers, committed):
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert out.getvalue().rstrip() == (ROOT / "docs/reference/openapi.yaml").read_text().rstrip()


def test_every_operation_explains_itself(anybody):
    schema = anybody.get("/api/v1/schema?format=json").json()
    seen = 0
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            seen += 1
            where = f"{method} {path}"
            assert operation["summary"] and operation["description"], where
            assert {"429", "500", "503"} <= set(operation["responses"]), where
            told = [code for code in operation["responses"] if code.startswith("2")]
            content = operation["responses"][told[0]].get("content", {})
            shown = content.get("application/json", {"examples": True})
            assert "examples" in shown, where
            if "requestBody" in operation:
                assert "examples" in operation["requestBody"]["content"]["application/json"], where
    assert seen > 50


def test_the_page_of_the_api_needs_no_inline_script(anybody):
    page = anybody.get("/api/v1/docs")
    assert page.status_code == 200 and "<script>" not in page.text and "<style>" not in page.text
    assert "'unsafe-inline'" not in page["Content-Security-Policy"].partition("style-src")[0]
