from datetime import UTC, datetime, timedelta

import pytest

from npcs.brief import Brief, Fact, Neighbour, Persona, Turn
from npcs.composer import compose
from npcs.composer.substance import spoken, substance
from npcs.context import about, leaning

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CORWIN = Persona(
    key="prontera/corwin", name="Old Corwin", role="elder", map_name="prontera", x=134, y=221,
    openness=0.6, conscientiousness=0.5, extraversion=0.5, agreeableness=0.5, neuroticism=0.3,
    alignment="lawful_good", background="", speech_style="",
)  # fmt: skip
FIRE = Fact(
    id=1, topic="The great fire", sensitivity=0, score=0.8,
    text="The great fire began in the bakery of Hob Underhill. It burned for two days.",
)  # fmt: skip
TAXES = Fact(
    id=2, topic="The great fire", sensitivity=0, score=0.4,
    text="Somebody wanted the tax rolls in the house next door to burn.",
)  # fmt: skip
WELLS = Fact(id=3, topic="Wells", text="There were seven wells in Prontera.", sensitivity=0)
BYE = Fact(id=4, topic="Farewell", text="Come back when the evening is long.", sensitivity=0)
FACTS = (FIRE, TAXES, WELLS, BYE)


def talk(*lines, language="en", facts=FACTS, **fields):
    recent, answers = (), []
    for at, text in enumerate(lines):
        now = NOW + timedelta(seconds=20 * at)
        given = Brief(
            persona=CORWIN, player_name="Leo", language=language, text=text, trust=2.0,
            met_before=False, now=now, recent=recent, facts=facts, **fields,
        )  # fmt: skip
        answers.append(compose(given))
        recent += (
            Turn(speaker="player", text=text, at=now),
            Turn(speaker="npc", text=answers[-1].text, at=now),
        )
    return answers


@pytest.mark.parametrize(
    ("question", "more", "language"),
    [
        ("tell me about the great fire", "tell me more", "en"),
        ("tell me about the great fire", "go on", "en"),
        ("o que você sabe do incêndio?", "me conte mais", "pt"),
        ("¿qué sabes del gran incendio?", "cuéntame más", "es"),
    ],
)
def test_more_is_the_next_of_the_same_topic(question, more, language):
    first, second, third = talk(question, more, more, language=language)
    assert (first.used_facts, second.used_facts, third.used_facts) == ((1,), (2,), ())
    assert second.personal


def test_where_is_answered_from_what_was_told():
    assert talk("tell me about the great fire", "and where was that?")[1].used_facts == (1,)


def test_why_goes_on_with_the_story():
    assert talk("tell me about the great fire", "why?")[1].used_facts == (2,)


def test_nobody_is_named_who_did_not_tell():
    answer = talk("tell me about the great fire", "who told you that?")[1]
    assert answer.used_facts == () and "Hob" not in answer.text


def test_a_farewell_is_no_story():
    assert BYE.id not in [i for each in talk("any news?", "more", "more") for i in each.used_facts]


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("tell me more", "en", "more"), ("why?", "en", "reason"),
        ("how do you know?", "en", "source"),
        ("is it expensive?", "en", "pointing"), ("where is the church?", "en", ""),
        ("tell me more about the church", "en", ""), ("what do you sell?", "en", ""),
        ("e onde fica isso?", "pt", "pointing"), ("por quê?", "pt", "reason"),
        ("e aí?", "pt", "more"), ("¿quién te dijo eso?", "es", "source"),
        ("¿y dónde está eso?", "es", "pointing"), ("¿y luego?", "es", "more"),
    ],
)  # fmt: skip
def test_a_line_leans_on_the_one_before_or_does_not(text, language, kind):
    assert leaning(text, language) == kind


def test_a_line_that_leans_is_looked_for_with_what_was_said():
    recent = (Turn(speaker="player", text="tell me about the wells", at=NOW),)
    assert "wells" in about("tell me more", "en", recent)
    assert about("where is the church?", "en", recent) == "where is the church?"


@pytest.mark.parametrize(
    "text",
    [
        "Then step back from the anvil.", "Another landlubber.", "Ten pieces, dear. I can count.",
        "And you do not have it. Come back when your purse is heavier.", "What do you want?",
        "Peace, brother/sister. You look tired.",
    ],
)  # fmt: skip
def test_a_reaction_tells_nothing(text):
    assert substance("", text) == ""


def test_a_fact_is_told_without_what_surrounds_it():
    assert spoken("There. I take no money for it.") == "I take no money for it."
    assert spoken("I am Brannoc. What do you want?") == "I am Brannoc."


BRANNOC = Neighbour(name="Brannoc", role="blacksmith", x=164, y=181)


@pytest.mark.parametrize(
    ("text", "language", "way"),
    [
        ("who is Brannoc?", "en", "south-east"), ("where is the blacksmith?", "en", "south-east"),
        ("onde fica o ferreiro?", "pt", "sudeste"), ("¿quién es Brannoc?", "es", "sureste"),
    ],
)  # fmt: skip
def test_a_neighbour_is_known_and_where_he_stands(text, language, way):
    [answer] = talk(text, language=language, facts=(), neighbours=(BRANNOC,))
    assert "Brannoc" in answer.text and way in answer.text


def test_a_stranger_is_not_taken_for_a_neighbour():
    [answer] = talk("who is Morgana?", facts=(), neighbours=(BRANNOC,))
    assert "Brannoc" not in answer.text
