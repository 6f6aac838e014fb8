"""Characters that know the server's own data: those whose role is `guide`.

`asking` tells what a player asks of it, `looking` reads it; what is found goes into the Brief, and
both minds answer from that."""

from __future__ import annotations

from npcs.models import NpcPersonality

ROLE = "guide"


def know_anew() -> None:
    """The server's data is another: what guides said before is not repeated."""
    NpcPersonality.objects.filter(role__iexact=ROLE).changed()
