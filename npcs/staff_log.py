"""What staff did to a talk, in the server's own log of changes."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User as Person
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

__all__ = ["Person", "note"]


def note(user: Person, about: Model, words: str) -> None:
    LogEntry.objects.create(
        user_id=user.pk,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr=str(about)[:200],
        action_flag=CHANGE,
        change_message=words,
    )
