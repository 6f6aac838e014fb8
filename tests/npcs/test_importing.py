"""`manage.py import_npcs`, with the sample town and with what people really have on their disks."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from npcs.importing import SHORTEST, plain
from npcs.models import NpcKnowledge, NpcPersonality
from tenants.context import in_tenant

SAMPLE = Path(__file__).parents[2] / "samples" / "npc"
BRANNOC = "prontera/Brannoc#town"
IRON = "I buy my iron from the mine at Mjolnir, three days north of here."


@pytest.fixture
def folder(tmp_path):
    """The sample, to be changed at will."""
    path = tmp_path / "npc"
    shutil.copytree(SAMPLE, path)
    return path


@pytest.fixture
def imported(server, folder):
    def imported(*paths, **options):
        out = StringIO()
        paths = [str(path) for path in paths or [folder]]
        call_command("import_npcs", *paths, server=server.name, json=True, stdout=out, **options)
        return json.loads(out.getvalue())

    return imported


@pytest.fixture
def rows(server):
    def rows():
        with in_tenant(server):
            return (
                list(NpcPersonality.objects.order_by("key").values()),
                list(NpcKnowledge.objects.order_by("pk").values()),
            )

    return rows


def change(folder, before, after):
    file = folder / "town.txt"
    text = file.read_text()
    assert text.count(before) == 1
    file.write_text(text.replace(before, after))


def test_the_sample_becomes_characters(imported, server):
    summary = imported()
    assert summary["created"] == summary["characters"] == 14
    assert (summary["updated"], summary["unchanged"], summary["issues"]) == (0, 0, 0)
    assert summary["share_understood"] == 1.0 and not summary["dry_run"]
    assert summary["roles"]["guard"] == 3
    with in_tenant(server):
        smith = NpcPersonality.objects.get(key=BRANNOC)
        texts = list(smith.knowledge.values_list("text", flat=True))
        assert summary["facts"] == NpcKnowledge.objects.count()
    assert (smith.name, smith.role, smith.x, smith.y) == ("Brannoc", "blacksmith", 164, 181)
    assert smith.script_source.endswith("town.txt:17")
    assert any(IRON in text for text in texts)
    assert not any("^" in text or "{player}" in text for text in texts)
    assert min(map(len, texts)) >= SHORTEST


def test_a_second_time_changes_nothing(imported, rows):
    imported()
    before = rows()
    again = imported()
    assert (again["created"], again["updated"], again["unchanged"], again["facts"]) == (0, 0, 14, 0)
    assert rows() == before


def test_a_dry_run_says_what_would_be_and_stores_nothing(imported, rows):
    summary = imported(dry_run=True)
    assert summary["created"] == 14 and summary["facts"] > 20 and summary["dry_run"]
    assert rows() == ([], [])


def test_a_dry_run_over_a_changed_script_stores_nothing(imported, rows, folder):
    imported()
    before = rows()
    change(folder, IRON, "I buy my iron from the dwarves.")
    assert imported(dry_run=True)["updated"] == 1
    assert rows() == before


def test_a_changed_script_brings_its_new_lines(imported, folder, server):
    imported()
    change(folder, IRON, "I buy my iron from the dwarves of Geffen.")
    summary = imported()
    assert (summary["created"], summary["updated"], summary["unchanged"]) == (0, 1, 13)
    with in_tenant(server):
        smith = NpcPersonality.objects.get(key=BRANNOC)
        texts = list(smith.knowledge.values_list("text", flat=True))
    assert IRON not in str(texts) and "I buy my iron from the dwarves of Geffen." in str(texts)
    assert len(texts) == len(set(texts)) and smith.version > 1


def test_what_staff_wrote_survives_a_changed_script(imported, folder, server):
    imported()
    with in_tenant(server):
        smith = NpcPersonality.objects.get(key=BRANNOC)
        smith.role, smith.background, smith.openness = "poet", "Once a knight.", 0.9
        smith.edited_by_staff = True
        smith.save()
        smith.knowledge.create(text="The crown lies under the anvil.", sensitivity=8)
    change(folder, IRON, "I buy my iron from the dwarves of Geffen.")
    change(folder, "prontera,164,181,4\tscript\tBrannoc", "prontera,165,181,4\tscript\tBrannoc")
    imported()
    with in_tenant(server):
        smith = NpcPersonality.objects.get(key=BRANNOC)
        assert (smith.role, smith.background, smith.openness, smith.x) == (
            "poet", "Once a knight.", 0.9, 165,
        )  # fmt: skip
        assert smith.knowledge.get(origin="staff").sensitivity == 8


def test_a_line_that_staff_rewrote_keeps_their_words(imported, folder, server):
    imported()
    with in_tenant(server):
        fact = NpcKnowledge.objects.get(text__contains=IRON)
        fact.text = "My iron is none of your business."
        fact.save()
    change(folder, "Mind the sparks.", "Beware of the sparks.")
    imported()
    with in_tenant(server):
        texts = list(NpcKnowledge.objects.filter(npc__key=BRANNOC).values_list("text", flat=True))
    assert "My iron is none of your business." in texts
    assert any("Beware" in text for text in texts)


def test_the_first_line_that_staff_made_a_secret_stays_one(imported, folder, server):
    imported()
    with in_tenant(server):
        first = NpcKnowledge.objects.filter(npc__key=BRANNOC).order_by("position").first()
        first.sensitivity = 8
        first.save()
    change(folder, IRON, "I buy my iron from the dwarves of Geffen.")
    imported()
    with in_tenant(server):
        same = NpcKnowledge.objects.filter(npc__key=BRANNOC, text=first.text)
        assert [fact.sensitivity for fact in same] == [8]


def test_rubbish_among_the_files_does_not_keep_the_others_out(imported, folder, tmp_path, server):
    (folder / "picture.txt").write_bytes(bytes(range(256)) * 50)
    whole = (folder / "town.txt").read_text()
    half = whole.replace("#town", "#half").replace("prontera,", "geffen,")
    (folder / "half.txt").write_text(half[: half.index("Old Corwin") + 400])
    issues = tmp_path / "issues.txt"
    summary = imported(issues=issues)
    assert summary["files"] == 3 and summary["issues"] >= 2
    assert summary["created"] > 14
    told = issues.read_text()
    assert "picture.txt" in told and "half.txt" in told
    assert len(told.splitlines()) == summary["issues"]
    with in_tenant(server):
        assert NpcPersonality.objects.filter(key=BRANNOC).exists()
        assert NpcPersonality.objects.filter(key="geffen/Brannoc#half").exists()


def test_an_npc_that_stands_in_two_files_is_one_character(imported, folder, server):
    shutil.copy(folder / "town.txt", folder / "again.txt")
    imported()
    assert imported()["unchanged"] == 14


def test_one_server_only(imported, other_server):
    imported()
    with in_tenant(other_server):
        assert not NpcPersonality.objects.exists()


def test_by_its_id_too(server, folder):
    out = StringIO()
    call_command("import_npcs", str(folder), server=server.server_id, json=True, stdout=out)
    assert json.loads(out.getvalue())["created"] == 14


def test_a_server_that_does_not_exist(folder, server):
    with pytest.raises(CommandError, match="no active server 'Atlantis'; there are: .*Midgard"):
        call_command("import_npcs", str(folder), server="Atlantis")


def test_a_path_that_does_not_exist(server, folder):
    with pytest.raises(CommandError, match="no such file or folder: /nowhere/npc"):
        call_command("import_npcs", str(folder), "/nowhere/npc", server=server.name)


def test_for_people_there_is_a_table(server, folder, capsys):
    out = StringIO()
    call_command("import_npcs", str(folder), server=server.name, stdout=out)
    assert "Imported" in out.getvalue() and "100.00% of the headers" in out.getvalue()


def test_an_import_voids_the_answers_that_were_kept(imported, folder, server):
    imported()
    with in_tenant(server):
        before = NpcPersonality.objects.get(key=BRANNOC).version
    change(folder, IRON, "I buy my iron from the dwarves of Geffen.")
    imported()
    with in_tenant(server):
        assert NpcPersonality.objects.get(key=BRANNOC).version > before
        assert NpcPersonality.objects.get(key="prontera/Wren#town").version == 1


@pytest.mark.parametrize(
    "written, kept",
    [
        ("Good day, {player}.", "Good day."),
        ("Good day {player}!", "Good day!"),
        ("{player}, come here.", "traveller, come here."),
        ("  Good day. ", "Good day."),
    ],
)
def test_what_only_the_running_script_knows_is_left_out(written, kept):
    assert plain(written) == kept
