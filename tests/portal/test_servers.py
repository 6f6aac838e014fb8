"""Creating a server, its key, its settings, the list, the overview."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from npcs.models import NpcPersonality
from portal.tasks import add_sample_town
from tenants import api_keys
from tenants.context import in_tenant
from tenants.models import ApiKey, AuditEntry, Job, Server
from tenants.tasks import provision_server

NEW, LIST = "/servers/new/", "/servers/"
FORM = {
    "name": "Izlude",
    "contact_email": "owner@example.org",
    "billing_tier": "free",
    "language": "es",
    "code_page": "cp1252",
    "rathena_mode": "renewal",
    "max_concurrent_npcs": "100",
    "rate_limit_per_minute": "200",
    "rate_limit_per_hour": "3000",
    "rate_limit_per_player": "20",
}
SHOWN_KEY = re.compile(r"sk-[0-9a-f]{12}-[\w-]{43}")


def to(name, server):
    return reverse(f"portal:{name}", args=[server.server_id])


def send(client, **fields):
    return client.post(NEW, FORM | {"once": str(uuid.uuid4())} | fields)


def settle():
    for job in Job.objects.open():
        provision_server(str(job.pk))


@pytest.fixture
def made(as_stranger):
    """A server that the stranger has just made."""
    send(as_stranger)
    settle()
    return Server.objects.get(name="Izlude")


class TestNew:
    def test_from_the_form_to_the_key_page(self, as_stranger):
        answer = send(as_stranger)
        job = Job.objects.get()
        assert answer["Location"] == reverse("portal:job", args=[job.pk])
        page = as_stranger.get(answer["Location"])
        assert "<progress" in page.text and "waiting for a worker" in page.text
        assert 'http-equiv="refresh"' in page.text
        settle()
        after = as_stranger.get(answer["Location"])
        server = Server.objects.get(name="Izlude")
        assert after["Location"] == to("first_key", server)
        assert (server.language, server.max_concurrent_npcs) == ("es", 100)

    def test_begins_with_what_is_likely(self, as_stranger, stranger):
        page = as_stranger.get(NEW)
        assert page.status_code == 200
        assert f'value="{stranger.email}"' in page.text

    def test_sent_twice_makes_one(self, as_stranger):
        once = str(uuid.uuid4())
        first = send(as_stranger, once=once)
        settle()
        assert send(as_stranger, once=once)["Location"] == first["Location"]
        assert Server.objects.filter(name="Izlude").count() == 1

    @pytest.mark.parametrize(
        "field, value, words",
        [
            ("name", "", "required"),
            ("name", "x" * 81, "at most 80"),
            ("contact_email", "nobody", "valid email"),
            ("billing_tier", "gold", "gold"),
            ("language", "xx", "xx"),
            ("max_concurrent_npcs", "501", "500 at most"),
            ("max_concurrent_npcs", "0", "greater than or equal to 1"),
            ("max_concurrent_npcs", "many", "whole number"),
            ("rate_limit_per_player", "31", "30 at most"),
            ("once", "again", "UUID"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, as_stranger, field, value, words):
        page = send(as_stranger, **{field: value})
        assert page.status_code == 200
        assert page.context["form"].errors[field]
        assert words in page.text
        assert not Job.objects.exists()

    def test_a_taken_name_is_said_at_its_field(self, as_stranger, server):
        assert "name" in send(as_stranger, name=server.name).context["form"].errors
        send(as_stranger)
        assert "name" in send(as_stranger, name="  Izlude ").context["form"].errors

    def test_no_more_than_the_plan_allows(self, as_stranger, settings):
        settings.PLANS = {"free": {"servers": 1}}
        send(as_stranger)
        assert "1 server at most" in send(as_stranger, name="Aldebaran").text
        assert Job.objects.count() == 1

    def test_a_guest_signs_in_first_and_a_foreign_form_is_refused(self, stranger):
        assert Client().get(NEW).status_code == 302
        assert Client().post(NEW, FORM).status_code == 302
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(stranger)
        assert strict.post(NEW, FORM | {"once": str(uuid.uuid4())}).status_code == 403
        assert not Job.objects.exists()

    def test_one_that_failed_says_why_and_is_tried_again_or_changed(self, as_stranger, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("tenants.provisioning.partitions.ensure", lambda *args: 1 / 0)
            address = send(as_stranger)["Location"]
            settle()
        page = as_stranger.get(address)
        assert "nothing was changed" in page.text and "Try again" in page.text
        again = as_stranger.get(f"{NEW}?again={Job.objects.get().pk}")
        assert 'value="Izlude"' in again.text
        as_stranger.post(address)
        settle()
        assert Server.objects.filter(name="Izlude").exists()


class TestJobPage:
    @pytest.fixture
    def address(self, as_stranger):
        return send(as_stranger)["Location"]

    def test_is_nobody_elses(self, address, as_role):
        for path in (address, f"{address}state/"):
            assert as_role("owner").get(path).status_code == 404
            assert Client().get(path).status_code == 302
        assert as_role("owner").post(address).status_code == 404

    def test_says_its_state_to_programs(self, address, as_stranger):
        state = as_stranger.get(f"{address}state/").json()
        assert state == {"state": "waiting", "step": "waiting for a worker", "done": 0, "total": 0}

    def test_of_a_made_server_is_its_members(self, address, as_stranger, stranger):
        settle()
        assert as_stranger.get(address).status_code == 302
        stranger.memberships.all().delete()
        assert as_stranger.get(address).status_code == 404

    def test_the_list_shows_what_is_being_made(self, address, as_stranger):
        assert "is being made" in as_stranger.get(LIST).text


class TestFirstKey:
    def test_is_shown_once_stored_nowhere_and_opens_the_server(self, made, as_stranger):
        assert not ApiKey.objects.filter(server=made).exists()
        assert not SHOWN_KEY.search(as_stranger.get(to("first_key", made)).text)
        page = as_stranger.post(to("first_key", made))
        key = SHOWN_KEY.search(page.text)[0]
        assert "no-store" in page["Cache-Control"]
        assert f"ai_sidecar_api_key: {key}" in page.text
        assert f"ai_sidecar_game_server_id: {made.server_id}" in page.text
        rows = [*Job.objects.values("asked", "result", "error"), *AuditEntry.objects.values()]
        assert key not in json.dumps(rows, default=str)
        assert api_keys.resolve(key) == made

    def test_asked_for_again_replaces_the_one_that_nobody_used(self, made, as_stranger):
        first, second = (
            SHOWN_KEY.search(as_stranger.post(to("first_key", made)).text)[0] for _ in range(2)
        )
        api_keys.forget_all()
        with pytest.raises(Exception, match="key"):
            api_keys.resolve(first)
        assert api_keys.resolve(second) == made

    def test_of_a_server_that_is_in_use_is_not_touched(self, made, as_stranger):
        key = SHOWN_KEY.search(as_stranger.post(to("first_key", made)).text)[0]
        api_keys.resolve(key)
        for answer in (as_stranger.get, as_stranger.post):
            assert answer(to("first_key", made))["Location"] == to("keys", made)
        assert ApiKey.objects.filter(server=made).count() == 1

    def test_is_for_admins(self, server, as_role):
        ApiKey.objects.filter(server=server).update(last_used_at=None)
        assert as_role("admin").get(to("first_key", server)).status_code == 200
        for role in ("editor", "viewer"):
            assert as_role(role).post(to("first_key", server)).status_code == 403


class TestSettings:
    def form(self, server, **fields):
        present = {name: getattr(server, name) for name in FORM}
        return present | fields

    def test_are_saved_and_noted(self, made, as_stranger, stranger):
        fields = self.form(made, name="Izlude Isle", language="pt", rate_limit_per_minute=50)
        assert as_stranger.post(to("settings", made), fields).status_code == 302
        made.refresh_from_db()
        assert (made.name, made.language, made.rate_limit_per_minute) == ("Izlude Isle", "pt", 50)
        entry = AuditEntry.objects.filter(action="server.changed").get()
        assert entry.actor == stranger
        assert entry.details == {
            "name": ["Izlude", "Izlude Isle"],
            "language": ["es", "pt"],
            "rate_limit_per_minute": [200, 50],
        }

    def test_saved_without_a_change_are_no_change(self, made, as_stranger):
        as_stranger.post(to("settings", made), self.form(made))
        assert not AuditEntry.objects.filter(action="server.changed").exists()

    def test_are_bounded_by_the_plan_which_the_owner_chooses(self, made, as_stranger):
        fields = self.form(made, max_concurrent_npcs=2000)
        page = as_stranger.post(to("settings", made), fields)
        assert "500 at most" in page.text
        as_stranger.post(to("settings", made), fields | {"billing_tier": "basic"})
        made.refresh_from_db()
        assert (made.billing_tier, made.max_concurrent_npcs) == ("basic", 2000)
        page = as_stranger.post(to("settings", made), self.form(made, billing_tier="free"))
        assert "500 at most" in page.text
        made.refresh_from_db()
        assert made.billing_tier == "basic"

    def test_keep_what_the_operator_allowed_beyond_the_plan(self, made, as_stranger):
        Server.objects.filter(pk=made.pk).update(max_concurrent_npcs=9000)
        made.refresh_from_db()
        as_stranger.post(to("settings", made), self.form(made, language="en"))
        made.refresh_from_db()
        assert (made.language, made.max_concurrent_npcs) == ("en", 9000)

    def test_another_servers_name_is_taken(self, made, server, as_stranger):
        page = as_stranger.post(to("settings", made), self.form(made, name=server.name))
        assert "name" in page.context["form"].errors
        made.refresh_from_db()
        assert made.name == "Izlude"

    @pytest.mark.parametrize("role, status", [("admin", 302), ("editor", 403), ("viewer", 403)])
    def test_are_changed_by_owners_and_admins(self, server, as_role, role, status):
        fields = self.form(server, contact_email=f"{role}@example.org", billing_tier="premium")
        assert as_role(role).get(to("settings", server)).status_code == 200
        assert as_role(role).post(to("settings", server), fields).status_code == status
        server.refresh_from_db()
        assert (server.contact_email == f"{role}@example.org") == (status == 302)
        assert server.billing_tier == "free"  # the plan is the owner's to choose


class TestOverview:
    @pytest.mark.parametrize("role", ["owner", "admin", "editor", "viewer"])
    def test_is_every_members(self, server, npc, as_role, role):
        page = as_role(role).get(to("server", server))
        assert page.status_code == 200
        assert server.server_id in page.text and f"{server.path}live/" in page.text
        assert page.context["glance"].npcs == 1

    def test_the_list_shows_ones_own_servers_and_no_others(self, server, other_server, as_role):
        page = as_role("viewer").get(LIST)
        assert server.name in page.text and "Viewer" in page.text
        assert other_server.name not in page.text

    def test_a_stranger_is_invited_to_make_one(self, server, as_stranger):
        page = as_stranger.get(LIST)
        assert "Create your first server" in page.text
        assert server.name not in page.text

    def test_the_sample_town_moves_in_and_somebody_is_there_to_talk_to(self, made, as_stranger):
        assert "Add the sample town" in as_stranger.get(to("server", made)).text
        answer = as_stranger.post(to("sample_town", made))
        job = Job.objects.get(kind="import")
        assert answer["Location"] == reverse("portal:job", args=[job.pk])
        add_sample_town(str(job.pk))
        assert as_stranger.get(answer["Location"])["Location"] == to("server", made)
        page = as_stranger.get(to("server", made))
        assert "Talk to Old Corwin" in page.text
        with in_tenant(made):
            guide = NpcPersonality.objects.get(name="Old Corwin")
        address = re.search(r'href="([^"]+)">Talk to', page.text)[1]
        assert f"/{guide.pk}/" in address
        assert as_stranger.get(address).status_code == 200

    def test_one_import_at_a_time(self, made, as_stranger):
        as_stranger.post(to("sample_town", made))
        assert as_stranger.post(to("sample_town", made)).status_code == 409
        assert Job.objects.filter(kind="import").count() == 1

    @pytest.mark.parametrize("role, status", [("editor", 302), ("viewer", 403)])
    def test_who_adds_the_town(self, server, as_role, role, status):
        assert as_role(role).post(to("sample_town", server)).status_code == status
