"""Whether there is any data, and since when."""

from __future__ import annotations

from aiworld.errors import Invalid
from world.models import GameImport

NOTHING = "the server's own database is not imported yet (manage.py import_db)"


def latest_import() -> GameImport | None:
    return GameImport.objects.order_by("-imported_at").first()


def is_imported() -> bool:
    return GameImport.objects.exists()


def unknown(what: str, *, field: str) -> Invalid:
    """To raise where something is not there: because it is not, or because nothing is."""
    said = f"there is no {what} on this server" if is_imported() else NOTHING
    return Invalid(said, field=field)
