"""What a file changes, once a person has said yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
from npcs.models import NpcCard, NpcKnowledge, NpcPersonality
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
            fact.save(update_fields=["sensitivity", "is_active"])
        elif fact.text in gone:
            fact.delete()
    NpcKnowledge.objects.bulk_create(_new(row, fact, pack="") for fact in difference.added)
    if difference.added:
        NpcPersonality.objects.filter(pk=row.pk).changed()


def _new(row: NpcPersonality, fact: Fact, *, pack: str) -> NpcKnowledge:
    return NpcKnowledge(
        npc=row,
        topic=fact.topic,
        text=fact.text,
        sensitivity=fact.sensitivity,
        is_active=fact.is_active,
        pack=pack,
    )


def give_pack(name: str, facts: Sequence[Fact], npcs: NpcQuerySet) -> int:
    """Let these NPCs know what is in a pack, and forget what an earlier version of the pack told
    them; returns how many. What staff changed in their copy of a fact stays theirs."""
    with transaction.atomic():
        rows = list(npcs.select_for_update().order_by("pk"))
        ids = [row.pk for row in rows]
        NpcKnowledge.objects.filter(npc_id__in=ids, pack=name).delete()
        known = knowledge_of(ids)
        NpcKnowledge.objects.bulk_create(_missing(name, facts, rows, known), batch_size=2000)
        NpcPersonality.objects.filter(pk__in=ids).changed()
    return len(rows)


def _missing(
    name: str,
    facts: Sequence[Fact],
    rows: Iterable[NpcPersonality],
    known: Mapping[int, list[NpcKnowledge]],
) -> Iterable[NpcKnowledge]:
    for row in rows:
        there = {identity(fact) for fact in known.get(row.pk, [])}
        yield from (_new(row, fact, pack=name) for fact in facts if fact.identity not in there)


def take_pack(name: str, npcs: NpcQuerySet) -> int:
    """Let these NPCs forget a pack; returns how many facts went."""
    ids = list(npcs.values_list("pk", flat=True))
    deleted, _ = NpcKnowledge.objects.filter(npc_id__in=ids, pack=name).delete()
    return deleted


def sheets_of(npcs: NpcQuerySet) -> list[Sheet]:
    """Stored characters as files carry them."""
    rows = list(npcs.select_related("card"))
    known = knowledge_of(row.pk for row in rows)
    return [_sheet(row, known.get(row.pk, [])) for row in rows]


def _sheet(row: NpcPersonality, known: Sequence[NpcKnowledge]) -> Sheet:
    card = row.card.data if hasattr(row, "card") else None
    facts = tuple(
        Fact.model_construct(
            topic=fact.topic,
            text=fact.text,
            sensitivity=Sensitivity(fact.sensitivity),
            is_active=fact.is_active,
        )
        for fact in known
    )
    values = {name: getattr(row, name) for name in PERSONA}
    values |= {"alignment": Alignment(row.alignment), "mood": Emotion(row.mood)}
    return Sheet.model_construct(key=row.key, knowledge=facts, card=card, **values)
