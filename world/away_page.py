"""What happened since the reader's last visit, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from world import away
from world.maps_page import KINDS

WORDS = (
    KINDS[0],
    ("castle_owner", "castle", _("castles changed hands")),
    *KINDS[1:],
    ("new_player", "player", _("new players")),
)
"""What is counted, its mark, what it is called."""


def shown(since: datetime) -> dict[str, Any]:
    found = away.summary(since)
    counts = [(mark, said, found.numbers[kind]) for kind, mark, said in WORDS
              if kind in found.numbers]  # fmt: skip
    return {"since": since, "moments": found.moments, "counts": counts}
