from datetime import timedelta

from django.utils import timezone

from npcs.models import Conversation
from tenants.context import in_tenant
from world.models import PlayerProfile
from world.tasks import meet_talkers


def talked(npc, char_id, name, ago=timedelta()):
    at = timezone.now() - ago
    Conversation.objects.create(
        npc=npc, char_id=char_id, player_name=name, started_at=at, last_turn_at=at, language="pt"
    )


def test_who_talked_lately_gets_a_profile_once(npc, server):
    with in_tenant(server):
        talked(npc, 7, "Ana", timedelta(minutes=5))
        talked(npc, 7, "Anna")
        talked(npc, 8, "Old", timedelta(days=1))
    assert meet_talkers() == 1
    assert meet_talkers() == 1
    with in_tenant(server):
        profile = PlayerProfile.objects.get()
    assert (profile.char_id, profile.name, profile.language) == (7, "Anna", "pt")


def test_profiles_stay_on_their_server(npc, server, other_npc, other_server):
    with in_tenant(other_server):
        talked(other_npc, 9, "Bruno")
    meet_talkers()
    with in_tenant(server):
        assert not PlayerProfile.objects.exists()
    with in_tenant(other_server):
        assert PlayerProfile.objects.get().name == "Bruno"
