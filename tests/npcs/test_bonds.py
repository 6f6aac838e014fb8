"""Bonds between NPCs come back to where staff left them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from npcs import bonds, tasks
from npcs.models import NpcRelationship
from tenants.context import in_tenant
from tests.conftest import make_npc

NOW = timezone.now()


def bound(bond, *, resting=0, days=10):
    one, other = make_npc("payon/Ana"), make_npc("payon/Bo")
    return NpcRelationship.objects.create(
        npc=one, other_npc=other, bond=bond, bond_resting=resting,
        last_met_at=NOW - timedelta(days=days),
    )  # fmt: skip


def after(row, *nights):
    for night in nights:
        bonds.fade(NOW + timedelta(days=night))
    row.refresh_from_db()
    return row.bond


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("bond", "resting", "left"), [(60, 0, 57), (-60, 0, -57), (3, 0, 2), (80, 80, 80), (20, 80, 23)]
)
def test_a_night_takes_a_twentieth_back(bond, resting, left):
    assert after(bound(bond, resting=resting), 0) == left


@pytest.mark.usefixtures("inside")
def test_it_fades_once_a_day_and_never_beyond_its_rest():
    row = bound(2)
    assert after(row, 0, 0) == 1
    assert after(row, 1, 2, 3) == 0


@pytest.mark.usefixtures("inside")
def test_those_who_talk_stay_friends():
    assert after(bound(40, days=1), 0) == 40


@pytest.mark.usefixtures("inside")
def test_trust_in_a_player_is_no_bond():
    row = NpcRelationship.objects.create(npc=make_npc(), char_id=1, trust=9, bond=0)
    assert after(row, 0) == 0
    assert row.trust == 9


def test_every_server_has_its_night(server, other_server):
    for each in (server, other_server):
        with in_tenant(each):
            bound(50)
    assert tasks.fade_bonds() == 2
    assert tasks.fade_bonds() == 0


def test_what_staff_sets_is_where_it_rests(server, owner, client):
    with in_tenant(server):
        row = bound(10)
    client.force_login(owner)
    address = f"{server.path}admin/npcs/npcrelationship/{row.pk}/change/"
    form = {
        "npc": row.npc_id, "other_npc": row.other_npc_id, "player_name": "", "char_id": "",
        "trust": 2, "last_reason": "", "bond": 70, "bond_resting": 0,
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    with in_tenant(server):
        row.refresh_from_db()
        assert (row.bond, row.bond_resting) == (70, 70)
    client.post(address, form | {"bond": 90, "bond_resting": 30})
    with in_tenant(server):
        row.refresh_from_db()
        assert (row.bond, row.bond_resting) == (90, 30)
