"""Fights begin with an event and are settled by what the game reports: the boss falls (Kill,
MvpKill), all who came fall (Death), or its time is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from aiworld.changes import Changes
from tenants import outbox
from world import gamedata
from world.bosses import people, rating
from world.bosses.people import Fighter
from world.bosses.rating import Match
from world.happenings import neighbours, planning
from world.happenings.planning import Happening
from world.models import BossFight, BossFighter, BossRating, WorldEvent
from world.models.events import hold, next_position
from world.reports.batches import Batch
from world.reports.events import GameEvent, Kind

AWARD = "quests.tasks.award"
LASTS = timedelta(minutes=30)
LATE = timedelta(minutes=10)
"""After its end a boss may still turn out to be slain: reports come late."""
MOST = 50
"""Fights that are looked at at once."""
KILLS = (Kind.KILL, Kind.MVP_KILL)
Status = BossFight.Status


def begin(
    map_name: str, match: Match, fighters: Sequence[Fighter], *, title: str, tale: str, seed: str,
    changes: Changes,
) -> BossFight:  # fmt: skip
    """Raises Invalid, Conflict, OverQuota."""
    monster = gamedata.monster(match.monster_id)
    [(x, y)] = gamedata.walkable_places(map_name, 1, seed=seed) or [(0, 0)]
    now = timezone.now()
    data = {"monster_id": monster.pk, "level": monster.level, "strength_percent": match.percent,
            "x": x, "y": y}  # fmt: skip
    with transaction.atomic():
        next_position()
        neighbours.check(map_name)
        event, _known = planning.plan(
            Happening(
                kind="boss", title=title, description=tale, map_name=map_name,
                severity=6.0, data=data, ends_at=now + LASTS,
            ),
            made_by="agent",
            changes=changes,
        )  # fmt: skip
        fight = changes.create(
            BossFight(
                event=event, monster_id=monster.pk, map_name=map_name, percent=match.percent,
                level=monster.level, win_chance=match.win_chance, begins_at=now,
            )
        )  # fmt: skip
        # Not noted: they go with the fight, and no log keeps whose they were.
        BossFighter.objects.bulk_create(
            BossFighter(fight=fight, char_id=each.char_id) for each in fighters
        )
    return fight


def receive(batch: Batch) -> None:
    """A receiver of world.reports."""
    for fight in BossFight.objects.filter(status=Status.OPEN).select_related("event")[:MOST]:
        until = fight.event.ends_at or batch.received_at
        seen = [
            event
            for event in batch.events
            if event.map_name == fight.map_name and fight.begins_at <= event.at <= until
        ]
        if seen and not fight.event.retracted:
            _learn(fight.pk, seen)


def _learn(fight_id: int, seen: Sequence[GameEvent]) -> None:
    with transaction.atomic():
        fight = BossFight.objects.select_for_update().get(pk=fight_id)
        if fight.status != Status.OPEN:
            return
        of_boss = [event for event in seen if event.target_id == fight.monster_id]
        fell = _whose(event for event in of_boss if event.kind is Kind.DEATH)
        slew = [event for event in of_boss if event.kind in KILLS]
        _note(fight, there=_whose(seen), fell=fell, slew=_whose(slew))
        if slew:
            settle(fight, Status.WON, at=slew[0].at)
        elif _all_fell(fight):
            settle(fight, Status.LOST, at=seen[-1].at)


def _whose(events: Iterable[GameEvent]) -> set[int]:
    return {event.char_id for event in events if event.char_id is not None}


def _note(fight: BossFight, *, there: set[int], fell: set[int], slew: set[int]) -> None:
    """Who was expected and is there has come; so has whoever fell or slew it."""
    known = set(fight.fighters.values_list("char_id", flat=True))
    came = there & known | fell | slew
    BossFighter.objects.bulk_create(
        BossFighter(fight=fight, char_id=one) for one in sorted(came - known)
    )
    fight.fighters.filter(char_id__in=came, came=False).update(came=True)
    fight.fighters.filter(char_id__in=fell, fell=False).update(fell=True)


def _all_fell(fight: BossFight) -> bool:
    """A wipe: all who were expected came, and the boss killed all of them. Where nobody was
    expected, or somebody is missing, only its time ends the fight."""
    rows = list(fight.fighters.values_list("came", "fell"))
    return bool(rows) and all(came and fell for came, fell in rows)


def settle_late(now: datetime | None = None) -> int:
    """Fights whose time is over; returns how many were settled."""
    now = now or timezone.now()
    over = BossFight.objects.filter(status=Status.OPEN, event__ends_at__lt=now - LATE)
    settled = 0
    for pk in list(over.values_list("pk", flat=True)[:MOST]):
        with transaction.atomic():
            fight = BossFight.objects.select_for_update(of=("self",)).get(pk=pk)
            if fight.status != Status.OPEN:
                continue
            came = fight.fighters.filter(came=True).exists() and not fight.event.retracted
            settle(fight, Status.LOST if came else Status.NOBODY, at=fight.event.ends_at or now)
            settled += 1
    return settled


def settle(fight: BossFight, status: BossFight.Status, *, at: datetime) -> None:
    """Call it with the fight locked. Ratings move, the event ends, and who won is rewarded by
    whoever keeps the ledger."""
    fight.status, fight.ended_at = status, at
    fight.save(update_fields=["status", "ended_at"])
    if status == Status.NOBODY:
        return
    _rate(fight, won=status == Status.WON)
    hold()
    event = WorldEvent.objects.select_for_update().get(pk=fight.event_id)
    if event.status != WorldEvent.Status.ENDED:
        planning.end(event, at=timezone.now())
    if status == Status.WON:
        outbox.add(AWARD, fight.event_id)


def _rate(fight: BossFight, *, won: bool) -> None:
    chars = list(fight.fighters.filter(came=True).values_list("char_id", flat=True))
    party = people.party(dict.fromkeys(chars[: people.MOST], 0))
    monster = people.of_monsters({fight.monster_id: fight.level})[fight.monster_id]
    rated = [each.rated for each in party]
    moved, boss = rating.after(rated, monster, percent=fight.percent, won=won)
    for each, now in zip(party, moved, strict=True):
        BossRating.objects.update_or_create(
            char_id=each.char_id, defaults={"rating": now.rating, "fights": now.fights}
        )
    BossRating.objects.update_or_create(
        monster_id=fight.monster_id, defaults={"rating": boss.rating, "fights": boss.fights}
    )


def victors(event_id: int) -> list[int]:
    """Who won the fight of an event, in the order they were expected or came."""
    rows = BossFighter.objects.filter(
        fight__event_id=event_id, fight__status=Status.WON, came=True
    ).order_by("pk")
    return list(rows.values_list("char_id", flat=True))
