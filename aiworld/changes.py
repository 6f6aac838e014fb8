"""What somebody changed in rows, noted so that it can be taken back.

On the floor: it knows rows and nothing of what they mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.db.models import Field, Model

from aiworld.errors import Conflict

M = TypeVar("M", bound=Model)
Values = dict[str, Any]
Action = Literal["create", "update"]


_ways: dict[str, Callable[[int], object]] = {}


def taken_back_by(label: str, way: Callable[[int], object]) -> None:
    """Rows of this model that were made are not deleted when they are taken back, since others have
    read them: `way` is called with the primary key. Doing it again changes nothing."""
    _ways[label] = way


@dataclass(frozen=True, kw_only=True)
class Change:
    label: str
    """App and model, `world.PlayerProfile`."""
    pk: str
    action: Action
    before: Values
    after: Values


class Changes:
    """Rows are made and changed through this; the changes are there afterwards, in order."""

    def __init__(self) -> None:
        self.noted: list[Change] = []
        self.final = ""
        """Why they cannot be taken back, if they cannot."""
        self.idle = ""
        """Why there are none, for people; counts only where there are none."""

    def create(self, row: M) -> M:
        row.save(force_insert=True)
        self._note(row, "create", {}, _values(row, _names(row)))
        return row

    def made(self, row: Model) -> None:
        """Note a row that others have just made."""
        self._note(row, "create", {}, _values(row, _names(row)))

    def update(self, row: Model, **fields: Any) -> bool:
        """Whether anything was another than before."""
        before = _values(row, fields)
        for name, value in fields.items():
            setattr(row, name, value)
        after = _values(row, fields)
        if before == after:
            return False
        row.save(update_fields=list(fields))
        self._note(row, "update", before, after)
        return True

    def _note(self, row: Model, action: Action, before: Values, after: Values) -> None:
        label, pk = row._meta.label, str(row.pk)
        self.noted.append(Change(label=label, pk=pk, action=action, before=before, after=after))


def revert(changes: Iterable[Change]) -> int:
    """All of them, the last first, or none; returns how many rows. A number that others moved
    since is moved back by as much as this change had moved it, within the field's bounds. Raises
    Conflict where anything else was changed since, or a row is gone."""
    number = 0
    with transaction.atomic():
        for change in reversed(list(changes)):
            rows = apps.get_model(change.label)._base_manager.select_for_update()
            row = rows.filter(pk=change.pk).first()
            if change.action == "create":
                number += 0 if row is None else _gone(row)
                continue
            if row is None:
                raise Conflict(f"{change.label} {change.pk} is gone; this cannot be taken back")
            _put_back(row, change)
            number += 1
    return number


def _gone(row: Model) -> int:
    if way := _ways.get(row._meta.label):
        way(row.pk)
        return 1
    return 1 if row.delete()[0] else 0


def _put_back(row: Model, change: Change) -> None:
    now = _values(row, change.after)
    for name, after in change.after.items():
        field, before = _field(row, name), change.before[name]
        if now[name] == after:
            setattr(row, field.attname, field.to_python(before))
        elif _is_number(before) and _is_number(after) and _is_number(now[name]):
            setattr(row, field.attname, _bounded(field, now[name] - (after - before)))
        else:
            raise Conflict(
                f"{name} of {change.label} {change.pk} was changed since; this cannot be taken back"
            )
    row.save(update_fields=[_field(row, name).name for name in change.after])


def _bounded(field: Field[Any, Any], value: float) -> float:
    for validator in field.validators:
        if isinstance(validator, MinValueValidator):
            value = max(value, validator.limit_value)
        if isinstance(validator, MaxValueValidator):
            value = min(value, validator.limit_value)
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _names(row: Model) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields]


def _field(row: Model, name: str) -> Field[Any, Any]:
    return next(each for each in row._meta.concrete_fields if name in (each.name, each.attname))


class Exact(DjangoJSONEncoder):
    """Django's own cuts moments to the millisecond: they would not be put back as they were."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _values(row: Model, names: Iterable[str] | Mapping[str, Any]) -> Values:
    """As JSON has them, by the columns' names."""
    fields = [_field(row, name) for name in names]
    found = {field.attname: getattr(row, field.attname) for field in fields}
    whole: Values = json.loads(json.dumps(found, cls=Exact))
    return whole
