"""A game master speaks for an NPC: over the pages' addresses and the game's real gRPC door."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs import standing_in, takeover
from npcs.models import Conversation, ConversationTurn, NpcMemory, StaffLine, Takeover
from npcs.tasks import end_lapsed_takeovers
from tenants import live
from tenants.context import in_tenant
from tenants.models import Membership, Role
from tests.conftest import _user

QUESTION = "Where do you buy your iron?"


@pytest.fixture
def editor(server):
    user = _user("freya")
    Membership.objects.create(user=user, server=server, role=Role.EDITOR)
    return user


@pytest.fixture
def talk(stubs, metadata, npc, player):
    def talk(text, *, timeout=5.0, request_id=None):
        request = dialogue_pb2.TalkRequest(
            npc=npc.key, player=player, text=text, request_id=request_id or uuid.uuid4().hex
        )
        return stubs.dialogue.Talk(request, metadata=metadata, timeout=timeout)

    return talk


@pytest.fixture
def post(server, editor, signed_in):
    client = signed_in(editor)

    def post(conversation_id, what, *, by=client, **fields):
        return by.post(f"{server.path}live/talks/{conversation_id}/{what}", fields)

    return post


@pytest.fixture
def begun(talk):
    """The conversation's id."""
    return talk("Good day!", timeout=10).conversation_id


def later(seconds, act, *arguments, **fields):
    timer = threading.Timer(seconds, act, arguments, fields)
    timer.start()
    return timer


def test_the_players_next_words_are_answered_by_the_game_master(talk, post, begun, server, player):
    assert post(begun, "take").json()["holder"] == "freya"
    writing = later(0.4, post, begun, "say", text="I am  <b>here</b>, ^ff0000child.", emotion="sad")
    began = time.perf_counter()
    reply = talk("My sister Mira is ill.", timeout=8)
    took = time.perf_counter() - began
    writing.join()
    assert reply.text == "I am here, child."
    assert reply.source == common_pb2.SOURCE_STAFF
    assert reply.emotion == common_pb2.EMOTION_SAD
    assert 0.3 < took < 6, "it came when it was written, not at the deadline"
    with in_tenant(server):
        turn = ConversationTurn.objects.get(pk=reply.turn_id)
        assert (turn.source, turn.spoken_by) == ("staff", "freya")
        assert NpcMemory.objects.get(turn=turn).text == "My sister Mira is ill."
        assert StaffLine.objects.get().turn_id == turn.pk


def test_without_words_in_time_the_npc_asks_for_a_moment_and_says_them_next(talk, post, begun):
    post(begun, "take")
    first = talk(QUESTION, timeout=1.5)
    assert first.source == common_pb2.SOURCE_STOCK
    assert first.text in standing_in.FILLERS["en"]
    assert post(begun, "say", text="From Mjolnir.").json()["lines"] == ["From Mjolnir."]
    post(begun, "say", text="Ask there for Otto.")
    second = talk("Well?", timeout=3)
    assert second.text == "From Mjolnir. Ask there for Otto."
    again = talk("And then?", timeout=1.5)
    assert again.source == common_pb2.SOURCE_STOCK and again.text != first.text


def test_words_that_were_asked_for_twice_are_said_once_and_the_repeat_is_the_same(
    talk, post, begun
):
    post(begun, "take")
    post(begun, "say", text="Only once.")
    request_id = uuid.uuid4().hex
    first = talk("What?", timeout=2, request_id=request_id)
    repeat = talk("What?", timeout=2, request_id=request_id)
    assert first.text == repeat.text == "Only once." and repeat.repeated
    assert talk("What else?", timeout=1.5).source == common_pb2.SOURCE_STOCK


