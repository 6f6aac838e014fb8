"""The characters that come with the product."""

from io import StringIO

import pytest
from django.core.management import call_command

from npcs import examples
from npcs.exchange import files
from npcs.models import KnowledgePack, NpcKnowledge, NpcPersonality
from npcs.scales import Sensitivity
from npcs.scripts.tree import read_scripts

NPCS = ("lyra", "thorne", "gareth", "elia")


@pytest.mark.parametrize("name", NPCS)
def test_each_has_four_tiers_of_knowledge(name):
    [sheet] = files.read(examples.data(name))
    tiers = [fact.sensitivity for fact in sheet.knowledge]
    assert all(tiers.count(tier) >= 2 for tier in Sensitivity)
    assert any(fact.condition for fact in sheet.knowledge)
    assert len({fact.text for fact in sheet.knowledge}) == len(tiers)


def test_their_tempers_are_what_they_are_known_for():
    [lyra], [thorne] = (files.read(examples.data(name)) for name in ("lyra", "thorne"))
    assert min(lyra.openness, lyra.agreeableness, 1 - lyra.neuroticism) > 0.8
    assert max(thorne.openness, thorne.agreeableness, 1 - thorne.neuroticism) < 0.25


def test_every_example_is_a_file_and_every_file_an_example():
    assert {path.stem for path in examples.FOLDER.glob("*.yaml")} == {
        each.name for each in examples.EXAMPLES
    }


def test_a_second_time_nothing_comes_and_what_staff_changed_stays(inside):
    assert examples.add_missing() == 5
    lyra = NpcPersonality.objects.get(name="Lyra")
    lyra.background = "She stays at home now."
    lyra.save()
    facts = NpcKnowledge.objects.count()
    assert examples.add_missing() == 0
    lyra.refresh_from_db()
    assert lyra.background == "She stays at home now."
    assert NpcKnowledge.objects.count() == facts
    assert [npc.name for npc in KnowledgePack.objects.get().npcs()] == ["Merchant Gareth"]


def test_the_command_brings_them_to_a_server(server, inside):
    out = StringIO()
    call_command("import_characters", "--examples", "--server", server.server_id, stdout=out)
    assert "5 new" in out.getvalue()
    path = examples.FOLDER / "lyra.yaml"
    call_command("import_characters", str(path), "--server", server.server_id, stdout=out)
    assert "prontera/Lyra#explorer same" in out.getvalue()


def test_they_stand_beside_the_sample_town(inside):
    town = read_scripts([examples.FOLDER.parent / "npc"]).characters
    new = {files.read(examples.data(name))[0].key for name in NPCS}
    assert not new & {character.key for character in town}
