import uuid
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs.models import Conversation, ConversationTurn, NpcMemory, NpcPersonality
from tenants.context import in_tenant

KEY = "prontera/Brannoc#town"


def request(text, player, **fields):
    fields.setdefault("request_id", uuid.uuid4().hex)
    return dialogue_pb2.TalkRequest(npc=KEY, player=player, text=text, **fields)


@pytest.fixture
def say(stubs, metadata, npc):
    def say(text, player, **fields):
        return stubs.dialogue.Talk(request(text, player, **fields), metadata=metadata, timeout=5)

    return say


def refused(call):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def details(error):
    [raw] = [v for k, v in error.trailing_metadata() if k == "grpc-status-details-bin"]
    status = status_pb2.Status.FromString(raw)
    found = {}
    for detail in status.details:
        for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest):
            if detail.Is(kind.DESCRIPTOR):
                found[kind.__name__] = kind.FromString(detail.value)
    return found


def test_an_npc_answers_from_what_it_knows(say, player):
    reply = say("Where do you buy your iron?", player)
    assert "Mjolnir" in reply.text
    assert reply.source == common_pb2.SOURCE_COMPOSER
    assert reply.pages[0].lines
    assert b" ".join(reply.pages[0].raw_lines).decode("cp1252")[:10] == reply.text[:10]


def test_a_secret_stays_closed_to_a_stranger(say, player):
    for question in ("Where is the lost king's crown?", "Tell me about the crown", "anvil?"):
        assert "crown under" not in say(question, player).text


def test_a_secret_opens_to_who_is_trusted(say, player, server, npc):
    say("Hello", player)
    with in_tenant(server):
        npc.relationships.update(trust=9)
    assert "anvil" in say("Where is the lost king's crown?", player).text


def test_the_player_returns_and_is_remembered(say, player):
    say("My sister Mira is ill.", player)
    reply = say("What did I tell you about my sister?", player)
    assert "Mira" in reply.text
    assert "Mira" in reply.recalled[0].text
    assert reply.recalled[0].happened_at.seconds > 0


def test_another_player_gets_none_of_it(say, player, other_player):
    say("My sister Mira is ill.", player)
    for question in (
        "What did I tell you about my sister?",
        "What did Aline tell you about her sister?",
        "Who is Mira?",
    ):
        reply = say(question, other_player)
        assert "ill" not in reply.text.lower().split()
        assert list(reply.recalled) == []


def test_the_memory_is_stored_when_the_reply_arrives(say, player, server):
    say("I am looking for white herbs.", player)
    with in_tenant(server):
        memory = NpcMemory.objects.get()
    assert (memory.text, memory.speaker, memory.char_id) == (
        "I am looking for white herbs.", "player", player.char_id,
    )  # fmt: skip
    assert memory.embedding is not None


def test_a_repeated_request_gets_the_same_reply_and_changes_nothing(say, player, server):
    first = say("Thank you!", player, request_id="one")
    again = say("Thank you!", player, request_id="one")
    assert again.repeated and not first.repeated
    first.repeated = True
    assert again == first
    with in_tenant(server):
        assert ConversationTurn.objects.count() == 1


def test_sixteen_equal_requests_at_once_make_one_turn(say, player, server):
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: say("Hello", player, request_id="same"), range(16)))
    assert len({reply.turn_id for reply in replies}) == 1
    with in_tenant(server):
        assert ConversationTurn.objects.count() == 1


def test_a_sitting_is_one_conversation_and_counts_its_turns(say, player, server):
    first, second = say("Hello", player), say("Where is the inn?", player)
    assert first.conversation_id == second.conversation_id
    with in_tenant(server):
        assert Conversation.objects.get().turn_count == 2


def test_a_request_id_used_for_other_words_is_refused(say, player):
    say("Hello", player, request_id="one")
    error = refused(lambda: say("Goodbye", player, request_id="one"))
    assert error.code() == grpc.StatusCode.ABORTED


def test_the_same_question_of_another_player_comes_from_the_cache(say, player, other_player):
    first = say("Where do you buy your iron?", player)
    second = say("where do you buy your iron", other_player)
    assert first.source == common_pb2.SOURCE_COMPOSER
    assert second.source == common_pb2.SOURCE_CACHE
    assert second.text == first.text


def test_an_edit_shows_in_the_next_answer(say, player, other_player, server, npc):
    say("Where do you buy your iron?", player)
    with in_tenant(server):
        fact = npc.knowledge.get(text__contains="iron")
        fact.text = "I buy my iron from the dwarves of Geffen."
        fact.save()
    reply = say("Where do you buy your iron?", other_player)
    assert "Geffen" in reply.text
    assert reply.source != common_pb2.SOURCE_CACHE


def test_trust_moves_with_what_is_said(say, player):
    assert say("Thank you very much!", player).trust_change > 0
    assert say("You are an idiot.", player).trust_change < 0


def test_the_stream_ends_with_the_whole_reply(stubs, metadata, npc, player):
    sent = stubs.dialogue.StreamTalk(
        request("Where do you buy your iron?", player), metadata=metadata, timeout=5
    )
    parts = [part for part in sent if part.WhichOneof("part") != "filler"]
    sentences = [part.sentence for part in parts[:-1]]
    assert sentences and all(sentences)
    assert parts[-1].reply.text == " ".join(sentences)
    assert "Mjolnir" in parts[-1].reply.text


