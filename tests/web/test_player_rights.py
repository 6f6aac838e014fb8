"""Mute, opt out, hand over and erase: over REST, in the admin, from the live view."""

import json

import pytest
from django.test import Client

from npcs.models import NpcMemory, PlayerStanding
from tenants.context import in_tenant
from tests.web.rows import fill

ALINE = 150_001


@pytest.fixture
def rows(server, npc):
    with in_tenant(server):
        return fill(npc)


@pytest.fixture
def api(api_key):
    return Client(headers={"Authorization": f"Bearer {api_key}"})


@pytest.fixture
def staff(server, owner, client):
    client.force_login(owner)
    client.base = f"/s/{server.server_id}"
    return client


def standing(server):
    with in_tenant(server):
        return PlayerStanding.objects.get(char_id=ALINE)


def patch(api, **fields):
    url = f"/api/v1/players/{ALINE}/standing"
    return api.patch(url, json.dumps(fields), content_type="application/json")


def test_over_rest_a_player_is_muted_and_opted_out(api, rows, server):
    assert patch(api, mute_minutes=60, reason="spam").json()["mute_reason"] == "spam"
    row = standing(server)
    assert row.muted_until and row.muted_by.startswith("API key")
    assert patch(api, opted_out=True).json()["opted_out_at"]
    assert patch(api, opted_out=False, mute_minutes=0).json()["muted_until"] is None
    assert patch(api, mute_minutes=-1).status_code == 400
    assert patch(api, mute_minuts=1).status_code == 400
    assert api.get("/api/v1/players/42/standing").json()["muted_until"] is None


def test_over_rest_a_player_is_handed_over_and_erased(api, rows, server):
    url = f"/api/v1/players/{ALINE}/data"
    found = api.get(url).json()
    assert "My sister is ill" in json.dumps(found["tables"]["npc_memories"])
    assert api.delete(url).json()["erased"] > 5
    assert api.get(url).json()["tables"] == {}
    with in_tenant(server):
        assert not NpcMemory.objects.filter(char_id=ALINE).exists()


def test_a_viewer_may_do_none_of_it(rows, server, viewer, client):
    client.force_login(viewer)
    base = f"/s/{server.server_id}"
    assert client.get(f"{base}/api/v1/players/{ALINE}/data").status_code == 403
    assert client.delete(f"{base}/api/v1/players/{ALINE}/data").status_code == 403
    admin = f"{base}/admin/npcs/playerstanding/{ALINE}"
    assert client.get(f"{admin}/export/").status_code == 403
    assert client.post(f"{admin}/erase/", {"typed": ALINE}).status_code == 403
    talk = rows_talk(rows)
    assert client.post(f"{base}/live/talks/{talk.pk}/mute", {"minutes": 10}).status_code == 403


def rows_talk(rows):
    return next(row for model, row in rows.items() if model.__name__ == "Conversation")


def test_in_the_admin_a_player_is_handed_over(staff, rows):
    got = staff.get(f"{staff.base}/admin/npcs/playerstanding/{ALINE}/export/")
    assert "attachment" in got["Content-Disposition"]
    assert "My sister is ill" in got.content.decode()


def test_in_the_admin_erasing_asks_for_the_id(staff, rows, server):
    url = f"{staff.base}/admin/npcs/playerstanding/{ALINE}/erase/"
    assert "There is no way back" in staff.get(url).text
    assert "Nothing was erased" in staff.post(url, {"typed": "7"}).text
    with in_tenant(server):
        assert NpcMemory.objects.filter(char_id=ALINE).exists()
    assert staff.post(url, {"typed": str(ALINE)}).status_code == 302
    with in_tenant(server):
        assert not NpcMemory.objects.filter(char_id=ALINE).exists()


def test_in_the_admin_a_player_is_muted_and_opted_out(staff, rows, server):
    url = f"{staff.base}/admin/npcs/playerstanding/{ALINE}/change/"
    assert "Export all that is kept" in staff.get(url).text
    form = {"player_name": "Aline", "mute_hours": "1", "mute_reason": "spam", "opted_out": "on"}
    assert staff.post(url, form).status_code == 302
    row = standing(server)
    assert row.muted_until and row.opted_out_at and row.muted_by == "owner"
    assert staff.post(url, {"player_name": "Aline", "mute_hours": "0"}).status_code == 302
    row = standing(server)
    assert row.muted_until is None and row.opted_out_at is None


def test_from_the_live_view_a_player_is_muted_and_unmuted(staff, rows, server):
    page = f"{staff.base}/live/talks/{rows_talk(rows).pk}/"
    assert "Mute this player" in staff.get(page).text
    assert staff.post(f"{page}mute", {"minutes": "10", "reason": "spam"}).status_code == 302
    assert standing(server).mute_reason == "spam"
    assert "is muted until" in staff.get(page).text
    assert staff.post(f"{page}mute", {"minutes": "0"}).status_code == 302
    assert standing(server).muted_until is None
    assert staff.post(f"{page}mute", {"minutes": "x"}).status_code == 400


def test_the_portal_switches_ai_off_and_chooses_how_words_are_treated(staff, server):
    portal = f"/servers/{server.server_id}"
    assert "Switch AI off" in staff.get(f"{portal}/settings/").text
    assert staff.post(f"{portal}/ai-off/").status_code == 302
    assert "Switch AI on" in staff.get(f"{portal}/settings/").text
    staff.post(f"{portal}/ai-on/")
    server.refresh_from_db()
    assert server.ai_enabled
    form = {name: getattr(server, name) for name in (
        "name", "contact_email", "billing_tier", "language", "code_page", "rathena_mode",
        "max_concurrent_npcs", "rate_limit_per_minute", "rate_limit_per_hour",
        "rate_limit_per_player",
    )}  # fmt: skip
    staff.post(f"{portal}/settings/", form | {"moderation": "block", "ai_notice": "reply"})
    server.refresh_from_db()
    assert (server.moderation, server.ai_notice, server.ai_enabled) == ("block", "reply", True)
    staff.post(f"{portal}/settings/", form)
    server.refresh_from_db()
    assert server.moderation == "block", "a form that does not ask changes nothing"
    staff.post(f"{portal}/settings/", form | {"moderation": "soften", "ai_notice": "field"})
