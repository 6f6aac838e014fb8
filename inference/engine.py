"""The models of this process, each behind its own queue, together within a budget of memory.

Knows nothing of Django. `server` owns one for everybody; the `local` backend has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from aiworld.errors import AIWorldError, NotFound, Unavailable
from inference.adapters import ADAPTERS
from inference.adapters.base import Adapter, DeviceMissing, Folders
from inference.batching import Priority
from inference.residency import Residency
from inference.slots import Slot
from inference.spec import ModelSpec


class Engine:
    def __init__(
        self,
        models: Iterable[ModelSpec],
        folders: Folders,
        *,
        memory_budget: int = 2 * 2**30,
        max_queue: int = 1024,
        workers: int = 1,
        batch_size: int = 0,
        adapters: Mapping[str, type[Adapter]] = ADAPTERS,
    ) -> None:
        """`memory_budget` in bytes; `max_queue` items per model; `workers`: threads of a model that
        may run in several; `batch_size`: items that are worked on together, 0: as the catalogue
        says."""
        self.residency = Residency(memory_budget)
        self._slots = {
            spec.key: Slot(
                spec,
                adapters[spec.adapter],
                folders,
                self.residency,
                max_queue=max_queue,
                workers=workers,
                batch_size=batch_size,
            )
            for spec in models
        }

    def submit(
        self,
        key: str,
        item: Any,
        *,
        deadline: float | None = None,
        priority: Priority = "interactive",
    ) -> Future[Any]:
        """Never blocks; loads the model first if need be. `deadline` is a `time.monotonic` moment.

        Raises NotFound for an unknown model, Invalid for an item that it cannot read, Overloaded
        when its queue is full. The future raises Unavailable when the model cannot be loaded or
        fails, DeadlineExceeded when it was too late.
        """
        slot = self._slot(key)
        slot.check(item)
        return slot.batcher.submit(item, deadline=deadline, priority=priority)

    def spec(self, key: str) -> ModelSpec:
        """Raises NotFound."""
        return self._slot(key).spec

    def unload(self, key: str) -> None:
        """Frees a model's memory; it is loaded again when it is next asked. Raises NotFound,
        Unavailable while it works."""
        if not self._slot(key).unload():
            raise Unavailable(f"the model {key} is working", retry_after=1.0)

    def load(self, key: str) -> None:
        """Loads now, in this thread. Raises Unavailable."""
        self._slot(key).load()

    def warm_up(self) -> None:
        """Loads what the catalogue wants warm, as far as it can be loaded: what cannot says so in
        `status`, and the rest of the fleet answers. Raises Unavailable if the device is not there:
        that is no model's fault."""
        for slot in self._slots.values():
            if slot.spec.warm and slot.state not in ("missing", "untrained", "baseline"):
                try:
                    slot.load()
                except AIWorldError as error:
                    if isinstance(error.__cause__, DeviceMissing):
                        raise

    def status(self) -> dict[str, dict[str, Any]]:
        """By model: state, why not, and the sums of `batching.Statistics`."""
        return {key: slot.status() for key, slot in self._slots.items()}

    def close(self) -> None:
        for slot in self._slots.values():
            slot.close()

    def _slot(self, key: str) -> Slot:
        try:
            return self._slots[key]
        except KeyError:
            raise NotFound(f"there is no model {key!r}") from None
