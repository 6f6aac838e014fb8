"""Who answers, and when the first line is there: cache, template, meaning, model, composer."""

from __future__ import annotations

from datetime import timedelta

import grpc
import pytest

from grpc_api.pb.aiworld.v1 import dialogue_pb2
from grpc_api.pb.aiworld.v1.common_pb2 import (
    SOURCE_CACHE,
    SOURCE_COMPOSER,
    SOURCE_LLM,
    SOURCE_SEMANTIC_CACHE,
    SOURCE_STOCK,
    SOURCE_TEMPLATE,
    Player,
)
from npcs import semantic_cache
from npcs.models import CachedAnswer, ConversationTurn, NpcMemory, NpcPersonality
from tenants.context import in_tenant
from tests.conftest import make_facts
from tests.grpc_api.calls import KEY, refused, request
from tests.llm_endpoint import answer

QUESTION = "Where is the blacksmith's iron from?"


@pytest.fixture
def kept(server):
    def kept():
        with in_tenant(server):
            return list(CachedAnswer.objects.all())

    return kept


@pytest.fixture(params=["Talk", "StreamTalk"])
def ask(request, talk, stream):
    if request.param == "Talk":
        return talk
    return lambda *args, **fields: stream(*args, **fields)[1]


def prompt(llm, at=-1):
    return str(llm.requests[at].body["messages"])


class TestTemplates:
    @pytest.mark.parametrize("said", ["Hello!", "Good day to you", "Thank you!", "Goodbye"])
    def test_a_courtesy_asks_no_model(self, ask, player, llm, said):
        assert ask(said, player).source == SOURCE_TEMPLATE
        assert llm.requests == []

    def test_one_that_is_more_than_a_courtesy_does(self, talk, player, llm):
        said = "Thank you for saving my poor sister from the wolves of Payon."
        assert talk(said, player).source == SOURCE_LLM

    def test_the_same_courtesy_again_is_not_answered_in_the_same_words(self, talk, player, llm):
        texts = [talk("Hello!", player).text for _ in range(3)]
        assert len(set(texts)) == 3

    def test_who_it_is_comes_from_the_npc_itself(self, talk, player, llm):
        reply = talk("What is your name?", player)
        assert reply.source == SOURCE_TEMPLATE and "Brannoc" in reply.text
        assert llm.requests == []

    def test_a_way_it_knows_is_told_and_one_it_does_not_know_is_the_models(self, talk, player, llm):
        reply = talk("Where is the inn of Dame Hedwig?", player)
        assert (reply.source, "west gate" in reply.text) == (SOURCE_TEMPLATE, True)
        assert talk("Where is the sunken temple?", player).source == SOURCE_LLM

    @pytest.mark.parametrize(
        "said", ["How much is a good edge?", "whats the price of a good edge", "Tell me about iron"]
    )
    def test_what_one_fact_answers_asks_no_model(self, ask, player, llm, said):
        reply = ask(said, player)
        told = "Mjolnir" if "iron" in said else "800 zeny"
        assert (reply.source, told in reply.text) == (SOURCE_TEMPLATE, True)
        assert llm.requests == []

    @pytest.mark.parametrize(
        "said",
        [
            "Why does a good edge cost so much?",
            "Who has a good edge?",
            "How much is a good horse?",
            "How much are 2 good edges?",
            "How much is the iron?",
            "Quanto custa um good edge?",
        ],
    )
    def test_what_it_does_not_quite_answer_is_the_models(self, talk, player, llm, said):
        assert talk(said, player).source == SOURCE_LLM

    def test_what_two_facts_answer_is_the_models(self, talk, player, llm, server, npc):
        with in_tenant(server):
            make_facts(npc, "A good edge cost 600 zeny in the days of the old king.")
        assert talk("How much is a good edge?", player).source == SOURCE_LLM

    def test_a_fact_that_is_told_again_is_told_as_told_before(self, talk, player, llm):
        texts = [talk("How much is a good edge?", player).text for _ in range(2)]
        assert "800 zeny" in texts[1] and texts[0] != texts[1]

    def test_a_secret_is_no_template_for_who_is_not_trusted(self, talk, player, llm):
        reply = talk("Tell me about the crown", player)
        assert reply.source == SOURCE_LLM and "anvil" not in prompt(llm)

    def test_without_a_model_it_is_the_composer(self, talk, player):
        assert talk("Hello!", player).source == SOURCE_COMPOSER

    def test_they_can_be_switched_off(self, talk, player, llm, settings):
        settings.ENABLE_TEMPLATE_REUSE = False
        assert talk("Hello!", player).source == SOURCE_LLM


