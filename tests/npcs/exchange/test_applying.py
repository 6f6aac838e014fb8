"""What a file changes: shown first, applied whole, once, and only if nothing changed meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aiworld.errors import Conflict, Invalid
from npcs.exchange import bundles, files, uploads
from npcs.exchange.applying import sheets_of
from npcs.exchange.differences import Change, differences
from npcs.exchange.sheets import Fact, sheet
from npcs.models import ExchangeUpload, KnowledgePack, NpcCard, NpcKnowledge, NpcPersonality
from tests.conftest import make_facts, make_npc
from tests.npcs.exchange.test_files import NOW, card, lyra


def received(*sheets, by="owner"):
    return uploads.receive(bundles.write(sheets).encode(), file_name="npcs.yaml", by=by)


def test_a_new_character_is_made_from_a_bundle(inside):
    upload = received(lyra())
    assert not NpcPersonality.objects.exists()
    uploads.apply_characters(upload)
    npc = NpcPersonality.objects.get(key="payon/Lyra#guide")
    assert (npc.role, npc.openness, npc.alignment, npc.edited_by_staff) == (
        "explorer", 0.9, "chaotic_good", True,
    )  # fmt: skip
    assert sorted(npc.knowledge.values_list("sensitivity", flat=True)) == [0, 5]


def test_stored_characters_go_out_and_nothing_differs_when_they_come_in(inside):
    uploads.apply_characters(received(lyra()))
    for form in ("card_v2", "card_v3", "card_png", "bundle", "table", "knowledge_table"):
        data = files.write(sheets_of(NpcPersonality.objects.all()), form, now=NOW)
        assert all(one.is_empty for one in differences(files.read(data), replace=True)), form


def test_the_difference_names_old_and_new(inside):
    npc = make_npc("payon/Lyra#guide", role="guide", openness=0.9)
    make_facts(npc, "The caves flood at noon.", "She owes nobody.", topic="caves")
    [found] = uploads.preview(received(lyra()), replace=True)
    assert Change("role", "guide", "explorer") in found.changes
    assert "openness" not in [change.field for change in found.changes]
    assert [fact.text for fact in found.altered] == ["The caves flood at noon."]
    assert [fact.text for fact in found.added] == ["=SUM(A1) is no spell."]
    assert found.removed == ("She owes nobody.",)


def test_what_the_file_does_not_mention_stays_unless_asked(inside):
    make_facts(make_npc("payon/Lyra#guide"), "She owes nobody.")
    uploads.apply_characters(received(lyra()))
    assert NpcKnowledge.objects.filter(text="She owes nobody.").exists()
    uploads.apply_characters(received(lyra()), replace=True)
    assert not NpcKnowledge.objects.filter(text="She owes nobody.").exists()


def test_a_character_that_changed_after_the_preview_is_not_overwritten(inside):
    npc = make_npc("payon/Lyra#guide")
    upload = received(lyra(), sheet({"key": "payon/Other#1"}))
    npc.background = "Written by somebody else."
    npc.save()
    with pytest.raises(Conflict, match="since"):
        uploads.apply_characters(upload)
    assert not NpcPersonality.objects.filter(key="payon/Other#1").exists()
    uploads.look_again(upload)
    upload.refresh_from_db()
    uploads.apply_characters(upload)
    npc.refresh_from_db()
    assert npc.background.startswith("Born at sea.")


def test_a_file_is_applied_once(inside):
    upload = received(lyra())
    uploads.apply_characters(upload)
    with pytest.raises(Conflict, match="already"):
        uploads.apply_characters(upload)


def test_applying_voids_cached_replies(inside):
    npc = make_npc("payon/Lyra#guide")
    uploads.apply_characters(received(sheet({"key": npc.key, "knowledge": [{"text": "Hm."}]})))
    version = npc.version
    npc.refresh_from_db()
    assert npc.version > version


def test_the_rest_of_a_card_is_kept_for_the_way_out(inside):
    text = card(tags=["sea"], extensions={"depth_prompt": {"depth": 4}})
    upload = uploads.receive(text.encode(), file_name="k.json", by="owner", key="izlude/Kafra")
    uploads.apply_characters(upload)
    assert NpcCard.objects.get().data["extensions"] == {"depth_prompt": {"depth": 4}}
    [again] = sheets_of(NpcPersonality.objects.all())
    assert again.card["tags"] == ["sea"]


def pack(*texts, name="tides"):
    data = bundles.write_pack(name, [Fact(text=text) for text in texts])
    return uploads.receive(data.encode(), file_name="tides.yaml", by="owner")


def give(upload, *, map_name="", role="", group="", keys=""):
    return uploads.apply_pack(upload, map_name=map_name, role=role, group=group, keys=keys)


def test_a_pack_is_shared_by_those_who_were_chosen(inside):
    sailor = make_npc("alberta/Torvald", role="sailor")
    make_npc("alberta/Gina", role="cook")
    assert give(pack("High tide is at noon.", "Gulls lie."), role="Sailor", map_name="alberta") == 1
    [shared] = KnowledgePack.objects.all()
    assert list(shared.npcs()) == [sailor]
    assert shared.facts.count() == NpcKnowledge.objects.count() == 2


def test_a_newer_version_of_a_pack_replaces_the_older_and_leaves_the_rest(inside):
    make_facts(make_npc("alberta/Torvald"), "My own secret.", "Gulls lie.")
    give(pack("High tide is at noon.", "Gulls lie."), map_name="alberta")
    kept = NpcKnowledge.objects.get(text="Gulls lie.", npc=None)
    give(pack("High tide is at one.", "Gulls lie."), map_name="alberta")
    shared = KnowledgePack.objects.get().facts
    assert set(shared.values_list("text", flat=True)) == {"Gulls lie.", "High tide is at one."}
    assert shared.get(text="Gulls lie.").pk == kept.pk
    assert NpcKnowledge.objects.filter(pack=None).count() == 2


def test_a_pack_for_nobody_is_refused_and_may_be_tried_again(inside):
    upload = pack("High tide is at noon.")
    with pytest.raises(Invalid, match="no NPC fits"):
        give(upload, map_name="nowhere")
    upload.refresh_from_db()
    assert upload.applied_at is None


def test_files_that_nobody_decides_on_go_and_do_not_pile_up(inside):
    for _ in range(uploads.MAX_WAITING):
        received(lyra())
    with pytest.raises(Invalid, match="wait already"):
        received(lyra())
    received(lyra(), by="somebody else")
    ExchangeUpload.objects.update(created_at=timezone.now() - timedelta(days=2))
    received(lyra())
    assert ExchangeUpload.objects.count() == 1
