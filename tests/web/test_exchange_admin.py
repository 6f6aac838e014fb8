"""Import and export of characters in the server's admin."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from npcs.exchange import bundles
from npcs.exchange.sheets import Fact
from npcs.models import ExchangeUpload, KnowledgePack, NpcPersonality
from tenants.context import in_tenant
from tests.npcs.exchange.test_files import lyra

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def pages(server):
    return f"{server.path}admin/npcs/exchangeupload/"


def upload(client, pages, data, **fields):
    file = SimpleUploadedFile("npcs.yaml", data)
    return client.post(f"{pages}add/", {"file": file, **fields})


def test_a_bundle_is_shown_and_then_applied(client, owner, server, pages):
    client.force_login(owner)
    shown = client.get(upload(client, pages, bundles.write([lyra()]).encode()).url)
    assert "The caves flood at noon." in shown.content.decode()
    with in_tenant(server):
        assert not NpcPersonality.objects.exists()
        waiting = ExchangeUpload.objects.get()
    client.post(f"{pages}{waiting.pk}/change/", {"apply": ""})
    with in_tenant(server):
        assert NpcPersonality.objects.get().name == "Lyra"


def test_what_is_wrong_with_a_file_is_said_on_the_page(client, owner, pages):
    client.force_login(owner)
    page = upload(client, pages, b"key,wealth\na/b,3\n").content.decode()
    assert "unknown column" in page


def test_words_of_a_file_are_shown_as_words(client, owner, pages):
    client.force_login(owner)
    evil = lyra(name="<img src=x>", background="<script>alert(1)</script>")
    page = client.get(upload(client, pages, bundles.write([evil]).encode()).url).content.decode()
    assert "<script>alert(1)" not in page and "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_pack_asks_for_whom_it_is(client, owner, server, npc, pages):
    client.force_login(owner)
    data = bundles.write_pack("tides", [Fact(text="High tide is at noon.")]).encode()
    page = upload(client, pages, data).url
    assert "Say which NPCs" in client.post(page, {"apply": ""}).content.decode()
    client.post(page, {"apply": "", "map_name": npc.map_name})
    with in_tenant(server):
        assert [fact.text for fact in KnowledgePack.objects.get(name="tides").facts.all()] == [
            "High tide is at noon."
        ]


def test_a_viewer_may_take_characters_along_but_bring_none(client, viewer, server, npc, pages):
    client.force_login(viewer)
    assert upload(client, pages, b"key\na/b\n").status_code == 403
    with in_tenant(server):
        waiting = ExchangeUpload.objects.create(
            file_name="x", content={"npcs": []}, uploaded_by="owner"
        )
    assert client.get(f"{pages}{waiting.pk}/change/").status_code == 200
    for decision in ("apply", "discard", "again"):
        answer = client.post(f"{pages}{waiting.pk}/change/", {decision: ""})
        assert answer.status_code == 403, decision
    got = client.get(f"{pages}export/", {"form": "bundle", "everybody": "on"})
    assert "prontera/Brannoc#town" in got.content.decode()


def test_an_export_holds_those_who_were_chosen(client, owner, server, npc, pages):
    client.force_login(owner)
    got = client.get(f"{pages}export/", {"form": "card_png", "keys": npc.key})
    assert got["Content-Type"] == "image/png" and got.content.startswith(b"\x89PNG")
    assert 'filename="Brannoc.png"' in got["Content-Disposition"]
    none = client.get(f"{pages}export/", {"form": "bundle", "map_name": "nowhere"})
    assert "0 NPCs fit" in none.content.decode()
    unsaid = client.get(f"{pages}export/", {"form": "bundle"})
    assert "Say which NPCs" in unsaid.content.decode()


def test_another_servers_upload_is_not_there(client, owner, other_server, pages):
    client.force_login(owner)
    with in_tenant(other_server):
        theirs = ExchangeUpload.objects.create(
            file_name="x", content={"npcs": []}, uploaded_by="owner"
        )
    assert client.get(f"{pages}{theirs.pk}/change/").status_code in (302, 404)
    elsewhere = f"{other_server.path}admin/npcs/exchangeupload/{theirs.pk}/change/"
    assert client.get(elsewhere).status_code in (302, 403)


@pytest.mark.parametrize("form, hook", [("client", b"ai_talk()"), ("tier0", b"AI_Talk")])
def test_npcs_are_downloaded_as_scripts(client, viewer, server, npc, pages, form, hook):
    client.force_login(viewer)
    got = client.get(f"{pages}export/", {"form": form, "keys": npc.key})
    assert got["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        script = archive.read("ai_world_stubs/prontera.txt")
    assert hook in script and b"Mjolnir" in script and b"crown" not in script


def test_where_there_is_no_script_to_write_it_is_said(client, viewer, server, npc, pages):
    client.force_login(viewer)
    page = client.get(f"{pages}export/", {"form": "tier0", "keys": "nowhere/Nobody"})
    assert "None of these NPCs" in page.content.decode()