def test_a_stream_brings_the_words_sentence_by_sentence(stubs, metadata, npc, player, post, begun):
    post(begun, "take")
    writing = later(0.3, post, begun, "say", text="Hear me. The mine is closed.")
    request = dialogue_pb2.TalkRequest(npc=npc.key, player=player, text=QUESTION)
    parts = list(stubs.dialogue.StreamTalk(request, metadata=metadata, timeout=5))
    writing.join()
    said = [part.sentence for part in parts if part.WhichOneof("part") == "sentence"]
    assert said == ["Hear me.", "The mine is closed."]
    assert parts[-1].reply.source == common_pb2.SOURCE_STAFF


def test_given_back_the_npc_speaks_for_itself_even_to_who_waits(talk, post, begun):
    post(begun, "take")
    giving = later(0.4, post, begun, "give")
    waited = talk(QUESTION, timeout=5)
    giving.join()
    assert "Mjolnir" in waited.text and waited.source == common_pb2.SOURCE_COMPOSER
    assert "800 zeny" in talk("What does a good edge cost?").text


def test_a_cached_answer_does_not_speak_over_the_game_master(talk, post, begun, stubs, metadata):
    talk(QUESTION)
    post(begun, "take")
    assert talk(QUESTION, timeout=1.5).source == common_pb2.SOURCE_STOCK


def test_without_redis_the_words_come_by_polling(talk, post, begun, settings, monkeypatch):
    monkeypatch.setattr(live, "ring", lambda name: None)
    post(begun, "take")
    writing = later(0.2, post, begun, "say", text="Slow but here.")
    assert talk(QUESTION, timeout=6).text == "Slow but here."
    writing.join()


def test_players_who_wait_hold_no_thread_and_others_are_answered(
    talk, post, begun, stubs, metadata, npc
):
    post(begun, "take")
    answers = []
    waiting = [
        threading.Thread(target=lambda: answers.append(talk(QUESTION, timeout=5)))
        for _ in range(12)
    ]
    for each in waiting:
        each.start()
    time.sleep(0.5)
    other = common_pb2.Player(char_id=150_077, name="Rufus")
    request = dialogue_pb2.TalkRequest(npc=npc.key, player=other, text=QUESTION)
    assert "Mjolnir" in stubs.dialogue.Talk(request, metadata=metadata, timeout=3).text
    assert not answers
    for each in waiting:
        each.join()
    assert {each.source for each in answers} == {common_pb2.SOURCE_STOCK}


def test_too_many_who_wait_get_the_filler_at_once(talk, post, begun, monkeypatch):
    monkeypatch.setattr(standing_in, "MOST_WAITING", 0)
    post(begun, "take")
    began = time.perf_counter()
    assert talk(QUESTION, timeout=20).source == common_pb2.SOURCE_STOCK
    assert time.perf_counter() - began < 10


def test_trust_follows_the_players_words_whoever_answers(talk, post, begun):
    post(begun, "take")
    post(begun, "say", text="You are my best friend, I trust you with my life.")
    assert talk("It is raining.", timeout=3).trust_change == talk("It rains.").trust_change == 0
    post(begun, "say", text="How dare you!")
    assert talk("You are an idiot and a liar!", timeout=3).trust_change < 0


def test_one_game_master_at_a_time(post, begun, owner, signed_in):
    second = signed_in(owner)
    post(begun, "take")
    refused = post(begun, "take", by=second)
    assert refused.status_code == 409 and "freya" in refused.json()["error"]
    assert post(begun, "say", by=second, text="I am here too").status_code == 409
    post(begun, "give", by=second)
    assert post(begun, "here").json()["holder"] == "freya", "only the holder gives it back"
    post(begun, "give")
    assert post(begun, "take", by=second).json()["holder"] == "owner"


@pytest.mark.parametrize("moment, gone", [("active_at", Takeover.IDLE), ("seen_at", Takeover.GONE)])
def test_it_ends_by_itself_when_its_holder_is_gone(
    talk, post, begun, server, owner, signed_in, moment, gone
):
    post(begun, "take")
    post(begun, "say", text="Never heard")
    with in_tenant(server):
        Takeover.objects.update(**{moment: timezone.now() - gone - timedelta(seconds=1)})
    assert "Mjolnir" in talk(QUESTION).text
    assert post(begun, "say", text="Still me").status_code == 409
    assert end_lapsed_takeovers() == 1
    assert end_lapsed_takeovers() == 0
    with in_tenant(server):
        assert not StaffLine.objects.filter(turn=None).exists()
    assert post(begun, "take", by=signed_in(owner)).json()["lines"] == []


