"""A person takes a reward back: the reversal in the ledger, and who did it in the audit log."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quests import ledger
from quests.models import RewardEntry
from tenants import audit
from tenants.context import tenant


def take_back(entry_id: int, by: AbstractBaseUser | AnonymousUser) -> RewardEntry:
    """The reversal. Raises NotFound, Refused, Conflict."""
    name = by.get_username()
    with transaction.atomic():
        reason = _("taken back by %(name)s") % {"name": name}
        made = ledger.reverse(entry_id, by=name, reason=reason, now=timezone.now())
        details = {"zeny": made.zeny, "character": made.char_id, "quest": made.quest_number}
        audit.note(
            tenant(), actor=by, action="reward.reversed", target=str(entry_id), details=details
        )
    return made
