"""Where a server's tables keep something of one character.

A table with a column `char_id` does, and so does whatever goes when such a row goes. It is read
from the models, so that a table that comes later is found too; what has neither is named below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import CASCADE, BigIntegerField, ForeignKey, Model, Q, QuerySet

from inference.ledger.models import MLModelPrediction, UsageDay
from npcs.models import InformationSharing, PlayerStanding

OWNED, OTHER = "char_id", "other_char_id"
KEPT: tuple[type[Model], ...] = (PlayerStanding,)
"""Emptied and not deleted: a mute, and the wish for scripts only, go on."""


@dataclass(frozen=True)
class Holding:
    model: type[Model]
    paths: tuple[str, ...]
    """Lookups that lead from a row to the character."""

    def rows(self, char_id: int) -> QuerySet[Any]:
        where = Q()
        for path in self.paths:
            where |= Q(**{path: char_id})
        return self.model._default_manager.filter(where)


@cache
def holdings() -> tuple[Holding, ...]:
    """Every table that does, each with all ways to the character. Rows that hang on others come
    first, so that they can be deleted in this order."""
    paths: dict[type[Model], list[str]] = {}
    for model in apps.get_models():
        for name in _columns(model):
            _follow(model, name, paths)
    paths.setdefault(InformationSharing, []).append("memory__char_id")
    found = [Holding(model, tuple(dict.fromkeys(ways))) for model, ways in paths.items()]
    return tuple(sorted(found, key=lambda one: -max(path.count("__") for path in one.paths)))


def _columns(model: type[Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if field.name in (OWNED, OTHER) and isinstance(field, BigIntegerField):
            yield field.name


def _follow(model: type[Model], path: str, paths: dict[type[Model], list[str]]) -> None:
    known = paths.setdefault(model, [])
    if path in known:
        return
    known.append(path)
    for relation in model._meta.related_objects:
        field = relation.field
        if isinstance(field, ForeignKey) and relation.on_delete is CASCADE:
            _follow(relation.related_model, f"{field.name}__{path}", paths)


def loose(char_id: int) -> list[QuerySet[Any]]:
    """What names the character otherwise."""
    runs = apps.get_model("agents", "AgentRun")._default_manager
    return [
        runs.filter(params__party__has_key=str(char_id)),
        UsageDay.objects.filter(kind=UsageDay.Kind.PLAYER, subject=str(char_id)),
        MLModelPrediction.objects.filter(
            Q(subject=f"char:{char_id}")
            | Q(subject__startswith=f"pair:{char_id}+")
            | Q(subject__startswith="pair:", subject__endswith=f"+{char_id}")
        ),
    ]
