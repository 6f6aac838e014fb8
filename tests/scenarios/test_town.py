"""The sample town, imported by the real command into a real server and spoken to over gRPC, with
the real sentence encoder."""

import uuid
from pathlib import Path

import pytest
from django.core.management import call_command

from grpc_api.pb.aiworld.v1 import common_pb2, dialogue_pb2
from npcs import following
from npcs.models import Conversation, NpcKnowledge, NpcPersonality
from tenants.context import in_tenant

TOWN = Path(__file__).parents[2] / "samples" / "npc" / "town.txt"
CORWIN, BRANNOC = "prontera/Old Corwin#town", "prontera/Brannoc#town"
MAELIS, HEDDA = "prontera/Sister Maelis#town", "prt_in/Hedda#inn"
JOSS, NESSA, GUARD = (
    "izlude/Joss the Sailor#town",
    "prontera/Nessa the Weaver#town",
    "prontera/Guard#south",
)  # noqa: E501

ANSWERS = [
    (CORWIN, "Tell me about the great fire", "bakery"),
    (CORWIN, "Was it arson?", "oven"),
    (CORWIN, "¿Qué sabes del gran incendio?", "bakery"),
    (CORWIN, "O que aconteceu com o cavaleiro perdido?", "Aldric"),
    (CORWIN, "Where is the seventh well?", "north-west tower"),
    (CORWIN, "What happened to your wife?", "Brida"),
    (CORWIN, "Who is Brannoc?", "south-east"),
    (BRANNOC, "Where do you buy your iron?", "Mjolnir"),
    (BRANNOC, "Onde você compra o ferro?", "Mjolnir"),
    (BRANNOC, "¿Quién es tu aprendiz?", "Tilda"),
    (BRANNOC, "How much to sharpen my blade?", "800"),
    (BRANNOC, "quem foi o melhor cliente?", "Aldric"),
    (MAELIS, "What do you know about the bell?", "north tower"),
    (MAELIS, "¿Por qué no suena la campana?", "rope"),
    (MAELIS, "Can you heal me?", "poor box"),
    (HEDDA, "How much is a bed?", "1500"),
    (HEDDA, "quanto custa uma cama?", "1500"),
    (HEDDA, "Is there breakfast?", "sixth bell"),
    (JOSS, "o que tem em Alberta?", "Aveline"),
    (JOSS, "¿Cuándo hay tormentas?", "new moon"),
    (NESSA, "¿tienes algún trabajo para mí?", "Fluff"),
    (GUARD, "What is south of the gate?", "Porings"),
    (GUARD, "quando vocês trocam a guarda?", "sunset"),
]
UNKNOWN = [
    (CORWIN, "Who is the mayor?"),
    (CORWIN, "Do you like dragons?"),
    (BRANNOC, "Where is the library?"),
    (BRANNOC, "quem é a rainha?"),
    (MAELIS, "¿dónde está el banco?"),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def town(server, settings, models):
    settings.INFERENCE_BACKEND, settings.ML_MODEL_PATH = "local", models
    settings.INFERENCE_TIMEOUT = 20.0
    call_command("import_npcs", str(TOWN), server=server.server_id, json=True)
    with in_tenant(server):
        while following.backfill():
            pass
        assert not NpcKnowledge.objects.filter(embedding=None).exists()
    return server


@pytest.fixture
def say(stubs, metadata, town):
    def say(npc, text, char_id=1, name="Aline"):
        request = dialogue_pb2.TalkRequest(
            request_id=uuid.uuid4().hex,
            npc=npc,
            player=common_pb2.Player(char_id=char_id, name=name),
            text=text,
        )
        return stubs.dialogue.Talk(request, metadata=metadata, timeout=30)

    return say


def test_the_town_answers_what_it_knows(say):
    wrong = {}
    for at, (npc, question, word) in enumerate(ANSWERS):
        text = say(npc, question, char_id=1000 + at).text
        if word not in text:
            wrong[npc, question] = text
    assert wrong == {}


def test_the_town_does_not_answer_what_it_cannot_know(say, town):
    with in_tenant(town):
        facts = {npc.key: [*npc.knowledge.all()] for npc in NpcPersonality.objects.all()}
    for at, (npc, question) in enumerate(UNKNOWN):
        text = say(npc, question, char_id=2000 + at).text
        assert not any(fact.text[:25] in text for fact in facts[npc]), (question, text)


def test_more_is_the_next_of_the_same_story(say):
    assert "bakery" in say(CORWIN, "Tell me about the great fire").text
    assert "oven" in say(CORWIN, "tell me more").text


def test_an_answer_that_leans_on_a_talk_is_for_nobody_else(say):
    say(CORWIN, "Tell me about the great fire")
    say(CORWIN, "tell me more")
    say(CORWIN, "Tell me about the lost knight", char_id=2)
    assert "oven" not in say(CORWIN, "tell me more", char_id=2).text


@pytest.mark.parametrize(
    ("told", "question", "word"),
    [
        ("please remember that my dog is called Rex", "what is my dog called?", "Rex"),
        ("Eu moro em Geffen", "onde eu moro?", "Geffen"),
        ("mi hermana Mira está enferma", "¿cómo se llama mi hermana?", "Mira"),
    ],
)
def test_what_one_player_tells_is_known_to_that_player_alone(say, told, question, word):
    say(BRANNOC, told)
    reply = say(BRANNOC, question)
    assert word in reply.text and reply.recalled
    other = say(BRANNOC, question, char_id=2, name="Bruno")
    assert word not in other.text and not other.recalled
    elsewhere = say(CORWIN, question)
    assert word not in elsewhere.text and not elsewhere.recalled


def test_a_correction_holds_after_the_talk_was_read_again(say, town):
    say(CORWIN, "My sister Mira is ill")
    say(CORWIN, "Actually her name is Lia, not Mira")
    with in_tenant(town):
        for talk in Conversation.objects.all():
            following.extract(talk.pk)
    text = say(CORWIN, "What is my sister called?").text
    assert "Lia" in text and "Mira" not in text
