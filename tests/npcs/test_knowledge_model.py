import pytest

from npcs.importing import import_characters
from npcs.models import NpcKnowledge, NpcPersonality
from npcs.scripts.tree import read_scripts
from tenants.context import in_tenant

SCRIPT = """prontera,1,2,3\tscript\tBrannoc#town\t100,{
\tmes "[Brannoc]";
\tmes "I buy my iron from the mine at Mjolnir.";
\tnext;
\tmes "[Brannoc]";
\tmes "The crown lies under the anvil%s.";
\tclose;
}
"""


@pytest.fixture
def imported(server, tmp_path):
    def imported(ending=""):
        path = tmp_path / "smith.txt"
        path.write_text(SCRIPT % ending)
        with in_tenant(server):
            return import_characters(read_scripts([path]).characters)

    imported()
    return imported


def crown():
    return NpcKnowledge.objects.get(text__contains="crown")


def test_a_secret_stays_secret_when_the_script_changes(imported, inside):
    fact = crown()
    fact.sensitivity = 8
    fact.save()
    assert imported(" of gold").updated == 1
    assert crown().sensitivity == 8
    assert NpcKnowledge.objects.count() == 2


def test_what_was_switched_off_stays_off(imported, inside):
    NpcKnowledge.objects.filter(pk=crown().pk).set_active(False)
    imported(" of gold")
    assert not crown().is_active


def test_lines_nobody_touched_follow_the_script(imported, inside):
    imported(" of gold")
    assert "of gold" in crown().text


@pytest.mark.parametrize(
    ("field", "value", "loses_vector"),
    [("text", "Other words.", True), ("topic", "iron", True), ("sensitivity", 5, False)],
)
def test_a_change_raises_the_version_and_other_words_need_a_new_vector(
    imported, inside, field, value, loses_vector
):
    fact = crown()
    NpcKnowledge.objects.filter(pk=fact.pk).update(embedding=[0.1] * 384)
    version = NpcPersonality.objects.get().version
    fact.refresh_from_db()
    setattr(fact, field, value)
    fact.save()
    fact.refresh_from_db()
    assert (fact.embedding is None) == loses_vector
    assert NpcPersonality.objects.get().version == version + 1
