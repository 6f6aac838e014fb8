"""What holds for an agent on the present server: the owner's choice, else the catalogue's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from agents.catalogue import AGENTS, spec_of
from agents.models import AgentSetting
from agents.models.setting import MOST_A_DAY


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
    every = spec_of(key).every
    if row is None:
        return Chosen(is_on=True, every=every, most_a_day=MOST_A_DAY, ask_model=False)
    return Chosen(
        is_on=row.is_on,
        every=row.every or every,
        most_a_day=row.most_a_day,
        ask_model=row.ask_model,
    )