class TestMeaning:
    ONE, SAME = "How much is a good spear?", "What does a good spear cost?"

    @pytest.fixture(autouse=True)
    def any_vector_is_close(self, monkeypatch):
        """The fake encoder knows no meaning, so here the gist decides alone."""
        monkeypatch.setattr(semantic_cache, "CLOSE", -1.0)

    def test_the_same_question_in_other_words_costs_nothing(
        self, ask, player, other_player, llm, kept
    ):
        llm.script(answer("Eight hundred, no less."))
        assert ask(self.ONE, player).source == SOURCE_LLM
        again = ask(self.SAME, other_player)
        assert (again.text, again.source) == ("Eight hundred, no less.", SOURCE_SEMANTIC_CACHE)
        assert ask(self.SAME, Player(char_id=7, name="Carl")).source == SOURCE_CACHE
        assert len(llm.requests) == len(kept()) == 1

    @pytest.mark.parametrize(
        "other",
        ["How much is a bad spear?", "How much are 2 good spears?", "Who has a good spear?"],
    )
    def test_another_question_is_asked(self, talk, player, other_player, llm, other):
        talk(self.ONE, player)
        assert talk(other, other_player).source == SOURCE_LLM

    def test_an_edit_of_the_npc_makes_it_void(self, talk, player, other_player, llm, server):
        talk(self.ONE, player)
        with in_tenant(server):
            npc = NpcPersonality.objects.get()
            npc.background = "Was a sailor."
            npc.save()
        assert talk(self.SAME, other_player).source == SOURCE_LLM

    def test_what_a_friend_was_told_is_not_for_a_stranger(
        self, talk, player, other_player, llm, server, npc
    ):
        with in_tenant(server):
            npc.relationships.create(char_id=player.char_id, trust=9)
        talk(self.ONE, player)
        assert talk(self.SAME, other_player).source == SOURCE_LLM

    def test_it_is_not_given_after_its_time_and_is_cleared_away(
        self, talk, player, other_player, llm, server, kept
    ):
        talk(self.ONE, player)
        with in_tenant(server):
            row = CachedAnswer.objects.get()
            CachedAnswer.objects.update(expires_at=row.expires_at - timedelta(days=1))
        assert talk(self.SAME, other_player).source == SOURCE_LLM
        assert len(kept()) == 1

    @pytest.mark.parametrize("semantic", [False, True])
    def test_an_answer_in_one_language_is_not_for_the_players_of_another(
        self, talk, llm, settings, semantic
    ):
        """The same words, and two clients that say what language they are."""
        settings.ENABLE_SEMANTIC_DEDUP = semantic
        llm.script(answer("Eight hundred, no less."), answer("Oitocentos, nem um a menos."))
        assert talk(self.ONE, Player(char_id=5, name="Ann", language="en")).source == SOURCE_LLM
        other = talk(self.ONE, Player(char_id=6, name="Bia", language="pt"))
        assert (other.text, other.source) == ("Oitocentos, nem um a menos.", SOURCE_LLM)
        again = talk(self.ONE, Player(char_id=7, name="Carl", language="en"))
        assert (again.text, again.source) == ("Eight hundred, no less.", SOURCE_CACHE)

    def test_it_can_be_switched_off(self, talk, player, other_player, llm, settings, kept):
        settings.ENABLE_SEMANTIC_DEDUP = False
        talk(self.ONE, player)
        assert talk(self.SAME, other_player).source == SOURCE_LLM
        assert kept() == []

    def test_an_answer_with_a_players_name_is_kept_for_nobody(self, talk, player, llm, kept):
        llm.script(answer("Eight hundred, Aline."))
        talk(self.ONE, player)
        assert kept() == []


class TestStandalone:
    def test_a_question_that_touches_no_memory_is_asked_without_the_player(
        self, talk, player, other_player, llm
    ):
        """So that its answer may be kept, whoever asked."""
        talk("My sister Mira is ill.", player)
        assert talk("How much is a good spear?", player).source == SOURCE_LLM
        for told in ("Mira", "Aline", "met before"):
            assert told not in prompt(llm)
        assert talk("How much is a good spear?", other_player).source == SOURCE_CACHE

    def test_one_that_does_is_the_players_own(self, talk, player, other_player, llm, kept):
        talk("My sister Mira is ill.", player)
        talk("What herbs help when a sister is ill?", player)
        assert "Mira is ill" in prompt(llm)
        assert kept() == []


def test_a_kept_answer_is_said_in_the_mood_that_this_player_has_left(
    talk, player, other_player, llm
):
    llm.script(answer("Eight hundred, no less."))
    calm = talk("How much is a good spear?", player)
    talk("You stupid liar!", other_player)
    kept = talk("How much is a good spear?", other_player)
    assert (kept.source, kept.text) == (SOURCE_CACHE, calm.text)
    assert kept.emotion != calm.emotion


