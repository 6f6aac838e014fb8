"""The game's events, as far as active quests wait for them: kills and maps entered."""

from __future__ import annotations

from collections.abc import Iterable

from quests.models import QuestMember
from quests.progress import Seen, see
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

KILLS = (Kind.KILL, Kind.MVP_KILL)


def receive(batch: Batch) -> None:
    """A receiver of world.reports: in the transaction that counts the events, once like them."""
    who = {event.char_id for event in batch.of(*KILLS, Kind.MAP_CHANGE) if event.char_id}
    busy = QuestMember.objects.filter(char_id__in=who, quest__status="active")
    since = dict(busy.order_by("-quest__accepted_at").values_list("char_id", "quest__accepted_at"))
    for char_id, accepted_at in sorted(since.items()):
        mine = batch.by_player[char_id]
        events = [event for event in mine if accepted_at and event.at >= accepted_at]
        for happened in summed(char_id, events):
            see(happened, now=batch.received_at)


def summed(char_id: int, events: Iterable[GameEvent]) -> list[Seen]:
    """Kills of one kind on one map together; each map entered."""
    kills: dict[tuple[str, str], int] = {}
    maps: dict[str, None] = {}
    for event in events:
        if event.kind in KILLS:
            of = (str(event.target_id), event.map_name)
            kills[of] = kills.get(of, 0) + event.number
        elif event.kind is Kind.MAP_CHANGE:
            maps[event.map_name] = None
    return [
        *(
            Seen(char_id=char_id, kind="kill", target=monster, map_name=where, amount=number)
            for (monster, where), number in kills.items()
        ),
        *(Seen(char_id=char_id, kind="visit", target=name, map_name=name) for name in maps),
    ]
