"""Run as a program, behind PgBouncer: units of two game servers in many threads, through every way
to reach the database. Prints what was seen that should not be."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiworld.settings")
django.setup()

from django.db import DatabaseError, connection, transaction  # noqa: E402

from aiworld.errors import NotFound  # noqa: E402
from npcs import dialogue  # noqa: E402
from npcs.models import ConversationTurn, NpcPersonality  # noqa: E402
from npcs.turns import Said  # noqa: E402
from tenants import outbox, statements  # noqa: E402
from tenants.context import in_owner, in_schema, in_tenant  # noqa: E402
from tenants.current import Schema  # noqa: E402
from tenants.models import Outbox, Server  # noqa: E402
from tenants.provisioning import provision, remove  # noqa: E402

KEY = "prontera/Canary"
THREADS, ROUNDS = 8, 5


def by_orm(server):
    return [NpcPersonality.objects.get(key=KEY).name]


def by_iterator(server):
    return list(NpcPersonality.objects.filter(key=KEY).values_list("name", flat=True).iterator())


def by_hand(server):
    sql = "SELECT name, current_user::text FROM npc_personalities WHERE key = %(key)s"
    with transaction.atomic():
        inside = statements.rows(sql, {"key": KEY})
    found = inside + statements.rows(sql, {"key": KEY})
    return [name if role == server.schema_name else role for name, role in found]


def in_a_transaction(server):
    """With a part that fails, a step outside, and the outbox's row level security."""
    found = by_orm(server)
    with transaction.atomic():
        found += by_orm(server)
        try:
            with transaction.atomic():
                NpcPersonality.objects.update(name="somebody else")
                connection.cursor().execute("SELECT no_such_column")
        except DatabaseError:
            found += by_orm(server)
        with in_schema():
            assert Server.objects.get(pk=server.pk).pk == server.pk
        outbox.add("tenants.tasks.nothing", server.server_id)
        found += by_orm(server)
        transaction.set_rollback(True)
    return found + by_orm(server)


def by_several(server):
    """Two statements of one cursor, COPY, many rows at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT name FROM npc_personalities WHERE key = %s", [KEY])
        found = [row[0] for row in cursor.fetchall()]
        copying = f"COPY (SELECT name FROM npc_personalities WHERE key = '{KEY}') TO STDOUT"
        with cursor.copy(copying) as copy:
            found += [row[0] for row in copy.rows()]
        update = "UPDATE npc_personalities SET name = %s WHERE key = %s"
        cursor.executemany(update, [(server.server_id, KEY)] * 2)
    return found


WAYS = (by_orm, by_iterator, by_hand, in_a_transaction, by_several)


def unit(number, servers):
    server = servers[number % 2]
    with in_tenant(server):
        return [name for name in WAYS[number % len(WAYS)](server) if name != server.server_id]


async def talks(servers):
    """Of both servers at once: the product's own reading and writing."""

    async def one(server, number):
        said = Said(npc_key=KEY, char_id=number, player_name="Nia", text="I come from Payon.",
                    request_id=str(uuid.uuid4()), language="en")  # fmt: skip
        with in_tenant(server):
            return await dialogue.talk(said, seconds=20)

    replies = await asyncio.gather(*(one(each, at) for at in range(4) for each in servers))
    return len([reply for reply in replies if reply.text])


def turns(server):
    with in_tenant(server):
        return ConversationTurn.objects.filter(player_text="I come from Payon.").count()


def made_and_removed():
    """A new server, whose template is there already."""
    made = provision(name=f"pooled {uuid.uuid4().hex[:6]}", contact_email="owner@example.org")
    with in_tenant(made.server):
        empty = NpcPersonality.objects.count()
    remove(made.server)
    return empty


def refused(servers):
    """What a server's role may not do, and a server that is none."""
    one, other = servers
    found = []
    for attack in (
        f"SELECT * FROM {other.schema_name}.npc_personalities",
        "SELECT * FROM public.tenants_apikey",
        f"UPDATE {other.schema_name}.npc_personalities SET name = 'x'",
        "CREATE TABLE x (y int)",
    ):
        with in_tenant(one):
            try:
                connection.cursor().execute(attack)
                found.append(attack)
            except DatabaseError:
                pass
    try:
        with in_schema(Schema("server_0123456789abcdef")):
            NpcPersonality.objects.exists()
        found.append("a server that is none")
    except NotFound:
        pass
    return found


def main():
    with in_schema():
        servers = list(Server.objects.filter(server_id__in=sys.argv[1:]))
    for server in servers:
        with in_tenant(server):
            NpcPersonality.objects.filter(key=KEY).update(name=server.server_id)
    with ThreadPoolExecutor(THREADS) as threads:
        numbers = range(THREADS * ROUNDS * len(WAYS))
        seen = list(threads.map(unit, numbers, [servers] * len(numbers)))
    foreign = [name for names in seen for name in names]
    talked = asyncio.run(talks(servers))
    with in_schema():
        left = Outbox.objects.filter(task="tenants.tasks.nothing").count()
    with in_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        owner = cursor.fetchone()[0]
    connection.close()
    print(json.dumps({"units": len(numbers), "foreign": foreign, "refused": refused(servers),
                      "left": left, "owner": owner, "talked": talked,
                      "turns": [turns(server) for server in servers],
                      "new": made_and_removed()}))  # fmt: skip


if __name__ == "__main__":
    main()
