"""The agents, one row each."""

from __future__ import annotations

from collections.abc import Mapping

from agents.catalogue import core, economy, people, places, society
from agents.spec import AgentSpec
from aiworld.errors import NotFound

AGENTS: tuple[AgentSpec, ...] = (
    *core.AGENTS, *society.AGENTS, *economy.AGENTS, *people.AGENTS, *places.AGENTS,
)  # fmt: skip
BY_KEY: Mapping[str, AgentSpec] = {spec.key: spec for spec in AGENTS}


def spec_of(key: str) -> AgentSpec:
    """Raises NotFound."""
    if (found := BY_KEY.get(key)) is None:
        known = ", ".join(sorted(BY_KEY))
        raise NotFound(f"there is no agent {key!r}; there are {known}", field="agent")
    return found
