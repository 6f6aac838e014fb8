"""Scripts of a game server ask through the table; the real platform answers."""

from grpc_api.mailbox.table import Table
from npcs.models import ConversationTurn, NpcMemory, NpcPersonality
from tenants.context import in_tenant
from tests.grpc_api.mailbox import script
from tests.grpc_api.mailbox.conftest import until_ready

NPC = b"prontera/Brannoc#town"
ANSWERED, OWN_SCRIPT = 2, 3


def test_what_a_player_says_is_answered_in_pages(
    started, grpc_address, api_key, npc, player_says, game
):
    started(grpc_address, api_key)
    row, state = player_says(b"Where do you buy your iron?", npc=NPC)
    assert state == ANSWERED
    pages, farewell = script.read(game, row)
    assert "Mjolnir" in b" ".join(pages[0]).decode() and not farewell
    assert all(0 < len(line) <= 200 for page in pages for line in page)


def test_a_farewell_closes_the_window(started, grpc_address, api_key, npc, player_says, game):
    started(grpc_address, api_key)
    row, _ = player_says(b"Goodbye!", npc=NPC)
    assert script.read(game, row)[1]


def test_what_it_shall_remember_is_recalled(
    started, grpc_address, api_key, npc, game, root, server
):
    started(grpc_address, api_key)
    script.ask(
        game, kind=b"remember", text=b"Lost a red ring at the well", npc=NPC, number=7, waits=0
    )
    for _ in range(1200):
        with in_tenant(server):
            kept = list(NpcMemory.objects.values_list("text", "importance"))
        if kept:
            break
        until_ready(game, 0, 0.05)
    assert kept == [("Lost a red ring at the well", 7.0)]
    row = script.ask(game, kind=b"recall", text=b"red ring", npc=NPC, number=3)
    assert until_ready(game, row) == ANSWERED
    assert script.read(game, row)[0] == [[b"Lost a red ring at the well"]]
    root.execute("SELECT COUNT(*) FROM ai_world_mailbox WHERE kind = 'remember'")
    assert root.fetchone()[0] == 0


def test_an_npc_decides_without_a_player(started, grpc_address, api_key, npc, game):
    started(grpc_address, api_key)
    text = b"A thief runs by with a purse.\nStop him and call the guard\nLook away"
    row = script.ask(game, kind=b"decide", text=text, npc=NPC, char=0, name=b"")
    assert until_ready(game, row) == ANSWERED
    assert script.choice(game, row) in (1, 2)


def test_an_ask_that_is_none_is_sent_back(started, grpc_address, api_key, npc, game):
    started(grpc_address, api_key)
    for fields in ({"kind": b"dance"}, {"kind": b"talk", "char": 0}, {"kind": b"decide"}):
        row = script.ask(game, **{"text": b"x", "npc": NPC} | fields)
        assert until_ready(game, row) == OWN_SCRIPT


def test_bytes_of_the_code_page_arrive_and_leave(
    started, grpc_address, api_key, npc, player_says, game, server
):
    server.code_page = "cp949"
    server.save()
    started(grpc_address, api_key)
    said = "대장장이님, 안녕하세요".encode("cp949")
    row, state = player_says(said, npc=NPC, name="철수".encode("cp949"))
    assert state == ANSWERED
    pages, _ = script.read(game, row)
    assert all(line.decode("cp949") for page in pages for line in page)
    with in_tenant(server):
        assert ConversationTurn.objects.get(player_text="대장장이님, 안녕하세요")


def test_an_npc_nobody_imported_is_made_known_where_it_stands(
    started, grpc_address, api_key, committed, player_says, server
):
    started(grpc_address, api_key)
    _, state = player_says(b"Hello there", npc=b"geffen/Mirela#inn")
    assert state == ANSWERED
    with in_tenant(server):
        made = NpcPersonality.objects.get(key="geffen/Mirela#inn")
    assert (made.name, made.x, made.y) == ("Mirela", 150, 183)


def test_an_npc_that_is_switched_off_runs_its_own_script(
    started, grpc_address, api_key, npc, player_says, server, root
):
    with in_tenant(server):
        NpcPersonality.objects.update(ai_enabled=False)
    started(grpc_address, api_key)
    row, state = player_says(b"Hello", npc=NPC)
    assert state == OWN_SCRIPT
    root.execute("SELECT reason FROM ai_world_mailbox WHERE id = %s", [row])
    assert root.fetchone()[0] == "SwitchedOff"


def test_a_platform_that_is_away_sends_players_to_the_own_script_at_once(
    started, npc, api_key, player_says, root
):
    started("127.0.0.1:9", api_key)
    states = [player_says(b"Hello", npc=NPC)[1] for _ in range(5)]
    assert states == [OWN_SCRIPT] * 5
    root.execute("SELECT DISTINCT reason FROM ai_world_mailbox")
    assert root.fetchall() == (("UNAVAILABLE",),)


def test_what_nobody_waits_for_is_kept_until_the_platform_is_back(
    started, grpc_address, api_key, npc, game, root, server
):
    away = started("127.0.0.1:9", api_key)
    row = script.ask(game, kind=b"remember", text=b"Owes me a drink", npc=NPC, waits=0, number=-1)
    for _ in range(1200):
        root.execute("SELECT state, not_before FROM ai_world_mailbox WHERE id = %s", [row])
        state, not_before = root.fetchone()
        if not_before:
            break
        until_ready(game, 0, 0.05)
    assert (state, not_before is not None) == (0, True)
    away.stop.set()
    away.thread.join(20)
    root.execute("UPDATE ai_world_mailbox SET not_before = NULL")
    started(grpc_address, api_key)
    for _ in range(1200):
        with in_tenant(server):
            if NpcMemory.objects.filter(text="Owes me a drink").exists():
                break
        until_ready(game, 0, 0.05)
    else:
        raise AssertionError("it is lost")


def test_a_script_hears_of_a_bridge_only_while_one_runs(
    started, grpc_address, api_key, root, world
):
    def seen():
        root.execute("SELECT COUNT(*) FROM ai_world_bridges")
        return root.fetchone()[0]

    one = started(grpc_address, api_key)
    with Table(world) as other:
        other.beat()
        assert seen() >= 1
        other.leave()
    while not seen():
        pass
    one.stop.set()
    one.thread.join(20)
    assert seen() == 0
