"""docs/reference/agents.md, made from the catalogue by `manage.py agents reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from agents.catalogue import AGENTS
from agents.spec import AgentSpec

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "agents.md"
HEAD = """# Agents

Made from `agents/catalogue/`; do not edit. [How a run goes](../architecture.md#agents). Owners
switch each agent on or off, say how often it runs and whether it may ask the language model, under
*Agents* in the administration; there every run says what it changed and can be taken back.

    manage.py agents list --server NAME --json
    manage.py agents run karma --server NAME --subject 150001 --asked '{"deed": "help"}' --json

A run is taken back as a whole or not at all, and a day of an agent likewise: what it made is
gone, what it moved is where it was, an event is over and nobody speaks of it. It stays where
somebody has changed a row since, or a player has taken the quest that was offered. What a run
of `world` called is taken back with it, the latest first; what has not begun never will, and what
cannot be taken back stays and is counted (`left_standing`). Rewards for an event that no map-
server has heard of are void; those that players have stay, are counted (`still_paid`), and are
reversed in the reward ledger if staff want it. Not taken back, with the reason on the run
(`final`): the daily fading of karma and reputation, accounts of what was done, and memories
that were tidied up, which have a way back of their own. What players did meanwhile is theirs.

A run that changed nothing says why (`idle`): in the list of runs, over REST, and from `agents run`.
"""


def page() -> str:
    with translation.override("en"):
        return "\n".join([HEAD, *(line for spec in AGENTS for line in _of(spec))])


def _of(spec: AgentSpec) -> Iterator[str]:
    calls = ", ".join(f"`{call}`" for call in spec.calls) or "none"
    fields = ", ".join(f"`{name}`" for name in spec.output.model_fields)
    ways = "language model or rules" if spec.asks_model else "rules"
    yield f"## {spec.key}\n\n{spec.purpose}\n"
    yield f"| | |\n|---|---|\n| group | {spec.group} |\n| may change | {spec.may_change} |"
    yield f"| calls | {calls} |\n| by itself | {_cadence(spec)} |"
    yield f"| decides | {fields}, by {ways} |\n"


def _cadence(spec: AgentSpec) -> str:
    if spec.every is None:
        return "no"
    return f"every {spec.every}" + (", while the map-server acts on it" if spec.acted_on else "")
