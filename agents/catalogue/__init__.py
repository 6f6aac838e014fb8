"""The agents, one row each."""

from __future__ import annotations

from collections.abc import Mapping

from agents.catalogue import (
    core,
    digs,
    economy,
    happenings,
    people,
    places,
    sky,
    society,
    stories,
    wanderers,
    world,
)
from agents.spec import AgentSpec
from aiworld.errors import NotFound

AGENTS: tuple[AgentSpec, ...] = (
    *core.AGENTS,
    *world.AGENTS,
    *society.AGENTS,
    *economy.AGENTS,
    *people.AGENTS,
    *places.AGENTS,
    *sky.AGENTS,
    *happenings.AGENTS,
    *stories.AGENTS,
    *wanderers.AGENTS,
    *digs.AGENTS,
)
BY_KEY: Mapping[str, AgentSpec] = {spec.key: spec for spec in AGENTS}


def spec_of(key: str) -> AgentSpec:
    """Raises NotFound."""
    if (found := BY_KEY.get(key)) is None:
        known = ", ".join(sorted(BY_KEY))
        raise NotFound(f"there is no agent {key!r}; there are {known}", field="agent")
    return found
