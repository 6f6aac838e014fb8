"""What persons changed of a row: django-simple-history, in the server's own schema."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

COMMENTS = {
    "history_date": "When it was changed.",
    "history_type": "+ made, ~ changed, - deleted.",
}


class Changes(HistoricalRecords):  # type: ignore[misc]
    """Who changed it is kept as a name: users live in another schema, and a name stays true when
    the account is gone."""

    def __init__(self, *, table_name: str, table_comment: str, excluded_fields: list[str]) -> None:
        self.table_comment = table_comment
        super().__init__(
            verbose_name=_("change"),
            verbose_name_plural=_("changes"),
            table_name=table_name,
            excluded_fields=excluded_fields,
            history_id_field=models.BigAutoField(db_comment="Order of the changes."),
            history_user_id_field=models.CharField(
                max_length=150, null=True, blank=True, db_comment="Who changed it; null: nobody."
            ),
            history_user_getter=lambda row: row.history_user_id,
            history_user_setter=_name,
            history_change_reason_field=models.CharField(
                max_length=200, null=True, blank=True, db_comment="What it was changed for."
            ),
        )

    def get_extra_fields(self, model: Any, fields: Any) -> dict[str, Any]:
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        for name, comment in COMMENTS.items():
            extra[name].db_comment = comment
        return extra

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        return options | {"db_table_comment": self.table_comment}


def _name(row: Any, user: Any) -> None:
    """A user, or the name of one."""
    if user is not None:
        row.history_user_id = user if isinstance(user, str) else user.get_username()
