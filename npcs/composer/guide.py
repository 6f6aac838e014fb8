"""What a guide found in the server's own data, in words: 'where does Jellopy drop?'"""

from __future__ import annotations

from npcs.brief import Lookup
from npcs.composer.draft import Draft

_BOTH = {
    "en": " and ", "pt": " e ", "es": " y ", "id": " dan ", "th": " และ ", "ko": ", ",
}  # fmt: skip


def tell_from_data(draft: Draft, found: Lookup) -> None:
    both = _BOTH[draft.brief.language]
    only = "_only" if found.kind == "level" and not found.places else ""
    draft.say(
        f"guide_{found.kind}{only}",
        subject=found.subject,
        who=_listed(found.who, both),
        first=found.first,
        places=_listed(found.places, both),
        figure=f"{found.figure:,}" if found.kind in ("buy", "sell") else str(found.figure or ""),
        highest=str(found.highest or ""),
    )
    draft.personal |= found.personal


def _listed(names: tuple[str, ...], both: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{both}{names[-1]}"
