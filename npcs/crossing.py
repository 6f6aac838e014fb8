"""What a town remembers reaches the same town on other servers of the same owner, if the platform
allows it (ENABLE_CROSS_SERVER_MEMORY). Only what is public and about no player: the character ids
of two servers have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from npcs.models import NpcMemory, NpcPersonality
from npcs.models.memory import NOBODY, Scope
from npcs.scales import Sensitivity, Speaker
from tenants.context import each_tenant, in_schema, in_tenant
from tenants.models import Membership, Role, Server

LATELY = timedelta(days=2)
MOST = 200
"""Memories of one server at a time."""
MARK = "crossed:"
"""Begins the request id of what came from elsewhere, so that it comes once and goes no further."""


@dataclass(frozen=True)
class Crossing:
    mark: str
    place: str
    text: str
    subject: str
    importance: float
    happened_at: datetime


def cross() -> int:
    """How many memories reached another server. What was corrected or taken back where it is from
    goes there too."""
    taken = 0
    for server in each_tenant():
        for sibling in siblings(server):
            taken += _take(sibling, _offered(server))
            _take_back(sibling, server)
    return taken


def _take_back(sibling: Server, server: Server) -> None:
    """Call it in the schema of `server`."""
    began = f"{MARK}{server.pk}:"
    with in_tenant(sibling):
        crossed = NpcMemory.objects.filter(scope=Scope.TOWN, request_id__startswith=began)
        marks = dict(crossed.values_list("request_id", "pk"))
    ids = {int(mark.removeprefix(began)): pk for mark, pk in marks.items() if mark}
    there = NpcMemory.objects.shared().filter(
        pk__in=ids, scope=Scope.TOWN, sensitivity=Sensitivity.PUBLIC
    )
    gone = [ids[pk] for pk in ids.keys() - set(there.values_list("pk", flat=True))]
    if gone:
        with in_tenant(sibling):
            NpcMemory.objects.filter(pk__in=gone).delete()


def siblings(server: Server) -> list[Server]:
    """Other servers that answer calls and have an owner in common with this one."""
    with in_schema():
        owners = Membership.objects.filter(server=server, role=Role.OWNER).values("user")
        theirs = Membership.objects.filter(user__in=owners, role=Role.OWNER).values("server")
        return list(Server.objects.active().filter(pk__in=theirs).exclude(pk=server.pk))


def _offered(server: Server) -> list[Crossing]:
    rows = NpcMemory.objects.shared().filter(
        scope=Scope.TOWN, sensitivity=Sensitivity.PUBLIC, created_at__gt=timezone.now() - LATELY
    )
    own = rows.exclude(request_id__startswith=MARK) | rows.filter(request_id=None)
    return [
        Crossing(
            f"{MARK}{server.pk}:{row.pk}", row.scope_key, row.text, row.subject, row.importance,
            row.happened_at,
        )
        for row in own.defer("embedding").order_by("pk")[:MOST]
    ]  # fmt: skip


def _take(server: Server, offered: Sequence[Crossing]) -> int:
    """Into towns that have characters; vectors are made here later."""
    taken = 0
    with in_tenant(server):
        for each in offered:
            npc = NpcPersonality.objects.filter(map_name=each.place).order_by("pk").first()
            if npc is None:
                continue
            _row, made = NpcMemory.objects.get_or_create(
                request_id=each.mark,
                defaults={
                    "npc": npc, "char_id": NOBODY, "player_name": "", "speaker": Speaker.OTHER,
                    "kind": NpcMemory.Kind.EVENT, "scope": Scope.TOWN, "scope_key": each.place,
                    "place": each.place[:24], "text": each.text, "subject": each.subject,
                    "importance": each.importance, "happened_at": each.happened_at,
                },
            )  # fmt: skip
            taken += made
    return taken
