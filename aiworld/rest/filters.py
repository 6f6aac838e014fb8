"""What a list can be narrowed by. A parameter that is misspelt, empty or given twice is refused:
a filter that is quietly left aside shows, or hides, the wrong rows."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import filters
from django_filters.fields import IsoDateTimeField
from django_filters.filterset import FilterSet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from aiworld.rest.problems import BadParameters

MAX_ID = 2**63 - 1
MOST_WORDS = 8
Parameters = list[dict[str, Any]]


class YesNo(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        if value not in ("true", "false"):
            raise forms.ValidationError("This must be true or false.")
        return bool(value == "true")


class Flag(filters.Filter):  # type: ignore[misc]
    field_class = YesNo


class Whole(filters.Filter):  # type: ignore[misc]
    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"min_value": 0, "max_value": MAX_ID} | kwargs)


class Number(filters.Filter):  # type: ignore[misc]
    field_class = forms.FloatField


class Choice(filters.ChoiceFilter):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"empty_label": None} | kwargs)


class MomentField(IsoDateTimeField):  # type: ignore[misc]
    def to_python(self, value: Any) -> datetime | None:
        """In UTC: PostgreSQL knows fewer time zones than ISO 8601 has offsets."""
        moment: datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:
            assert moment is not None
            return moment.replace(tzinfo=UTC)


class Moment(filters.Filter):  # type: ignore[misc]
    field_class = MomentField


class Text(filters.CharFilter):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 120} | kwargs)


class Words(Text):
    """Every word has to be somewhere in one of the columns."""

    def __init__(self, *columns: str) -> None:
        super().__init__(help_text=f"Words that have to be in {', '.join(columns)}.")
        self.columns = columns

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").split()[:MOST_WORDS]:
            anywhere = (Q(**{f"{column}__icontains": word}) for column in self.columns)
            queryset = queryset.filter(reduce(or_, anywhere))
        return queryset


class Filters(FilterSet):  # type: ignore[misc]
    """Base of every list's filters."""


class Filtering(BaseFilterBackend):
    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        chosen = _filters_of(view)(request.query_params, queryset, request=request)
        refuse_unknown(request, view)
        if not chosen.is_valid():
            raise BadParameters(chosen.errors)
        narrowed: QuerySet[Any] = chosen.qs
        return narrowed

    def get_schema_operation_parameters(self, view: APIView) -> Parameters:
        form = _filters_of(view)(queryset=getattr(view, "queryset", ())).form
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": str(field.help_text or field.label or name),
                "schema": schema_of(field),
            }
            for name, field in form.fields.items()
        ]


def _filters_of(view: APIView) -> type[Filters]:
    return getattr(view, "filterset_class", None) or Filters


def refuse_unknown(request: Request, view: Any) -> None:
    pages = view.pagination_class().get_schema_operation_parameters(view)
    known = {*_filters_of(view).base_filters, *(each["name"] for each in pages)}
    wrong = {}
    for name, values in request.query_params.lists():
        if name not in known:
            wrong[name] = [f"There is no such parameter. Known are: {', '.join(sorted(known))}."]
        elif len(values) > 1:
            wrong[name] = ["This is given more than once."]
        elif not values[0].strip():
            wrong[name] = ["This is empty; leave it out, or give it a value."]
    if wrong:
        raise BadParameters(wrong)


def schema_of(field: forms.Field) -> dict[str, Any]:
    """A form field as JSON Schema."""
    if isinstance(field, YesNo):
        return {"type": "boolean"}
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return {"type": "string", "enum": [str(value) for value, _ in choices if value != ""]}
    if isinstance(field, forms.FloatField):
        return {"type": "number"}
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, IsoDateTimeField):
        return {"type": "string", "format": "date-time"}
    longest = getattr(field, "max_length", None) or 120
    return {"type": "string", "pattern": VISIBLE, "maxLength": longest}


VISIBLE = r"^[^\x00]*[^\s\x00][^\x00]*$"
"""Something other than blanks, and nothing that PostgreSQL cannot store."""
