from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from npcs.brief import Brief, Persona, Recollection, Turn
from npcs.composer import compose
from npcs.intents import Intent, classify

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
TOMAS = Persona(
    key="prontera/tomas", name="Tomas", role="villager", map_name="prontera", x=1, y=1,
    **dict.fromkeys(TRAITS, 0.5), alignment="lawful_good", background="", speech_style="",
)  # fmt: skip
TOLD = [
    ("please remember that my dog is called Rex", "what is my dog called?", "Rex"),
    ("my dog is called Rex", "what's my pet's name?", "Rex"),
    ("I have a cat named Whiskers", "what is the name of my cat?", "Whiskers"),
    ("my sister Mira is ill", "what is my sister's name?", "Mira"),
    ("my sister Mira is ill", "how is my sister?", "ill"),
    ("I live in Geffen", "where do I live?", "Geffen"),
    ("I'm a hunter from Payon", "what's my job?", "hunter"),
    ("I'm a hunter from Payon", "where am I from?", "Payon"),
    ("I am looking for a white herb", "what am I looking for?", "white herb"),
    ("I promise to bring you iron tomorrow", "what did I promise you?", "iron"),
    ("I hate spiders", "what do I hate?", "spiders"),
    ("I love plums", "what do I like?", "plums"),
    ("I lost my bow in the forest", "what did I lose?", "bow"),
    ("I have two brothers", "how many brothers do I have?", "two"),
    ("my favourite colour is blue", "what is my favorite colour?", "blue"),
    ("I am 30 years old", "how old am I?", "30"),
    ("my guild is called Red Hawks", "what is my guild?", "Red Hawks"),
    ("lembre-se que meu cachorro se chama Thor", "qual é o nome do meu cachorro?", "Thor"),
    ("minha irmã Mira está doente", "como se chama minha irmã?", "Mira"),
    ("eu moro em Payon", "onde eu moro?", "Payon"),
    ("estou procurando um anel", "o que eu estou procurando?", "anel"),
    ("tenho dois filhos", "quantos filhos eu tenho?", "dois"),
    ("tenho medo de aranhas", "do que eu tenho medo?", "aranhas"),
    ("perdi meu anel", "o que eu perdi?", "anel"),
    ("minha esposa se chama Ana", "quem é minha esposa?", "Ana"),
    ("recuerda que mi perro se llama Canela", "¿cómo se llama mi perro?", "Canela"),
    ("vivo en Payon", "¿dónde vivo?", "Payon"),
    ("mi hermano Luis murió en la guerra", "¿qué le pasó a mi hermano?", "Luis"),
    ("me gusta el vino", "¿qué me gusta?", "vino"),
    ("busco a mi hermano perdido", "¿a quién busco?", "hermano"),
    ("odio la lluvia", "¿qué odio?", "lluvia"),
    ("tengo tres hijos", "¿cuántos hijos tengo?", "tres"),
    ("mi color favorito es el rojo", "¿cuál es mi color favorito?", "rojo"),
    ("my dog is called Rex", "qual é o nome do meu cachorro?", "Rex"),
    ("my dog is called Rex", "¿cómo se llama mi perro?", "Rex"),
]


def language_of(text):
    return (
        "es" if "¿" in text else "pt" if any(w in text for w in ("eu ", "minha", "meu")) else "en"
    )


def memory(text, at, **fields):
    defaults = {"speaker": "player", "subject": "", "place": "", "importance": 6.0, "score": 0.5}
    return Recollection(
        id=at, text=text, happened_at=NOW - timedelta(days=9 - at), **defaults | fields
    )


def asked(question, *memories, recent=()):
    return compose(
        Brief(
            persona=TOMAS, player_name="Leo", language=language_of(question), text=question,
            trust=2.0, met_before=True, now=NOW, recent=recent,
            memories=tuple(memory(text, at) for at, text in enumerate(memories, 1)),
        )
    )  # fmt: skip


@pytest.mark.parametrize(("told", "question", "word"), TOLD)
def test_what_was_told_is_known_when_asked_in_other_words(told, question, word):
    answer = asked(question, told, "I bought some apples at the market")
    assert word in answer.text and answer.used_memories == (1,)
    assert answer.intent is Intent.remember


@pytest.mark.parametrize(("told", "question", "word"), TOLD[:33])
def test_it_is_known_a_moment_later_too(told, question, word):
    turns = (
        Turn(speaker="player", text=told, at=NOW - timedelta(minutes=1)),
        Turn(speaker="npc", text="I see.", at=NOW - timedelta(minutes=1)),
    )
    assert word in asked(question, recent=turns).text


@pytest.mark.parametrize(
    ("told", "question", "word"),
    [
        ("my dog is called Rex", "what is my cat called?", "Rex"),
        ("my sister Mira is ill", "what is my brother's name?", "Mira"),
        ("I love plums", "what do I hate?", "plums"),
        ("I am looking for a ring", "where do I live?", "ring"),
        ("what is my dog called?", "what is my dog called?", '"'),
        ("minha irmã Mira está doente", "como se chama minha mãe?", "Mira"),
        ("mi madre se llama Rosa", "¿cómo se llama mi padre?", "Rosa"),
    ],
)
def test_nothing_is_recalled_that_was_not_told(told, question, word):
    assert word not in asked(question, told).text


@pytest.mark.parametrize(
    ("old", "new", "question", "right", "wrong"),
    [
        ("my sister Mira is ill", "actually her name is Lia, not Mira",
         "what is my sister called?", "Lia", "Mira"),
        ("my dog is called Rex", "my dog is called Max", "what is my dog called?", "Max", "Rex"),
        ("I live in Geffen", "I moved to Payon", "where do I live?", "Payon", "Geffen"),
        ("eu moro em Geffen", "na verdade eu moro em Prontera", "onde eu moro?",
         "Prontera", "Geffen"),
        ("mi madre se llama Rosa", "en realidad mi madre se llama Eva",
         "¿cómo se llama mi madre?", "Eva", "Rosa"),
        ("my sister Mira is ill", "actually her name is Lia, not Mira",
         "what did I tell you about my sister?", "Lia", "Mira"),
    ],
)  # fmt: skip
def test_the_newest_holds(old, new, question, right, wrong):
    text = asked(question, old, new).text
    assert right in text and wrong not in text


def test_a_correction_names_whom_it_means():
    told = ("my sister Mira is ill", "my dog is called Rex", "actually her name is Lia, not Mira")
    assert "Rex" in asked("what is my dog called?", *told).text
    assert "Lia" in asked("what is my sister called?", *told).text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("remember that my dog is called Rex", "en"),
        ("please don't forget that I live in Geffen", "en"),
        ("não esqueça que eu moro em Payon", "pt"),
        ("recuerda que vivo en Payon", "es"),
    ],
)
def test_a_request_to_remember_tells_and_asks_nothing(text, language):
    assert classify(text, language) is Intent.statement


def test_the_request_is_not_repeated():
    persona = replace(TOMAS, extraversion=0.9)
    given = Brief(
        persona=persona, player_name="Leo", language="en", trust=2.0, met_before=True, now=NOW,
        text="please remember that my dog is called Rex",
    )  # fmt: skip
    assert "remember that" not in compose(given).text
