"""`manage.py export_npcs`: what the characters of a server become as scripts."""

import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from npcs.models import NpcKnowledge, NpcPersonality
from tenants.context import in_tenant
from tests.conftest import make_facts, make_npc

SAMPLE = Path(__file__).parents[2] / "samples" / "npc"


@pytest.fixture
def exported(server):
    def exported(path, **options):
        out, err = StringIO(), StringIO()
        call_command("export_npcs", path, server=server.name, stdout=out, stderr=err, **options)
        return out.getvalue() + err.getvalue()

    return exported


def imported(server, path):
    call_command("import_npcs", str(path), server=server.name, stdout=StringIO())
    with in_tenant(server):
        places = list(NpcPersonality.objects.order_by("key").values_list("key", "name", "x", "y"))
        facts = NpcKnowledge.objects.order_by("npc__key", "topic", "text")
        return places, list(facts.values_list("npc__key", "topic", "text"))


@pytest.mark.parametrize("tier0", [False, True])
def test_a_town_comes_back_as_it_was(server, exported, tmp_path, tier0):
    first = imported(server, SAMPLE)
    assert "14 NPCs in" in exported(tmp_path / "out", tier0=tier0)
    with in_tenant(server):
        NpcPersonality.objects.all().delete()
    assert imported(server, tmp_path / "out") == first


def test_secrets_and_conditions_stay(server, npc, exported, tmp_path):
    with in_tenant(server):
        make_facts(npc, "The bridge is down today.", condition='weather == "rain"')
        make_facts(npc, "I used to be a thief.", is_active=False)
    exported(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["ai_world_stubs/prontera.txt", "ai_world_stubs/scripts.conf"]
        script = archive.read("ai_world_stubs/prontera.txt").decode()
        listed = archive.read("ai_world_stubs/scripts.conf").decode()
    assert "Mjolnir" in script and "ai_talk()" in script
    assert not [word for word in ("crown", "bridge", "thief") if word in script]
    assert "npc: npc/custom/ai_world_stubs/prontera.txt" in listed


def test_only_one_map_for_tier_0(server, npc, exported, tmp_path):
    with in_tenant(server):
        make_npc("geffen/Mirela")
    assert "1 NPCs in 1 files" in exported(tmp_path, tier0=True, map="geffen")
    script = (tmp_path / "geffen.txt").read_text()
    assert 'callfunc "AI_Talk";' in script and not (tmp_path / "prontera.txt").exists()


def test_what_the_code_page_has_no_letters_for_is_named(server, npc, exported, tmp_path):
    with in_tenant(server):
        make_npc("prontera/대장장이")
    said = exported(tmp_path)
    assert "left out prontera/대장장이" in said and "1 NPCs" in said
    assert "2 NPCs" in exported(tmp_path, code_page="cp949")


def test_where_it_cannot_be_written_is_said(server, npc, exported, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="cannot be written"):
        exported(tmp_path / "file")
    with pytest.raises(CommandError, match="unknown code page"):
        exported(tmp_path / "out", code_page="klingon")
