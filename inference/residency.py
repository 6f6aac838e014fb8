"""Which models are in memory: a budget in bytes, least recently used out first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from aiworld.errors import Unavailable


@dataclass
class _Resident:
    memory: int
    unload: Callable[[], None]
    pinned: bool
    users: int = 0


class Residency:
    """Reserve before loading, correct the figure afterwards. A model in use is never unloaded."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._residents: OrderedDict[str, _Resident] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def used(self) -> int:
        with self._lock:
            return self._used()

    def reserve(
        self, key: str, memory: int, unload: Callable[[], None], *, pinned: bool = False
    ) -> None:
        """Makes room by unloading others, and enters. Raises Unavailable when there is no room."""
        with self._lock:
            victims = self._victims(self._used() + memory - self.budget, key)
            for victim in victims:
                self._residents.pop(victim).unload()
            self._residents[key] = _Resident(memory, unload, pinned, users=1)

    def correct(self, key: str, memory: int) -> None:
        with self._lock:
            self._residents[key].memory = memory

    def release(self, key: str) -> None:
        with self._lock:
            self._residents.pop(key, None)

    def evict(self, key: str) -> bool:
        """Unloads it, even if it is pinned; False while somebody uses it."""
        with self._lock:
            resident = self._residents.get(key)
            if resident is not None and resident.users:
                return False
            if resident is not None:
                self._residents.pop(key).unload()
            return True

    def enter(self, key: str) -> bool:
        """Marks the model as in use; False when it is not in memory."""
        with self._lock:
            resident = self._residents.get(key)
            if resident is None:
                return False
            resident.users += 1
            self._residents.move_to_end(key)
            return True

    def leave(self, key: str) -> None:
        with self._lock:
            self._residents[key].users -= 1

    def _used(self) -> int:
        return sum(resident.memory for resident in self._residents.values())

    def _victims(self, excess: int, key: str) -> list[str]:
        victims: list[str] = []
        for name, resident in self._residents.items():
            if excess <= 0:
                break
            if not resident.users and not resident.pinned:
                victims.append(name)
                excess -= resident.memory
        if excess > 0:
            raise Unavailable(f"there is no memory left for {key}", retry_after=1.0)
        return victims
