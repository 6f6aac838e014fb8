"""A guide over gRPC: answers from the server's own data, with links where the clients show any."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from grpc_api.pb.aiworld.v1.common_pb2 import SOURCE_COMPOSER, SOURCE_LLM, SOURCE_TEMPLATE
from tenants import api_keys
from tenants.context import in_schema, in_tenant
from tenants.models import ClientLinks, Server
from tests.conftest import make_npc
from tests.llm_endpoint import answer
from tests.npcs.guides.test_asking import LINES

SAMPLE = Path(__file__).parents[2] / "samples" / "rathena"
ELIA = "our_town/Mentor Elia#guide"
QUESTION = "Where does Dew Drop drop?"
LOOT = [(language, line) for language, line, words in LINES if words == {"loot"}]
CODE_PAGES = {"ko": "cp949", "th": "cp874"}


@pytest.fixture
def elia(server):
    with in_tenant(server):
        return make_npc(ELIA, role="guide", map_name="our_town")


@pytest.fixture
def data(server, elia):
    call_command("import_db", SAMPLE, server=server.name, json=True)


@pytest.fixture
def linked(server):
    def linked(kind):
        with in_schema():
            Server.objects.filter(pk=server.pk).update(client_links=kind)
        api_keys.forget_all()

    yield linked
    linked(ClientLinks.OFF)


@pytest.fixture
def code_page(server):
    def chosen(name):
        with in_schema():
            Server.objects.filter(pk=server.pk).update(code_page=name)
        api_keys.forget_all()

    yield chosen
    chosen(server.code_page)


def shown(reply):
    return " ".join(line for page in reply.pages for line in page.lines)


@pytest.mark.usefixtures("data")
class TestGuide:
    def test_answers_from_the_data_without_a_model_though_there_is_one(self, talk, player, llm):
        reply = talk(QUESTION, player, npc=ELIA)
        assert reply.source == SOURCE_TEMPLATE
        assert all(part in reply.text for part in ("Dew Drop", "Puddle 70%", "our_field"))
        assert llm.requests == []
        assert "<" not in shown(reply)

    def test_answers_in_the_players_language(self, talk, player):
        reply = talk("¿Qué monstruo suelta Dew Drop?", player, npc=ELIA)
        assert (reply.language, reply.source) == ("es", SOURCE_COMPOSER)
        assert "our_field" in reply.text

    def test_says_it_in_other_words_or_asks_a_model_the_second_time(self, talk, player, llm):
        first = talk(QUESTION, player, npc=ELIA)
        llm.script(answer("As I said: [item:70001|Egg] comes from [map:our_field]."))
        again = talk(QUESTION, player, npc=ELIA)
        assert again.text != first.text
        if again.source == SOURCE_LLM:
            assert again.text == "As I said: Dew Drop comes from our_field."

    @pytest.mark.parametrize("kind", ["item", "itemlink"])
    def test_links_are_those_of_the_clients(self, talk, player, linked, kind):
        linked(kind)
        reply = talk(QUESTION, player, npc=ELIA)
        tag = kind.upper()
        said = shown(reply)
        assert f"<{tag}>Dew Drop<INFO>70001</INFO></{tag}>" in said
        assert "<NAVI>our_field<INFO>our_field,20,20,0,000,0</INFO></NAVI>" in said
        assert "<" not in reply.text
        assert " ".join(line.decode() for page in reply.pages for line in page.raw_lines) == said

    @pytest.mark.parametrize(("language", "line"), LOOT, ids=[each[0] for each in LOOT])
    def test_links_stand_in_the_answers_of_every_language(
        self, talk, player, linked, code_page, language, line
    ):
        """As the client gets them: in its code page, in whole lines."""
        linked("item")
        code_page(CODE_PAGES.get(language, "cp1252"))
        reply = talk(line, player, npc=ELIA)
        assert reply.language == language
        said = shown(reply)
        assert "<ITEM>Dew Drop<INFO>70001</INFO></ITEM>" in said
        assert "<NAVI>our_field<INFO>our_field,20,20,0,000,0</INFO></NAVI>" in said
        raw = [bytes(each) for page in reply.pages for each in page.raw_lines]
        assert b" ".join(raw).decode(CODE_PAGES.get(language, "cp1252")) == said
        for each in raw:
            assert each.count(b"<ITEM>") == each.count(b"</ITEM>")
            assert each.count(b"<NAVI>") == each.count(b"</NAVI>")

    def test_a_models_own_markup_never_reaches_the_client(self, talk, player, linked, llm):
        linked("item")
        said = "Somebody saw an <ITEM>Egg<INFO>70004</INFO></ITEM> [item:70004] near our_moon."
        llm.script(answer(said))
        reply = talk("Tell me of the egg that hides in the hills, Elia.", player, npc=ELIA)
        assert (reply.source, shown(reply)) == (SOURCE_LLM, "Somebody saw an Egg near our_moon.")
