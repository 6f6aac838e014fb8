"""What each plan allows. `PLANS` in the environment changes single figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aiworld.errors import OverQuota
from tenants.context import in_schema
from tenants.models import Job, Membership, Role, Server, Tier


@dataclass(frozen=True, kw_only=True)
class Plan:
    servers: int
    """Per account."""
    max_concurrent_npcs: int
    rate_limit_per_minute: int
    rate_limit_per_hour: int
    rate_limit_per_player: int
    """A minute, with one NPC."""
    keys: int
    members: int
    """Per server, open invitations included."""
    monthly_budget: int
    """What the platform's language models may cost a month, in LLM_PRICE_CURRENCY."""


DEFAULTS = {
    Tier.FREE: Plan(
        servers=2,
        max_concurrent_npcs=500,
        rate_limit_per_minute=1_000,
        rate_limit_per_hour=50_000,
        rate_limit_per_player=30,
        keys=3,
        members=10,
        monthly_budget=5,
    ),
    Tier.BASIC: Plan(
        servers=5,
        max_concurrent_npcs=2_000,
        rate_limit_per_minute=5_000,
        rate_limit_per_hour=200_000,
        rate_limit_per_player=60,
        keys=10,
        members=50,
        monthly_budget=50,
    ),
    Tier.PREMIUM: Plan(
        servers=20,
        max_concurrent_npcs=20_000,
        rate_limit_per_minute=50_000,
        rate_limit_per_hour=2_000_000,
        rate_limit_per_player=120,
        keys=50,
        members=500,
        monthly_budget=500,
    ),
}
LIMITS = (
    "max_concurrent_npcs",
    "rate_limit_per_minute",
    "rate_limit_per_hour",
    "rate_limit_per_player",
)
"""Fields of a server that its plan bounds and its owner chooses within."""
FIGURES = frozenset(field.name for field in fields(Plan))


def plan(tier: str) -> Plan:
    return replace(DEFAULTS[Tier(tier)], **settings.PLANS.get(tier, {}))


def open_tiers() -> list[Tier]:
    """Those an owner may choose."""
    return [tier for tier in Tier if tier in settings.OPEN_TIERS]


def excesses(tier: str, limits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, what to do) for every limit above the plan's."""
    most = plan(tier)
    for name in LIMITS:
        chosen, allowed = limits.get(name), getattr(most, name)
        if isinstance(chosen, int) and chosen > allowed:
            yield (
                name,
                _("The plan %(plan)s allows %(number)d at most.")
                % {
                    "plan": Tier(tier).label,
                    "number": allowed,
                },
            )


def check_room(tier: str, owner: User) -> None:
    """Raises OverQuota if the account has as many servers as the plan allows, those that are being
    made included."""
    most = plan(tier).servers
    if owned(owner) + making(owner) >= most:
        raise OverQuota(
            ngettext(
                "With the plan %(plan)s an account has %(number)d server at most. Delete one, or "
                "choose a larger plan.",
                "With the plan %(plan)s an account has %(number)d servers at most. Delete one, or "
                "choose a larger plan.",
                most,
            )
            % {"plan": Tier(tier).label, "number": most}
        )


def check_platform() -> None:
    """Raises OverQuota if the installation is full."""
    with in_schema():
        if Server.objects.count() >= settings.MAX_SERVERS_SUPPORTED:
            raise OverQuota(
                _("This installation has no room for another server. Ask its operator.")
            )


def owned(owner: User) -> int:
    with in_schema():
        return Membership.objects.filter(user=owner, role=Role.OWNER).count()


def making(owner: User) -> int:
    with in_schema():
        return Job.objects.open().filter(started_by=owner, kind=Job.Kind.PROVISION).count()
