"""What a guide finds in the server's own data, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from npcs import prompting
from npcs.brief import Lookup
from npcs.composer import compose
from npcs.guides.looking import look_up, percent
from npcs.mind import _NOBODY
from tenants.context import in_tenant
from world.models import GameDrop, GameItem, GameMonster, GameSpawn, PlayerProfile

SAMPLE = Path(__file__).parents[3] / "samples" / "rathena"
GUIDE = replace(_NOBODY.persona, name="Mentor Elia", role="guide", map_name="our_town")


@pytest.fixture
def data(server):
    call_command("import_db", SAMPLE, server=server.name, json=True)
    with in_tenant(server):
        yield


@pytest.fixture
def ask(data):
    def ask(text, language="en", persona=GUIDE, char_id=1):
        found = look_up(persona, text, language, char_id=char_id)
        return replace(found, names=()) if found else None

    return ask


def test_where_something_drops_with_rates_and_homes(ask):
    assert ask("Where does dew drop drop?") == Lookup(
        kind="droppers",
        subject="Dew Drop",
        who=("Puddle 70%",),
        first="Puddle",
        places=("our_field",),
    )
    assert ask("who drops sun apples").who == ("Puddle 8%", "Thornback 4%")
    assert ask("where do I get an Old Crown?").kind == "no_droppers"


def test_a_newcomer_is_sent_to_who_leaves_most_of_it_behind_not_to_a_rare_champion(ask):
    dew = GameItem.objects.get(name="Dew Drop")
    champion = GameMonster.objects.create(
        id=2900, aegis_name="C1_PUDDLE", name="Puddle Ringleader", level=3, size="Small",
        race="Plant", element="Water", rank="Normal",
    )  # fmt: skip
    GameDrop.objects.create(monster=champion, item=dew, position=0, rate=10_000)
    GameSpawn.objects.create(map_id="our_field", monster=champion, amount=1)
    found = ask("Where does Dew Drop drop?")
    assert (found.first, found.who) == ("Puddle", ("Puddle 70%", "Puddle Ringleader 100%"))


def test_what_no_monster_leaves_behind_is_got_in_a_shop(ask):
    GameDrop.objects.filter(item__name="Oak Blade").delete()
    found = ask("where can I get an Oak Blade?")
    assert (found.kind, found.who) == ("buy", ("Smith Oda",))
    assert ask("who drops Oak Blade?").kind == "no_droppers"


def test_a_way_to_a_map_is_not_in_the_books(ask):
    assert ask("How do I get to our_field?") is None


def test_what_a_monster_is(ask):
    assert ask("what does puddle drop?").who == ("Dew Drop 70%", "Sun Apple 8%", "Oak Blade 0.01%")
    thornback = ask("what level is Thornback?")
    assert (thornback.kind, thornback.figure) == ("level", 15)
    assert thornback.places == ("our_cave", "our_field")
    assert ask("where do puddles live?").kind == "homes"


def test_what_things_cost(ask):
    assert ask("where can I buy an oak blade?") == Lookup(
        kind="buy", subject="Oak Blade", who=("Smith Oda",), places=("our_town 8,6",), figure=1200
    )
    assert ask("who sells dew drop").kind == "no_buy"
    assert ask("how much can I sell a Dew Drop for?") == Lookup(
        kind="sell", subject="Dew Drop", figure=3
    )
    GameItem.objects.filter(name="Dew Drop").update(restrictions=["NoSell"])
    assert ask("can I sell Dew Drop?").kind == "no_sell"


def test_which_map_fits_the_level_that_is_named_or_the_players_own(ask):
    assert ask("which map is good for level 15?") == Lookup(
        kind="fits", figure=15, places=("our_cave",)
    )
    assert ask("which map fits my level?").kind == "which_level"
    PlayerProfile.objects.create(char_id=7, name="Aline", base_level=16)
    own = ask("which map fits my level?", char_id=7)
    assert (own.kind, own.figure, own.personal) == ("fits", 16, True)
    assert ask("which map is good for level 90?").kind == "no_fits"


def test_who_lives_on_a_map(ask):
    field = ask("where is our_field, what map is it?")
    assert (field.who, field.figure, field.highest) == (("Puddle", "Thornback"), 2, 15)
    assert ask("which map is our_town?").kind == "no_residents"


def test_only_guides_look_and_only_for_what_there_is(ask):
    smith = replace(GUIDE, role="smith")
    assert ask("Where does Dew Drop drop?", persona=smith) is None
    assert ask("Where does Golden Egg drop?") is None
    assert ask("Dew Drop is a pretty name.") is None
    assert ask("I live in a puddlewood, where is it?") is None


def test_without_data_there_is_nothing_to_find(server):
    with in_tenant(server):
        assert look_up(GUIDE, "Where does Dew Drop drop?", "en", char_id=1) is None


QUESTIONS = {
    "en": "Where does Dew Drop drop?",
    "pt": "Quem dropa Dew Drop?",
    "es": "¿Qué monstruo suelta Dew Drop?",
    "id": "Siapa yang menjatuhkan Dew Drop?",
    "ko": "Dew Drop 드랍하는 몬스터 뭐예요?",
    "th": "Dew Drop ดรอปจากตัวไหน",
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_it_is_said_in_the_players_language(ask, language):
    text = QUESTIONS[language]
    found = ask(text, language)
    brief = replace(_NOBODY, persona=GUIDE, text=text, language=language, lookup=found)
    said = compose(brief).text
    assert all(part in said for part in ("Dew Drop", "Puddle", "70%", "our_field")), said


@pytest.mark.parametrize("language", QUESTIONS)
@pytest.mark.parametrize("kind", prompting.LOOKED_UP)
def test_every_finding_has_words_in_every_language(kind, language):
    found = Lookup(
        kind=kind, subject="Oak Blade", who=("Smith Oda",), first="Puddle",
        places=("our_town 8,6",), figure=12, highest=15,
    )  # fmt: skip
    brief = replace(_NOBODY, persona=GUIDE, text="?!", language=language, lookup=found)
    said = compose(brief).text
    assert "{" not in said
    assert len(said) > 8
    assert "Oak Blade" in said or kind in ("fits", "no_fits", "which_level")


def test_a_model_is_told_what_was_found(ask):
    found = ask("Where does Dew Drop drop?")
    brief = replace(_NOBODY, persona=GUIDE, text="Where does Dew Drop drop?", lookup=found)
    told = prompting.told(brief).messages[0]["content"]
    assert "Dew Drop is dropped by Puddle 70% (base rates). Puddle lives on: our_field." in told
    assert not prompting.knows_player(brief)
    assert prompting.knows_player(replace(brief, lookup=replace(found, personal=True)))


def test_rates_are_told_as_percent():
    assert [percent(rate) for rate in (1, 35, 800, 7000, 10_000)] == [
        "0.01%", "0.35%", "8%", "70%", "100%",
    ]  # fmt: skip
