"""The sample town shows what a reader of the documentation will see first."""

from __future__ import annotations

import pytest

ROLES = {
    "prontera/Brannoc#town": "blacksmith",
    "prontera/Sister Maelis#town": "healer",
    "prontera/Guard#south": "guard",
    "prontera/Guard#west": "guard",
    "izlude/Harbour Guard#izlude": "guard",
    "prontera/Old Corwin#town": "elder",
    "prt_in/Hedda#inn": "innkeeper",
    "prontera/Wren#town": "child",
    "izlude/Joss the Sailor#town": "sailor",
    "prontera/Fruit Seller#town": "merchant",
    "prontera/Fruit Seller#town2": "merchant",
    "alberta/Net Mender#town": "merchant",
    "prontera/Gisla#town": "merchant",
    "prontera/Nessa the Weaver#town": "worker",
}


def test_everything_in_the_sample_is_understood(town):
    assert town.summary.share_understood == 1.0
    assert town.issues == ()


def test_the_people_of_the_sample_have_their_roles(town):
    assert {character.key: character.role for character in town.characters} == ROLES


@pytest.fixture
def corwin(town):
    return next(one for one in town.characters if one.name == "Old Corwin")


def test_the_storyteller_has_something_to_tell(corwin):
    told = {line.branch[-1] for line in corwin.lines if line.branch}
    assert 'option "The great fire"' in told
    assert len(told) == 6
    assert {line.voice for line in corwin.lines} == {"own"}