def test_hearing_from_its_page_keeps_it_and_being_silent_does_not(post, begun, server):
    post(begun, "take")
    with in_tenant(server):
        almost = timezone.now() - Takeover.GONE + timedelta(seconds=10)
        Takeover.objects.update(seen_at=almost)
    post(begun, "here")
    with in_tenant(server):
        assert Takeover.objects.get().seen_at > almost + timedelta(seconds=5)


def test_everything_is_logged(post, begun, server, editor):
    post(begun, "take")
    post(begun, "take")
    post(begun, "say", text="Well met.")
    post(begun, "give")
    post(begun, "give")
    with in_tenant(server):
        entries = LogEntry.objects.filter(user=editor).order_by("pk")
        assert [entry.change_message for entry in entries] == [
            "Took the conversation over.",
            "Spoke as the NPC: Well met.",
            "Gave the conversation back.",
        ]


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"text": ""}, "plain words"),
        ({"text": "*smiles*"}, "plain words"),
        ({"text": "x" * 601}, "at most 600"),
        ({"text": "x" * 5000}, "at most 600"),
        ({"text": "Hello", "emotion": "smug"}, "emotion"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(post, begun, fields, words):
    post(begun, "take")
    answer = post(begun, "say", **fields)
    assert answer.status_code == 400 and words in answer.json()["error"]


def test_lines_that_wait_are_bounded(post, begun):
    post(begun, "take")
    for number in range(takeover.MOST_LINES):
        assert post(begun, "say", text=f"Line {number}.").status_code == 200
    assert post(begun, "say", text="One more.").status_code == 409


@pytest.mark.parametrize("what", ["take", "give", "say", "here"])
def test_who_may_only_look_takes_nothing_over(
    server, other_server, viewer, stranger, owner, signed_in, post, begun, what
):
    for person, status in ((viewer, 403), (stranger, 403)):
        client = signed_in(person)
        assert post(begun, what, by=client, text="Hello").status_code == status
    answer = signed_in(owner).post(f"{other_server.path}live/talks/{begun}/{what}")
    assert answer.status_code == 403
    with in_tenant(server):
        assert not Takeover.objects.exists() and not StaffLine.objects.exists()


def test_a_form_of_another_site_does_nothing(server, begun, editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(f"{server.path}live/talks/{begun}/take").status_code == 403


def test_a_conversation_that_does_not_exist(post):
    assert post(10**6, "take").status_code == 404
    assert post(10**30, "take").status_code == 404


def test_the_cleaned_words_fit_the_client(talk, post, begun):
    post(begun, "take")
    post(begun, "say", text="“Żółw” — said the smith…")
    reply = talk("What?", timeout=3)
    assert b" ".join(reply.pages[0].raw_lines).decode("cp1252") == '"Zólw" - said the smith...'


def test_erasing_the_conversation_erases_the_takeover(post, begun, server):
    post(begun, "take")
    post(begun, "say", text="Well met.")
    with in_tenant(server):
        Conversation.objects.get(pk=begun).delete()
        assert not Takeover.objects.exists()


def test_who_has_just_come_is_told_that_a_player_waits(talk, post, begun, monkeypatch):
    """Though this process still believes that nobody watches."""
    post(begun, "take")
    publisher, told = live._publisher(), []
    monkeypatch.setattr(publisher.presence, "watched", lambda group: False)
    monkeypatch.setattr(publisher, "put", lambda group, message: told.append(message))
    talk(QUESTION, timeout=2)
    [waiting] = [each["payload"] for each in told if each.get("topic") == "waiting"]
    assert waiting["player_text"] == QUESTION and waiting["seconds"] > 0
