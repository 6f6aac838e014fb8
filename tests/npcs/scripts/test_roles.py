from __future__ import annotations

import pytest

from npcs.scripts.clues import Evidence
from npcs.scripts.records import Shop
from npcs.scripts.roles import guess_role

SHOP = Shop(kind="shop", currency="zeny", items=())
ROLES = {
    "merchant": [{"shop": SHOP}, {"name": "Weapon Dealer"}],
    "kafra employee": [{"name": "Kafra Staff"}, {"sprite": "117"}, {"functions": {"F_Kafra"}}],
    "storage keeper": [{"words": {"openstorage"}}],
    "object": [{"name": "Old Notice Board"}, {"sprite": "2_BULLETIN_BOARD"}],
    "guard": [{"name": "Gate Guard"}, {"sprite": "105"}, {"sprite": "8W_SOLDIER"}],
    "healer": [{"name": "Nurse"}, {"words": {"percentheal"}}],
    "refiner": [{"words": {"successrefitem"}}],
    "blacksmith": [{"name": "Blacksmith Brock"}, {"sprite": "4_F_JOB_BLACKSMITH"}],
    "stylist": [{"name": "Hair Dresser"}],
    "job master": [{"words": {"jobchange"}}],
    "priest": [{"name": "Father Yosuke"}, {"name": "Bishop"}],
    "child": [{"name": "Flower Girl"}, {"sprite": "4_F_KID2"}],
    "innkeeper": [{"name": "Inn Maid"}],
    "quest giver": [{"words": {"setquest", "warp", "select"}}],
    "warper": [{"words": {"warp", "select"}}],
    "trader": [{"words": {"getitem", "delitem"}}],
    "sailor": [{"name": "Sea Captain"}],
    "elder": [{"name": "Old Man"}],
    "villager": [{"name": "Chad"}, {"name": "Kingsley", "sprite": "84"}],
}
CASES = [(role, evidence) for role, cases in ROLES.items() for evidence in cases]


@pytest.mark.parametrize(("role", "evidence"), CASES)
def test_the_role_is_guessed_with_a_reason(role, evidence):
    guessed, reason = guess_role(Evidence(**{"name": "Somebody", "sprite": "84", **evidence}))
    assert guessed == role
    assert reason
