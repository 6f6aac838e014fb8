"""Whether anything was granted above a cap, counted anew from the entries: the ledger's own
counters are not asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from quests.models import QuestMember, RewardEntry
from quests.policy import policy


@dataclass(frozen=True, kw_only=True)
class Audit:
    grants: int
    zeny: int
    over: int
    """Sums above a cap."""
    fullest: Mapping[str, float]
    """By scope the largest share of a cap that was used, 0-1."""
    twice: int
    """Members of quests that were paid more than once."""


def audit() -> Audit:
    """Of the present server, all that was ever granted, by the policy of now."""
    sums: dict[tuple[str, str, object], Counter[str]] = defaultdict(Counter)
    accounts = {
        (quest, char): account or f"of {char}"
        for quest, char, account in QuestMember.objects.values_list("quest", "char_id", "account")
    }
    entries = list(RewardEntry.objects.filter(kind="grant").exclude(status="void"))
    for one in entries:
        account = accounts.get((one.quest_number, one.char_id or 0), f"of {one.char_id}")
        took = Counter(zeny=one.zeny, exp=one.base_exp + one.job_exp, item_value=one.item_value,
                       grants=1)  # fmt: skip
        for scope, whose in (
            ("quest", str(one.pk)),
            ("player", str(one.char_id)),
            ("account", account),
            ("npc", one.npc_key),
            ("server", ""),
        ):
            sums[scope, whose, one.day] += took
    caps = policy().caps
    over, fullest = 0, dict.fromkeys(caps, 0.0)
    for (scope, _, _), taken in sums.items():
        for name, number in taken.items():
            most = getattr(caps[scope], name)
            over += number > most
            if most and not (scope == "quest" and name == "grants"):
                fullest[scope] = max(fullest[scope], number / most)
    paid = Counter((one.quest_number, one.char_id) for one in entries)
    return Audit(
        grants=len(entries), zeny=sum(one.zeny for one in entries), over=over, fullest=fullest,
        twice=sum(times > 1 for times in paid.values()),
    )  # fmt: skip
