"""What a file changes, once a person has said yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from aiworld.errors import Conflict
from npcs.exchange.differences import (
    Difference,
    default_name,
    differences,
    differs,
    identity,
    knowledge_of,
)
from npcs.exchange.sheets import PERSONA, Fact, Sheet
from npcs.models import KnowledgePack, NpcCard, NpcKnowledge, NpcPersonality
from npcs.models.personality import NpcQuerySet
from npcs.scales import Alignment, Emotion, Sensitivity
from npcs.syncing import one_at_a_time

Versions = Mapping[str, int | None]
CHANGED = "{name} was changed by somebody else since; look at the differences again"


def apply(sheets: Sequence[Sheet], *, seen: Versions, replace: bool = False) -> list[Difference]:
    """Create and change these characters; all or nothing. `seen` holds the version of each when
    the difference was shown. Raises Conflict if one has changed since."""
    with transaction.atomic():
        one_at_a_time()
        keys = [one.key for one in sheets]
        list(NpcPersonality.objects.filter(key__in=keys).select_for_update().order_by("pk"))
        found = differences(sheets, replace=replace)
        for difference in found:
            if difference.version != seen.get(difference.key, difference.version):
                raise Conflict(CHANGED.format(name=difference.name), field=difference.key)
        for one, difference in zip(sheets, found, strict=True):
            _apply(one, difference)
    return found


def _apply(one: Sheet, difference: Difference) -> None:
    if one.card is not None or not difference.is_empty:
        row = _row(one, difference)
        _apply_facts(row, difference)
        if one.card is not None:
            NpcCard.objects.update_or_create(npc=row, defaults={"data": one.card})


def _row(one: Sheet, difference: Difference) -> NpcPersonality:
    row = NpcPersonality.objects.filter(key=one.key).first() or NpcPersonality(
        key=one.key, name=default_name(one.key), map_name=one.key.partition("/")[0][:24]
    )
    for name, value in one.persona.items():
        setattr(row, name, value)
    if difference.is_new or difference.changes:
        row.edited_by_staff = True
        row.save()
    return row


def _apply_facts(row: NpcPersonality, difference: Difference) -> None:
    altered = {fact.identity: fact for fact in difference.altered}
    gone = set(difference.removed)
    for fact in knowledge_of([row.pk]).get(row.pk, []):
        if (wanted := altered.get(identity(fact))) and differs(fact, wanted):
            fact.sensitivity, fact.is_active = wanted.sensitivity, wanted.is_active
            fact.condition = wanted.condition
            fact.save(update_fields=["sensitivity", "condition", "is_active"])
        elif fact.text in gone:
            fact.delete()
    NpcKnowledge.objects.bulk_create(_new(fact, npc=row) for fact in difference.added)
    if difference.added:
        NpcPersonality.objects.filter(pk=row.pk).changed()


def _new(
    fact: Fact, *, npc: NpcPersonality | None = None, pack: KnowledgePack | None = None
) -> NpcKnowledge:
    return NpcKnowledge(
        npc=npc,
        pack=pack,
        topic=fact.topic,
        text=fact.text,
        sensitivity=fact.sensitivity,
        condition=fact.condition,
        is_active=fact.is_active,
    )


def share_pack(name: str, facts: Sequence[Fact], *, attribution: str, **rules: Any) -> int:
    """Make a pack, or make it anew under its name; returns how many NPCs it is for. `rules` are
    `map_name`, `role`, `group`, `faction` and `keys`; facts that stay keep their rows."""
    with transaction.atomic():
        made = {"attribution": attribution, "is_active": True, **rules}
        pack, _ = KnowledgePack.objects.update_or_create(name=name, defaults=made)
        there = {identity(row): row for row in pack.facts.defer("embedding")}
        told = {fact.identity: fact for fact in facts}
        gone = [row.pk for key, row in there.items() if key not in told]
        NpcKnowledge.objects.filter(pk__in=gone).delete()
        for key, row in there.items():
            if (fact := told.get(key)) and differs(row, fact):
                NpcKnowledge.objects.filter(pk=row.pk).update(
                    sensitivity=fact.sensitivity, condition=fact.condition, is_active=fact.is_active
                )
        new = [_new(fact, pack=pack) for key, fact in told.items() if key not in there]
        NpcKnowledge.objects.bulk_create(new, batch_size=2000)
        return pack.npcs().changed()


def facts_of(rows: Iterable[NpcKnowledge]) -> tuple[Fact, ...]:
    """Stored knowledge as files carry it."""
    return tuple(
        Fact.model_construct(
            topic=row.topic,
            text=row.text,
            sensitivity=Sensitivity(row.sensitivity),
            condition=row.condition,
            is_active=row.is_active,
        )
        for row in rows
    )


def sheets_of(npcs: NpcQuerySet) -> list[Sheet]:
    """Stored characters as files carry them."""
    rows = list(npcs.select_related("card"))
    known = knowledge_of(row.pk for row in rows)
    return [_sheet(row, known.get(row.pk, [])) for row in rows]


def _sheet(row: NpcPersonality, known: Sequence[NpcKnowledge]) -> Sheet:
    card = row.card.data if hasattr(row, "card") else None
    values = {name: getattr(row, name) for name in PERSONA}
    values |= {"alignment": Alignment(row.alignment), "mood": Emotion(row.mood)}
    return Sheet.model_construct(key=row.key, knowledge=facts_of(known), card=card, **values)
