"""What holds for an agent on the present server: the owner's choice, else the catalogue's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from agents.catalogue import AGENTS, spec_of
from agents.models import AgentSetting
from tenants.context import tenant


@dataclass(frozen=True, kw_only=True)
class Chosen:
    is_on: bool
    every: timedelta | None
    most_a_day: int
    ask_model: bool


def chosen(key: str) -> Chosen:
    return _chosen(key, AgentSetting.objects.filter(agent=key).first())


def all_chosen() -> dict[str, Chosen]:
    rows = {row.agent: row for row in AgentSetting.objects.all()}
    return {spec.key: _chosen(spec.key, rows.get(spec.key)) for spec in AGENTS}


def _chosen(key: str, row: AgentSetting | None) -> Chosen:
    spec = spec_of(key)
    acted_on = not spec.acted_on or spec.acted_on in tenant().acts_on
    every = spec.every if acted_on else None
    if row is None:
        return Chosen(is_on=True, every=every, most_a_day=spec.most_a_day, ask_model=False)
    return Chosen(
        is_on=row.is_on,
        every=row.every or every,
        most_a_day=spec.most_a_day if row.most_a_day is None else row.most_a_day,
        ask_model=row.ask_model,
    )
