"""How much the platform's language models may cost a server in a month: the operator allows, the
owner chooses below it. What was spent is in the server's own schema (npcs.budget)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from aiworld.errors import Invalid
from tenants import api_keys, audit, plans
from tenants.context import in_schema
from tenants.models import Server


def allowed(server: Server) -> Decimal:
    """The most the owner may choose, in LLM_PRICE_CURRENCY a month."""
    if server.budget_allowed is not None:
        return server.budget_allowed
    return Decimal(plans.plan(server.billing_tier).monthly_budget)


def cap(server: Server) -> Decimal:
    """What holds now."""
    most = allowed(server)
    return most if server.monthly_budget is None else min(server.monthly_budget, most)


def choose(
    server: Server,
    *,
    amount: Decimal | None,
    soft_percent: int,
    by: User,
    address: str | None = None,
) -> bool:
    """`amount`: None for all that is allowed. Returns whether anything changed. Raises Invalid."""
    with in_schema(), transaction.atomic():
        row = Server.objects.hold(server)
        if amount is not None and amount > allowed(row):
            raise Invalid(
                _("At most %(amount)s: more is for the operator to allow.")
                % {"amount": allowed(row)},
                field="monthly_budget",
            )
        old = [row.monthly_budget, row.budget_soft_percent]
        if old == [amount, soft_percent]:
            return False
        row.monthly_budget, row.budget_soft_percent = amount, soft_percent
        row.full_clean()
        row.save(update_fields=["monthly_budget", "budget_soft_percent"])
        details = {
            "monthly_budget": [_written(old[0]), _written(amount)],
            "budget_soft_percent": [old[1], soft_percent],
        }
        audit.note(row, actor=by, action="budget.chosen", details=details, address=address)
        transaction.on_commit(api_keys.forget_all)
    return True


def _written(amount: Decimal | int | None) -> str | None:
    return None if amount is None else str(amount)
