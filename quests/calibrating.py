"""How hard a quest should be for this character: so that it is completed in 60 to 80 of 100 cases.

What a model expects moves the difficulty by one at most, and with it the work; the reward follows
from that and from the owner's policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import expm1
from typing import Any

import numpy as np
from django.utils import timezone

from aiworld.errors import AIWorldError
from inference import predictions
from inference.learned import errands
from inference.learned.features import Table
from inference.learned.history import QUEST, QUEST_KINDS
from quests import history, pacing, planning, rules
from quests.expectations import MODEL
from quests.planning import Asker, Plan
from tenants.context import run_in_tenant, tenant
from tenants.statements import rows

HOURS = "quest_difficulty"
SHARE = 0.15
"""Of quests completed, that a difficulty moves."""
LOWEST, HIGHEST = 0.4, 0.9
SECONDS = 0.3
"""That an offer waits for the models."""
LONGEST_HOURS = 54.0
"""Three quarters of the time that there is for what can be counted."""
LOOKS_BACK = timedelta(days=84)
SUMS = """
SELECT kind, sum(CASE WHEN kind = 'kill' THEN number ELSE 1 END)::float8 FROM game_events
WHERE char_id = %(char)s AND happened_at >= %(first)s AND happened_at < %(last)s
    AND kind = ANY(%(kinds)s)
GROUP BY kind
"""


async def fitted(asker: Asker, plan: Plan, *, seconds: float) -> Asker:
    """With the difficulty to be wished for, where the models can be asked in time."""
    if plan.difficulty is not None or seconds < 2 * SECONDS:
        return asker
    usual, choices = planning.difficulty(asker, plan), choose_from(asker, plan)
    if len(choices) < 2:
        return asker
    table = await run_in_tenant(tenant(), known, asker, plan, choices)
    try:
        done = await _asked(MODEL, table)
        hours = await _asked(HOURS, table)
    except AIWorldError:
        return asker
    taking = [expm1(value) for value in hours["values"]]
    best = chosen(usual, choices, done["values"], taking, aim=aim(asker.harder))
    expected = {"value": round(done["values"][choices.index(best)], 5), "model": done["model"],
                "weights": done["weights"], "version": done["version"]}  # fmt: skip
    return replace(asker, wished=best, expected=expected)


def choose_from(asker: Asker, plan: Plan) -> list[int]:
    """One easier, the usual and one harder, as far as this kind of work can be so."""
    usual = planning.difficulty(asker, plan)
    most = min(usual + 1, asker.welcome.hardest)
    return sorted(
        {rules.difficulty_of(plan.kind, max(each, 1)) for each in range(usual - 1, most + 1)}
    )


def aim(harder: float) -> float:
    """The share to be aimed at: what models expect too much of is aimed at lower."""
    return min(max(pacing.AIM - SHARE * harder, LOWEST), HIGHEST)


def chosen(
    usual: int, choices: list[int], done: list[float], hours: list[float], *,
    aim: float = pacing.AIM,
) -> int:  # fmt: skip
    """Nearest to `aim` of those that do not take too long, the usual where there is nothing in it;
    all take too long: the easiest."""
    fit = [at for at in range(len(choices)) if hours[at] <= LONGEST_HOURS]
    if not fit:
        return choices[0]
    nearest = min(fit, key=lambda at: (abs(done[at] - aim), abs(choices[at] - usual)))
    return choices[nearest]


def known(asker: Asker, plan: Plan, choices: list[int]) -> Table:
    """A row for each difficulty, of what was known at the last midnight, as in training."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    found = {
        "char": asker.char_id, "first": today - timedelta(days=errands.WINDOW), "last": today,
        "kinds": list(errands.COUNTED),
    }  # fmt: skip
    sums = dict(rows(SUMS, found))
    asked = np.zeros(len(choices), QUEST)
    asked["difficulty"], asked["level"] = choices, asker.level
    asked["kind"] = QUEST_KINDS.index(plan.kind)
    asked["amount"] = [history.amount(plan.objectives(each)) for each in choices]
    past = history.of(asker.char_id, today - LOOKS_BACK, today)
    return errands.features(
        {name: np.full(len(choices), float(sums.get(name, 0))) for name in errands.COUNTED},
        past, asked,
    )  # fmt: skip


async def _asked(model: str, table: Table) -> dict[str, Any]:
    item = {
        "server": tenant().server_id, "names": list(table.names), "rows": table.values.tolist(),
    }  # fmt: skip
    [said] = await predictions.score([item], model=model, deadline=SECONDS)
    answer: dict[str, Any] = said
    return answer
