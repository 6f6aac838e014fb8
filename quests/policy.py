"""The owner's policy as the rules read it."""

from __future__ import annotations

from quests.models import RewardCap, RewardItem, RewardPolicy
from quests.rules import DEFAULT_CAPS, Cap, Listed, Policy


def row() -> RewardPolicy:
    """The owner's row with all its caps, made from the safe defaults where there is none."""
    found, _ = RewardPolicy.objects.get_or_create()
    for scope, cap in DEFAULT_CAPS.items():
        values = {
            "zeny": cap.zeny, "exp": cap.exp, "item_value": cap.item_value, "grants": cap.grants,
        }  # fmt: skip
        RewardCap.objects.get_or_create(scope=scope, defaults=values)
    return found


def policy() -> Policy:
    """What counts now; the safe defaults where the owner has chosen nothing."""
    found = RewardPolicy.objects.first() or RewardPolicy()
    caps = {
        cap.scope: Cap(
            zeny=cap.zeny, exp=cap.exp, item_value=cap.item_value, grants=cap.grants
        )
        for cap in RewardCap.objects.all()
    }  # fmt: skip
    return Policy(
        is_active=found.is_active,
        auto_approve=found.auto_approve,
        zeny_base=found.zeny_base,
        exp_base=found.exp_base,
        items_percent=found.items_percent,
        max_members=found.max_members,
        max_active=found.max_active,
        first_slot=found.first_slot,
        caps={**DEFAULT_CAPS, **caps},
        items=tuple(
            Listed(
                item_id=one.item_id,
                value=one.value,
                amount=one.amount,
                min_difficulty=one.min_difficulty,
                per_day=one.per_day,
            )
            for one in RewardItem.objects.all()
        ),
    )
