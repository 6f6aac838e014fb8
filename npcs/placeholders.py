"""`[item:909]` in what a model says: the name, if it is one that the model was told of, else the
label that stands beside the id, else nothing. Whether a name becomes a link is decided later, from
the server's own data (`npcs.links`); what a model writes never is one."""

from __future__ import annotations

import re

from npcs.brief import Lookup

_PLACEHOLDER = re.compile(r"\[(item|map):\s?([\w@-]{1,24})(?:[|:,]\s?([^\[\]<>|]{1,60}))?\]", re.I)


def named(text: str, found: Lookup | None) -> str:
    names = dict(found.names) if found else {}

    def name(match: re.Match[str]) -> str:
        known = names.get(f"{match[1].lower()}:{match[2]}")
        return known or (match[3] or "").strip()

    return _PLACEHOLDER.sub(name, text)