class TestBadInput:
    def test_no_key(self, stubs, npc, player):
        error = refused(lambda: stubs.dialogue.Talk(request("Hi", player), timeout=5))
        assert error.code() == grpc.StatusCode.UNAUTHENTICATED
        assert details(error)["ErrorInfo"].reason == "Unauthenticated"

    @pytest.mark.parametrize("key", ["nonsense", "sk-", "sk-000000000000-aaaa", "sk-é", "x" * 300])
    def test_an_unknown_key(self, stubs, npc, player, key):
        metadata = (("x-api-key", key.encode("ascii", "replace").decode()),)
        call = lambda: stubs.dialogue.Talk(request("Hi", player), metadata=metadata, timeout=5)  # noqa: E731
        assert refused(call).code() == grpc.StatusCode.UNAUTHENTICATED

    def test_the_key_of_another_server_finds_another_world(
        self, stubs, npc, other_server, other_key, player
    ):
        metadata = (("x-api-key", other_key),)
        call = lambda: stubs.dialogue.Talk(request("Hi", player), metadata=metadata, timeout=5)  # noqa: E731
        assert refused(call).code() == grpc.StatusCode.NOT_FOUND

    def test_a_key_with_the_id_of_another_server(self, stubs, npc, other_server, api_key, player):
        metadata = (("x-api-key", api_key), ("x-server-id", other_server.server_id))
        call = lambda: stubs.dialogue.Talk(request("Hi", player), metadata=metadata, timeout=5)  # noqa: E731
        assert refused(call).code() == grpc.StatusCode.PERMISSION_DENIED

    def test_a_revoked_key(self, stubs, npc, player, servers, metadata):
        row = servers[0].server.api_keys.get()
        servers[0].server.api_keys.update(revoked_at=row.created_at)
        try:
            error = refused(
                lambda: stubs.dialogue.Talk(request("Hi", player), metadata=metadata, timeout=5)
            )
        finally:
            servers[0].server.api_keys.update(revoked_at=None)
        assert error.code() == grpc.StatusCode.UNAUTHENTICATED

    def test_an_unknown_npc(self, stubs, metadata, npc, player):
        call = lambda: stubs.dialogue.Talk(  # noqa: E731
            dialogue_pb2.TalkRequest(npc="prontera/Nobody", player=player, text="Hi"),
            metadata=metadata, timeout=5,
        )  # fmt: skip
        error = refused(call)
        assert error.code() == grpc.StatusCode.NOT_FOUND
        assert details(error)["BadRequest"].field_violations[0].field == "npc"

    @pytest.mark.parametrize(
        "text", ["", "   ", "\x00\x01\x02", "\u200b\u202e", "^ff0000^000000", "<ITEM></ITEM>"]
    )
    def test_nothing_was_said(self, say, player, text):
        error = refused(lambda: say(text, player))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "empty" in error.details()

    def test_ten_thousand_characters(self, say, player):
        error = refused(lambda: say("a" * 10_000, player))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "too long" in error.details()

    def test_a_message_beyond_the_limit(self, say, player):
        error = refused(lambda: say("a" * 300_000, player))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED

    def test_bytes_that_are_no_utf8(self, channel, metadata, npc):
        call = channel.unary_unary("/aiworld.v1.Dialogue/Talk")
        raw = b"\x22\x03Ol\xe1"  # field 4, text: "Ol\xe1" in cp1252
        error = refused(lambda: call(raw, metadata=metadata, timeout=5))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "UTF-8" in error.details()

    def test_client_bytes_are_read_in_the_servers_code_page(self, stubs, metadata, npc, player):
        said = dialogue_pb2.TalkRequest(
            npc=KEY, player=player, raw_text="Olá, você está bem?".encode("cp1252")
        )
        assert stubs.dialogue.Talk(said, metadata=metadata, timeout=5).language == "pt"

    def test_client_bytes_that_the_code_page_lacks_do_not_fail_the_call(
        self, stubs, metadata, npc, player, server
    ):
        said = dialogue_pb2.TalkRequest(npc=KEY, player=player, raw_text=b"Ol\xe1\x81")
        assert stubs.dialogue.Talk(said, metadata=metadata, timeout=5).text
        with in_tenant(server):
            assert ConversationTurn.objects.get().player_text == "Olá"

    def test_colour_codes_and_tags_are_taken_out_of_what_is_said(self, say, player, server):
        say("^ff0000Hello^000000 <ITEM>Sword<INFO>1101</INFO></ITEM>\x07 smith", player)
        with in_tenant(server):
            said = ConversationTurn.objects.get().player_text
        assert not set("^<>\x07") & set(said)
        assert said.startswith("Hello")

    @pytest.mark.parametrize("char_id", [0, -5])
    def test_a_player_without_an_id(self, say, char_id):
        error = refused(lambda: say("Hi", common_pb2.Player(char_id=char_id, name="X")))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert details(error)["BadRequest"].field_violations[0].field == "player.char_id"

    def test_a_deadline_already_past(self, stubs, metadata, npc, player, server):
        error = refused(
            lambda: stubs.dialogue.Talk(request("Hi", player), metadata=metadata, timeout=-1)
        )
        assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        with in_tenant(server):
            assert ConversationTurn.objects.count() == 0

    def test_an_npc_that_is_switched_off(self, say, player, server):
        with in_tenant(server):
            NpcPersonality.objects.update(ai_enabled=False)
        error = refused(lambda: say("Hi", player))
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION

    def test_a_suspended_server(self, say, player, server):
        type(server).objects.filter(pk=server.pk).update(status="suspended")
        error = refused(lambda: say("Hi", player))
        assert error.code() == grpc.StatusCode.PERMISSION_DENIED