class TestFirstLine:
    def stream(self, stubs, metadata, player, text="Who hid the crown?"):
        said = request(text, player)
        return list(stubs.dialogue.StreamTalk(said, metadata=metadata, timeout=5))

    def test_a_filler_goes_before_what_takes_long_and_is_no_part_of_it(
        self, stubs, metadata, npc, player, llm, server
    ):
        llm.script(answer("I know of no crown. Ask the king.", delay=0.5))
        parts = self.stream(stubs, metadata, player)
        kinds = [part.WhichOneof("part") for part in parts]
        assert kinds == ["filler", "sentence", "sentence", "reply"]
        assert parts[-1].reply.text == "I know of no crown. Ask the king."
        with in_tenant(server):
            assert ConversationTurn.objects.get().npc_text == parts[-1].reply.text

    def test_what_is_there_at_once_needs_none(self, stubs, metadata, npc, player, llm, settings):
        settings.FIRST_LINE = 2.0
        parts = self.stream(stubs, metadata, player, "Hello!")
        assert "filler" not in [part.WhichOneof("part") for part in parts]

    def test_it_can_be_switched_off(self, stubs, metadata, npc, player, llm, settings):
        settings.FIRST_LINE = 0.0
        llm.script(answer("None.", delay=0.3))
        parts = self.stream(stubs, metadata, player)
        assert [part.WhichOneof("part") for part in parts] == ["sentence", "reply"]


class TestFetchReply:
    @pytest.fixture
    def fetch(self, stubs, metadata):
        def fetch(said, *, wait_ms=0, **fields):
            given = {"request_id": said.request_id, "npc": KEY, "player": said.player} | fields
            asked = dialogue_pb2.FetchReplyRequest(wait_ms=wait_ms, **given)
            return stubs.dialogue.FetchReply(asked, metadata=metadata, timeout=5)

        return fetch

    @pytest.fixture
    def soon(self, stubs, metadata, npc):
        """A Talk that does not wait for the model."""

        def soon(said, **options):
            return stubs.dialogue.Talk(said, metadata=metadata, timeout=options.get("timeout", 5))

        return soon

    def test_the_first_line_comes_at_once_and_the_answer_when_it_is_asked_for(
        self, soon, fetch, player, llm
    ):
        llm.script(answer("Three days north.", delay=0.6))
        said = request("Who hid the crown?", player, first_line_ms=30)
        first = soon(said)
        assert first.pending and first.text and first.source == SOURCE_STOCK and first.pages
        assert fetch(said).pending
        reply = fetch(said, wait_ms=3000)
        assert (reply.text, reply.source, reply.pending) == ("Three days north.", SOURCE_LLM, False)
        assert fetch(said).text == reply.text, "it stays"

    def test_an_answer_that_is_there_in_time_is_not_pending(self, soon, player, llm):
        reply = soon(request("Hello!", player, first_line_ms=2000))
        assert not reply.pending and reply.source == SOURCE_TEMPLATE

    def test_the_caller_may_be_gone_meanwhile(self, soon, fetch, player, llm):
        llm.script(answer("Three days north.", delay=0.8))
        said = request("Who hid the crown?", player, first_line_ms=30)
        soon(said, timeout=0.5)
        assert fetch(said, wait_ms=3000).text == "Three days north."

    def test_a_repeat_while_it_is_at_work_asks_the_model_once(self, soon, fetch, player, llm):
        llm.script(answer("Three days north.", delay=0.6))
        said = request("Who hid the crown?", player, first_line_ms=30)
        assert soon(said).pending and soon(said).pending
        assert fetch(said, wait_ms=3000).text == "Three days north."
        assert len(llm.requests) == 1

    def test_what_nobody_works_on_is_not_found(self, fetch, player, npc):
        error = refused(lambda: fetch(request("Hello", player), wait_ms=100))
        assert error.code() == grpc.StatusCode.NOT_FOUND

    def test_anothers_answer_is_not_given_out(self, soon, fetch, player, other_player, llm):
        said = request("Who hid the crown?", player)
        soon(said)
        assert fetch(said).text
        for fields in ({"player": other_player}, {"npc": "prontera/Nobody"}):
            error = refused(lambda fields=fields: fetch(said, **fields))
            assert error.code() == grpc.StatusCode.NOT_FOUND


def test_memories_of_others_are_in_no_kept_answer(talk, player, other_player, llm, server):
    """A model that repeats whatever it was told."""

    async def obedient(exchange):
        told = " ".join(m["content"] for m in exchange.request.body["messages"])
        await answer(told[-300:].replace("\n", " "))(exchange)

    llm.default = obedient
    secret = "My sister Mira hides under the old bridge of Geffen."
    talk(secret, player)
    for text in ("Where is the old bridge?", "Who hides under the bridge?", "What of Geffen?"):
        talk(text, player)
        heard = talk(text, other_player)
        assert "Mira" not in heard.text and "sister" not in heard.text
    with in_tenant(server):
        assert NpcMemory.objects.filter(text__contains="Mira").exists()
        assert not CachedAnswer.objects.filter(text__contains="Mira").exists()
