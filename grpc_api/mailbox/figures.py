"""What the health line says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Figures:
    """Since the last health line."""

    answered: int = 0
    own_script: int = 0
    events: int = 0
    waits: list[float] = field(default_factory=list)
    """Seconds from claim to answer."""

    def line(self, waiting: int) -> str:
        waits = sorted(self.waits)
        p95 = waits[int(0.95 * (len(waits) - 1))] * 1000 if waits else 0
        return (
            f"{self.answered} answered, {self.own_script} to the NPC's own script,"
            f" {waiting} waiting, p95 {p95:.0f} ms, {self.events} events"
        )
