"""Bodies in: JSON, bounded, taken at its word. Bodies out: JSON, whatever Accept says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from aiworld.errors import Conflict, NotFound
from aiworld.rest.problems import TooLarge

DEEPEST = 20
Path = tuple[str, ...]


class JSONBody(BaseParser):
    """No NaN, no name twice, no bottomless nesting, no text that PostgreSQL cannot store."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(settings.REST_MAX_BODY_BYTES + 1)
        if len(raw) > settings.REST_MAX_BODY_BYTES:
            raise TooLarge(f"a body may have {settings.REST_MAX_BODY_BYTES} bytes at most")
        try:
            read = json.loads(
                raw.decode(), parse_constant=_no_constant, object_pairs_hook=_no_name_twice
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(f"the body is no JSON: {error}"[:200]) from error
        check_text(read)
        return read


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def check_text(value: Any, *, depth: int = 0) -> None:
    """Raises ParseError for what no text column can hold, wherever in the document it is."""
    if depth > DEEPEST:
        raise ParseError(f"the body is nested deeper than {DEEPEST} levels")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
            raise ParseError("texts may not hold NUL or half of a surrogate pair")
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_text(name, depth=depth + 1)
            check_text(inner, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check_text(inner, depth=depth + 1)


class AlwaysJSON(BaseContentNegotiation):
    """A browser or a script with any Accept header gets its JSON rather than a 406."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((each for each in parsers if each.media_type == sent), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


WANTED: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type | tuple[type, ...], str], ...]
WANTED = (
    (serializers.BooleanField, bool, "true or false"),
    (serializers.IntegerField, int, "a whole number"),
    (serializers.PrimaryKeyRelatedField, int, "a whole number"),
    (serializers.FloatField, (int, float), "a number"),
    (serializers.CharField, str, "a text"),
    (serializers.DateTimeField, str, "a text with a date and a time"),
)


class StrictSerializer(serializers.Serializer[Any]):
    """Types as the schema says, "5" is no number and 5 no text; fields that cannot be set are
    refused rather than left aside, so that a misspelt one does not go unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name: each for name, each in self.fields.items() if not each.read_only}
            wrong = {name: self._refusal(name) for name in data if name not in writable} | {
                name: [f"This must be {wanted}."]
                for name, each in writable.items()
                if name in data and (wanted := mistyped(each, data[name]))
            }
            if wrong:
                raise ValidationError(wrong)
        return super().to_internal_value(data)

    def _refusal(self, name: str) -> list[str]:
        known = name in self.fields
        return ["This cannot be set." if known else "There is no such field."]


def mistyped(field: serializers.Field[Any, Any, Any, Any], value: Any) -> str:
    """What the value should have been, or empty if it is fine (or None, which others judge)."""
    if value is None:
        return ""
    if isinstance(field, serializers.ChoiceField):
        kinds = {type(choice) for choice in field.choices}
        return "" if type(value) in kinds else "one of the choices"
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        child: Any = field.child
        return next(
            (f"a list, each {wrong}" for one in value if (wrong := mistyped(child, one))), ""
        )
    for kind, types, words in WANTED:
        if isinstance(field, kind):
            whole = types is int and isinstance(value, float) and value.is_integer()
            honest = isinstance(value, bool) == (types is bool)
            return "" if whole or (isinstance(value, types) and honest) else words
    return ""


class OtherRow(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row elsewhere. Raises NotFound: what the request refers to is not there."""

    def to_internal_value(self, data: Any) -> Any:
        rows = self.get_queryset()
        found = rows.filter(pk=data).first() if rows is not None else None
        if found is None:
            raise NotFound(f"there is no row {data} for this", field=str(self.field_name))
        return found


class RowSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """A row of a table. What a field means is said once, at its column."""

    serializer_related_field = OtherRow

    def create(self, validated_data: Any) -> Any:
        model: Any = self.Meta.model
        return self._written(model(**validated_data))

    def update(self, instance: Any, validated_data: Any) -> Any:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return self._written(instance)

    def _written(self, row: Any) -> Any:
        row._history_user = getattr(self.context.get("view"), "who", None)
        row.save()
        return row

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        kind, options = super().build_standard_field(field_name, model_field)
        options.setdefault("help_text", model_field.db_comment)
        return kind, options

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        kind, options = super().build_relational_field(field_name, relation_info)
        options.setdefault("help_text", relation_info.model_field.db_comment)
        return kind, options


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Document(serializers.JSONField):
    """A JSON object of any shape."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValidationError("This must be an object.")
        return super().to_internal_value(data)


class Unclaimed:
    """A value that no other row may have. Raises Conflict: the request was fine, the name is
    taken."""

    def __init__(self, model: type[Model], column: str) -> None:
        self.model, self.column = model, column

    def __call__(self, value: Any) -> None:
        if self.model._default_manager.filter(**{self.column: value}).exists():
            raise Conflict(f"{value!r} is taken already", field=self.column)
