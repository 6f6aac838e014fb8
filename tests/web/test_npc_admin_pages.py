"""The pages around a character: list, bulk changes, roll-out, history, snapshots, dry run."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from aiworld.sites import server as site
from inference.ledger.models import LLMRequestCache
from npcs import rollout, snapshots
from npcs.admin import rehearsal as dry_run
from npcs.models import NpcKnowledge, NpcMemory, NpcPersonality, NpcSnapshot
from tenants.context import in_tenant
from tests.conftest import make_npc
from tests.llm_endpoint import LLMEndpoint, answer
from tests.web.rows import fill, make_conversation
from tests.web.test_npc_admin import form_of

BULK = {
    "enable_ai": {},
    "disable_ai": {},
    "set_mode": {"ai_mode": "full"},
    "set_group": {"group": "smiths"},
    "move": {"map_name": "izlude", "x": "5", "y": "6"},
}


@pytest.fixture
def base(server):
    return f"{server.path}admin/npcs/npcpersonality/"


@pytest.fixture
def client(owner, signed_in):
    return signed_in(owner)


@pytest.fixture
def looking(viewer, signed_in):
    return signed_in(viewer)


def stored(server, npc):
    with in_tenant(server):
        return NpcPersonality.objects.get(pk=npc.pk)


def town(number=50):
    NpcPersonality.objects.bulk_create(
        NpcPersonality(key=f"payon/N{at}", name=f"N{at}", map_name="payon", ai_enabled=False)
        for at in range(number)
    )


# The list


def test_the_list_takes_as_many_queries_for_fifty_npcs_as_for_one(server, npc, client, base):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(base).status_code == 200
        return len(found)

    queries()
    one = queries()
    with in_tenant(server):
        town()
        make_conversation(npc, ("Hi", "Hello"))
    assert queries() <= one + 1 < 25


def test_the_list_tells_talks_and_cost(server, npc, client, base):
    with in_tenant(server):
        make_conversation(npc, ("Hi", "Hello"), ("Bye", "Bye"), minutes_ago=0, tokens=1000)
        LLMRequestCache.objects.create(
            task="dialogue",
            provider="p",
            model="m",
            prompt_digest="0",
            prompt_tokens=2000,
            cost="0.02",
        )
    row = client.get(base).text
    assert "0.0200 USD" in row


@pytest.mark.parametrize("action", BULK)
def test_a_bulk_change_asks_first_and_is_logged_and_in_the_history(
    server, npc, client, base, action
):
    with in_tenant(server):
        NpcPersonality.objects.filter(pk=npc.pk).update(ai_enabled=action != "enable_ai")
    form = {"action": action, "_selected_action": [npc.pk], **BULK[action]}
    asked = client.post(base, form)
    assert "1 NPC" in asked.text and "prontera/Brannoc#town" in asked.text
    before = stored(server, npc)
    assert client.post(base, form | {"post": "yes"}).status_code == 302
    after = stored(server, npc)
    assert after.version > before.version
    with in_tenant(server):
        last = npc.history.first()
        assert last.history_user == "owner"
        assert LogEntry.objects.filter(object_id=str(npc.pk)).count() == 1


def test_bulk_changes_do_what_they_say(server, npc, client, base):
    for action, fields in BULK.items():
        client.post(base, {"action": action, "_selected_action": [npc.pk], "post": "y", **fields})
    row = stored(server, npc)
    assert (row.ai_enabled, row.ai_mode, row.group) == (False, "full", "smiths")
    assert (row.map_name, row.x, row.y) == ("izlude", 5, 6)


@pytest.mark.parametrize(
    "action, fields",
    [
        ("set_mode", {"ai_mode": "free"}),
        ("move", {"map_name": "../x", "x": "1", "y": "1"}),
        ("move", {"map_name": "izlude", "x": "100000", "y": "1"}),
    ],
)
def test_a_bulk_change_that_cannot_be_is_asked_again(server, npc, client, base, action, fields):
    form = {"action": action, "_selected_action": [npc.pk], "post": "yes", **fields}
    version = stored(server, npc).version
    assert 'role="alert"' in client.post(base, form).text
    assert stored(server, npc).version == version


def test_all_npcs_of_a_filter_are_changed_at_once(server, npc, client, base):
    with in_tenant(server):
        town(60)
    form = {"action": "set_mode", "ai_mode": "budget", "select_across": "1", "post": "yes"}
    with in_tenant(server):
        chosen = [NpcPersonality.objects.filter(map_name="payon").first().pk]
    client.post(f"{base}?map_name=payon", form | {"_selected_action": chosen})
    with in_tenant(server):
        assert NpcPersonality.objects.filter(ai_mode="budget").count() == 60
    assert stored(server, npc).ai_mode == "normal"


def test_too_many_are_refused_with_the_number(server, npc, client, base, monkeypatch):
    monkeypatch.setattr("npcs.changes.MOST", 10)
    with in_tenant(server):
        town(20)
    form = {"action": "set_group", "group": "x", "select_across": "1", "_selected_action": [npc.pk]}
    assert "at most 10" in client.post(base, form).text


# Roll-out


def test_ai_is_rolled_out_and_back_on_the_page(server, npc, client, base):
    with in_tenant(server):
        town(60)
    page = client.get(f"{base}rollout/").text
    assert "19 NPCs would be switched on" in page
    form = {"target": "20", "order": "map", "map_name": ""}
    client.post(f"{base}rollout/", form)
    with in_tenant(server):
        assert rollout.state().on == 20
        name, number = rollout.latest()
        assert number == 19
    assert "Undo the last step" in client.get(f"{base}rollout/").text
    client.post(f"{base}rollout/", {"undo": name})
    with in_tenant(server):
        assert rollout.state().on == 1


# History


def test_a_change_is_shown_and_reverted(server, npc, client, base):
    with in_tenant(server):
        npc.history.all().delete()  # as an import leaves it
    address = f"{base}{npc.pk}/change/"
    form = form_of(client.get(address))
    client.post(address, form | {"name": "Brannoc the Old", "openness": "0.9"})
    history = client.get(f"{base}{npc.pk}/history/").text
    assert "Brannoc the Old" in history and "owner" in history
    with in_tenant(server):
        old = npc.history.last()
    version = f"{base}{npc.pk}/history/{old.pk}/"
    page = client.get(version)
    assert client.post(version, form_of_version(page)).status_code == 302
    row = stored(server, npc)
    assert (row.name, row.openness, row.edited_by_staff) == ("Brannoc", 0.5, True)
    with in_tenant(server):
        assert npc.history.first().history_change_reason == "reverted"
        assert npc.knowledge.count() == 4


def form_of_version(page):
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    return {
        name: "" if value is None else value for name, value in data.items() if value is not False
    }


@pytest.mark.parametrize("version", ["x", "999999", "0'"])
def test_a_version_that_is_none_is_not_found(npc, client, base, version):
    assert client.get(f"{base}{npc.pk}/history/{version}/").status_code == 404


# Snapshots


def test_a_character_is_taken_and_gone_back_to(server, npc, client, base):
    address = f"{base}{npc.pk}/snapshots/"
    client.post(address, {"label": "good", "parts": list(snapshots.PARTS)})
    with in_tenant(server):
        taken = NpcSnapshot.objects.get()
        npc.knowledge.all().delete()
    assert "Go back to “good”" in client.get(f"{address}?back={taken.pk}").text
    client.post(address, {"back": taken.pk, "parts": ["knowledge"]})
    with in_tenant(server):
        assert npc.knowledge.count() == 4
        assert NpcSnapshot.objects.count() == 2


def test_a_snapshot_of_another_npc_is_not_gone_back_to(server, npc, client, base):
    with in_tenant(server):
        other = make_npc("prontera/Corwin")
        taken = snapshots.take(other, label="x", made_by="owner")
    client.post(f"{base}{npc.pk}/snapshots/", {"back": taken.pk, "parts": ["persona"]})
    assert stored(server, npc).name == "Brannoc"


# Dry run


def test_a_dry_talk_goes_on_and_is_explained(server, npc, client, base):
    address = f"{base}{npc.pk}/dry-run/"
    first = client.post(address, line("Where do you buy your iron?"))
    assert "Mjolnir" in first.text and "withheld: it takes more trust" in first.text
    again = client.post(address, line("Tell me more", state=first.context["state"]))
    assert "Where do you buy your iron?" in again.text
    assert len(again.context["found"].line.before) == 2


def line(text, **fields):
    return {"text": text, "trust": "2", "language": "en", "mood": "", "player_name": "A"} | fields


def test_only_a_part_of_the_page_is_sent_to_a_script(npc, client, base):
    headers = {"X-Requested-With": "fetch"}
    page = client.post(f"{base}{npc.pk}/dry-run/", line("Hello"), headers=headers).text
    assert "<html" not in page and 'name="state"' in page


def test_a_talk_that_was_tampered_with_begins_anew(npc, client, base):
    page = client.post(f"{base}{npc.pk}/dry-run/", line("Hello", state="WyJ4Il0:1:2"))
    assert "begins anew" in page.text and page.context["found"].line.before == ()


def test_a_talk_with_another_npc_is_not_taken_over(server, npc, client, base):
    with in_tenant(server):
        other = make_npc("prontera/Corwin")
    state = client.post(f"{base}{npc.pk}/dry-run/", line("Hello")).context["state"]
    page = client.post(f"{base}{other.pk}/dry-run/", line("Hello", state=state))
    assert page.context["lost"]


def test_words_of_an_npc_run_nothing_on_the_page(server, npc, client, base):
    with in_tenant(server):
        NpcKnowledge.objects.create(npc=npc, text="<script>alert(1)</script> is the inn.")
    page = client.post(f"{base}{npc.pk}/dry-run/", line("<b>inn</b>", player_name="<i>x</i>")).text
    assert "<script>alert" not in page and "<i>x" not in page


def test_a_person_tries_so_many_lines_a_minute(npc, client, base, monkeypatch):
    monkeypatch.setattr(dry_run, "A_MINUTE", 2)
    said = [client.post(f"{base}{npc.pk}/dry-run/", line("Hello")).text for _ in range(3)]
    assert ["Wait a little" in page for page in said] == [False, False, True]


def test_an_editor_may_ask_the_model_and_a_viewer_may_not(
    server, npc, client, looking, base, settings
):
    with LLMEndpoint() as llm:
        settings.DEEPSEEK_API_BASE = llm.base_url
        settings.DEEPSEEK_API_KEY = "sk-x"
        llm.script(answer("From Mjolnir, friend."))
        asked = line("Where is your iron from?", with_llm="on")
        assert looking.post(f"{base}{npc.pk}/dry-run/", asked).status_code == 403
        assert llm.requests == []
        page = client.post(f"{base}{npc.pk}/dry-run/", asked).text
        assert "From Mjolnir, friend." in page and "The prompt as it was sent" in page
    with in_tenant(server):
        assert LLMRequestCache.objects.get().task == "dry run"


# The map


def test_the_place_is_shown_on_a_picture_of_the_map(server, npc, client, base, settings, tmp_path):
    address = f"{base}{npc.pk}/change/"
    assert "map-picture" not in client.get(address).text
    Image.new("RGB", (312, 392)).save(tmp_path / "prontera.png")
    settings.MAP_IMAGES_DIR = str(tmp_path)
    page = client.get(address).text
    assert 'viewBox="0 0 312 392"' in page and 'cx="164" cy="211"' in page
    assert client.get(f"{base}maps/prontera.png")["Content-Type"] == "image/png"
    (tmp_path / "prontera.png").rename(tmp_path / "prontera@200x400.png")
    assert 'viewBox="0 0 200 400"' in client.get(address).text


@pytest.mark.parametrize("name", ["..", "..%2f..%2fetc%2fpasswd", "izlude", "prontera@1x1", "A b"])
def test_no_other_file_is_served(client, base, settings, tmp_path, name):
    settings.MAP_IMAGES_DIR = str(tmp_path)
    (tmp_path / "secret.txt").write_text("x")
    page = client.get(f"{base}maps/{name}.png", follow=True)
    assert page["Content-Type"] != "image/png" and "root:" not in page.text


def test_a_picture_is_for_members(npc, base, settings, tmp_path, stranger, signed_in):
    Image.new("RGB", (3, 3)).save(tmp_path / "prontera.png")
    settings.MAP_IMAGES_DIR = str(tmp_path)
    for who in (Client(), signed_in(stranger)):
        assert who.get(f"{base}maps/prontera.png").status_code in (302, 403)


# Who may


def ours():
    return [model for model in site._registry if model._meta.app_label == "npcs"]


def fingerprint(server):
    with in_tenant(server), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = %s AND tablename <> 'django_migrations'",
            [server.schema_name],
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t")
            found[table] = cursor.fetchone()
    return found


def test_a_viewer_changes_nothing_by_any_page_or_action_of_npcs(server, npc, looking):
    with in_tenant(server):
        rows = fill(npc)
        taken = snapshots.take(npc, label="x", made_by="owner")
        old = npc.history.last().pk
        NpcPersonality.objects.filter(pk=npc.pk).update(name="Changed since")
    before = fingerprint(server)
    tried = 0
    for model in ours():
        admin = site.get_model_admin(model)
        base = f"{server.path}admin/npcs/{model._meta.model_name}/"
        pk = rows[model].pk if model in rows else 1
        for name in {*(admin.actions or ()), "delete_selected"}:
            action = name if isinstance(name, str) else name.__name__
            for more in BULK.get(action, {}), {}:
                form = {"action": action, "_selected_action": [pk], "post": "yes", **more}
                looking.post(base, form)
                tried += 1
        for page in (f"{pk}/change/", f"{pk}/delete/", "add/"):
            assert looking.post(base + page, {"post": "yes"}).status_code in (302, 403), base + page
    npcs = f"{server.path}admin/npcs/npcpersonality/"
    refused = {
        f"{npcs}rollout/": {"target": "2", "order": "map", "map_name": ""},
        f"{npcs}{npc.pk}/history/{old}/": {"name": "Reverted", "key": npc.key},
        f"{npcs}{npc.pk}/snapshots/": {"back": taken.pk, "parts": ["persona"]},
    }
    for address, form in refused.items():
        assert looking.get(address).status_code == 200
        assert looking.post(address, form).status_code == 403
    assert looking.post(f"{npcs}{npc.pk}/dry-run/", line("Hello")).status_code == 200
    assert tried > 20
    assert fingerprint(server) == before


def test_a_viewer_is_offered_no_button_that_changes(server, npc, looking, base):
    with in_tenant(server):
        old = npc.history.last().pk
        snapshots.take(npc, label="x", made_by="owner")
    for page in ("rollout/", f"{npc.pk}/snapshots/", f"{npc.pk}/history/{old}/"):
        text = looking.get(base + page).text
        assert 'name="_save"' not in text and "Take it" not in text and "Go back to it" not in text
    assert "Ask the language model" not in looking.get(f"{base}{npc.pk}/dry-run/").text


def test_every_page_of_a_character_opens(server, npc, client, base):
    with in_tenant(server):
        fill(npc)
        NpcMemory.objects.update(importance=7)
    for page in ("rollout/", f"{npc.pk}/dry-run/", f"{npc.pk}/snapshots/", f"{npc.pk}/history/"):
        assert client.get(base + page).status_code == 200
    assert client.get(f"{base}999999/dry-run/").status_code == 302
    assert client.get(f"{base}999999/snapshots/").status_code == 302
