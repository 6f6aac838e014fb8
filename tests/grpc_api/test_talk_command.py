"""`manage.py talk` and `manage.py demo`, as a person uses them."""

from __future__ import annotations

import json
import stat
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from npcs.models import NpcKnowledge, NpcPersonality
from tenants.context import in_tenant
from tenants.models import ApiKey, Membership, Server
from tests.grpc_api.calls import KEY

PROMISED = {
    "text", "pages", "emotion", "trust", "trust_change", "source", "recalled", "latency_ms",
}  # fmt: skip


def run(name, *arguments, **options):
    out = StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


class TestTalk:
    @pytest.fixture(autouse=True)
    def no_demo(self, monkeypatch, tmp_path):
        monkeypatch.setenv("AIWORLD_DEMO_FILE", str(tmp_path / "none.json"))
        monkeypatch.delenv("AIWORLD_API_KEY", raising=False)

    @pytest.fixture
    def talk(self, grpc_address, api_key, npc):
        def talk(said="Where do you buy your iron?", *more):
            where = ("--address", grpc_address, "--api-key", api_key, "--npc", KEY)
            return run("talk", *where, "--say", said, *more)

        return talk

    def test_json_has_what_is_promised(self, talk):
        answer = json.loads(talk("Where do you buy your iron?", "--json"))
        assert set(answer) >= PROMISED
        assert "Mjolnir" in answer["text"]
        assert answer["source"] == "composer" and answer["emotion"].islower()
        assert all(isinstance(line, str) for page in answer["pages"] for line in page)
        assert isinstance(answer["latency_ms"], float) and answer["recalled"] == []

    def test_what_was_said_before_is_recalled(self, talk):
        talk("My sister Mira is ill.")
        answer = json.loads(talk("What did I tell you about my sister?", "--json"))
        assert answer["recalled"][0]["text"] == "My sister Mira is ill."
        assert answer["recalled"][0]["happened_at"].endswith("Z")

    def test_without_json_it_is_the_words_alone(self, talk):
        assert "Mjolnir" in talk() and "{" not in talk()

    def test_another_character_is_somebody_else(self, talk):
        talk("My sister Mira is ill.")
        said = talk("What did I tell you about my sister?", "--as", "Bruno", "--char-id", "7")
        assert "ill" not in said.split()

    def test_an_unknown_npc_is_one_clear_line(self, talk):
        with pytest.raises(CommandError) as caught:
            talk("Hello", "--npc", "prontera/Nobody")
        assert str(caught.value).startswith("NOT_FOUND: this server has no NPC 'prontera/Nobody'")
        assert "\n" not in str(caught.value)

    def test_an_unknown_key_is_one_clear_line(self, talk):
        with pytest.raises(CommandError, match="^UNAUTHENTICATED: unknown API key"):
            talk("Hello", "--api-key", "sk-nobody")

    def test_a_server_that_is_not_there_is_one_clear_line(self, talk):
        with pytest.raises(CommandError, match="^UNAVAILABLE") as caught:
            talk("Hello", "--address", "127.0.0.1:1", "--timeout", "3")
        assert "\n" not in str(caught.value)

    def test_what_is_missing_is_asked_for(self, grpc_address):
        with pytest.raises(CommandError, match="no API key for demo"):
            run("talk", "--address", grpc_address, "--say", "Hello")
        with pytest.raises(CommandError, match="which NPC"):
            run("talk", "--address", grpc_address, "--say", "Hello", "--api-key", "sk-x")


class TestDemo:
    @pytest.fixture
    def file(self, monkeypatch, tmp_path, committed):
        monkeypatch.delenv("AIWORLD_DEMO_PASSWORD", raising=False)
        path = tmp_path / "data" / "demo.json"
        monkeypatch.setenv("AIWORLD_DEMO_FILE", str(path))
        return path

    @pytest.fixture
    def demo(self, file):
        """Runs the command and returns the facts it left in the file."""

        def demo():
            printed = run("demo")
            facts = json.loads(file.read_text())
            assert facts["api_key"] not in printed and facts["password"] not in printed
            return facts

        return demo

    def test_once_makes_everything_and_twice_changes_nothing(self, demo):
        first = demo()
        server = Server.objects.get(name="demo")
        with in_tenant(server):
            before = list(NpcPersonality.objects.order_by("pk").values())
            facts = NpcKnowledge.objects.count()
            assert NpcPersonality.objects.filter(key=first["npc"]).exists() and facts > 20
        assert demo() == first
        assert Server.objects.filter(name="demo").count() == 1
        assert ApiKey.objects.filter(server=server).count() == 1
        with in_tenant(server):
            assert list(NpcPersonality.objects.order_by("pk").values()) == before
            assert NpcKnowledge.objects.count() == facts

    def test_the_file_is_for_its_owner_alone(self, file):
        run("demo")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)
        run("demo")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_the_login_is_of_this_server_alone(self, demo):
        facts = demo()
        user = authenticate(username=facts["username"], password=facts["password"])
        assert user is not None
        assert not user.is_staff and not user.is_superuser
        assert [m.server.name for m in Membership.objects.filter(user=user)] == ["demo"]

    def test_a_lost_file_makes_a_new_key_and_the_old_one_void(self, file, demo):
        first = demo()
        file.unlink()
        second = demo()
        assert second["api_key"] != first["api_key"]
        assert ApiKey.objects.usable().filter(server__name="demo").count() == 1
        assert get_user_model().objects.count() == 1

    def test_the_key_opens_the_door(self, demo, grpc_address):
        facts = demo()
        said = run("talk", "--address", grpc_address, "--say", "Who are you?", "--json")
        assert json.loads(said)["text"]
        assert facts["api_key"] not in said
