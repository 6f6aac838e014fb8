"""The bridge's process: several game servers, and a database that goes and comes back."""

import threading
from dataclasses import replace

from grpc_api.mailbox.config import Config, Platform
from grpc_api.mailbox.serving import serve
from tests.grpc_api.mailbox import mariadb, script
from tests.grpc_api.mailbox.conftest import make_database, until_ready

NPC = b"prontera/Brannoc#town"


def test_each_game_server_is_answered_by_its_own_npcs(
    database_server, world, game, npc, other_npc, grpc_address, api_key, other_key
):
    with make_database(database_server) as other_database:
        worlds = (
            replace(world, api_key=api_key),
            replace(world, name="niflheim", database=other_database, api_key=other_key),
        )
        stop = threading.Event()
        config = Config(platform=Platform(endpoint=grpc_address), worlds=worlds)
        thread = threading.Thread(target=serve, args=(config, stop), daemon=True)
        thread.start()
        other_game = mariadb.Game(database_server, other_database)
        said = []
        for one in (game, other_game):
            row = script.ask(one, kind=b"talk", text=b"Where does the ship leave?", npc=NPC)
            assert until_ready(one, row) == 2
            said.append(b" ".join(script.read(one, row)[0][0]).decode())
        stop.set()
        thread.join(20)
        other_game.close()
    assert not thread.is_alive()
    assert "Alberta" in said[1] and "Alberta" not in said[0]


def test_a_database_that_was_away_is_served_again(
    database_server, database, started, grpc_address, api_key, npc
):
    started(grpc_address, api_key)
    for _ in range(2):
        game = mariadb.Game(database_server, database)
        row = script.ask(game, kind=b"talk", text=b"Hello", npc=NPC)
        assert until_ready(game, row) == 2
        game.close()
        database_server.stop()
        database_server.start()


def test_many_who_wait_are_all_answered(started, grpc_address, api_key, npc, game, world):
    started(grpc_address, api_key, replace(world, in_flight=4))
    rows = [
        script.ask(game, kind=b"recall", text=b"ring", npc=NPC, char=150_001 + at, number=1)
        for at in range(30)
    ]
    assert [until_ready(game, row) for row in rows] == [2] * 30
