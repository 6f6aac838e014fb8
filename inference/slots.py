"""One model of the catalogue in this process: whether it is loaded, its queue, its figures."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal

from aiworld.errors import AIWorldError, Unavailable
from inference.adapters.base import Adapter, DeviceMissing, Folders
from inference.adapters.weights import WeightsDiffer, WeightsMissing, locate
from inference.batching import Batcher
from inference.residency import Residency
from inference.spec import ModelSpec

logger = logging.getLogger(__name__)

State = Literal["missing", "unloaded", "loading", "ready", "failed"]

RETRY_AFTER = 30.0
"""Seconds between two attempts to load what could not be loaded."""


class Slot:
    def __init__(
        self,
        spec: ModelSpec,
        adapter: type[Adapter],
        folders: Folders,
        residency: Residency,
        *,
        max_queue: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spec = spec
        self.state: State = "unloaded"
        self._make, self._folders, self._residency = adapter, folders, residency
        self._clock = clock
        self._adapter: Adapter | None = None
        self._failure: Unavailable | None = None
        self._failed_at = 0.0
        self._loading = threading.Lock()
        self.batcher: Batcher[Any, Any] = Batcher(
            self._answer,
            max_batch=spec.max_batch,
            max_background_batch=spec.max_background_batch,
            max_queue=max_queue,
            clock=clock,
        )
        self._look()

    def load(self) -> None:
        """Raises Unavailable when the model cannot be loaded; tries again after RETRY_AFTER."""
        with self._entered():
            pass

    def status(self) -> dict[str, Any]:
        """For people and metrics; what each name means is in docs/reference/inference.md."""
        spec, sums = self.spec, asdict(self.batcher.statistics)
        return {
            "task": spec.task,
            "licence": spec.licence,
            "version": dict(spec.weights.sha256).get("model.safetensors", ""),
            "dimensions": spec.dimensions,
            "device": self._folders.device,
            "memory": self._adapter.memory if self._adapter else 0,
            "state": self.state,
            "reason": self._failure.message if self._failure else "",
            "queued": len(self.batcher),
            **sums,
        }

    def close(self) -> None:
        self.batcher.close(drain=False)
        self._residency.release(self.spec.key)
        self._unload()

    def _answer(self, items: Sequence[Any]) -> Sequence[Any]:
        with self._entered() as adapter:
            try:
                return adapter.finish(adapter.run(adapter.prepare(items)))
            except AIWorldError:
                raise
            except Exception as error:
                logger.exception("%s failed on %d items", self.spec.key, len(items))
                raise Unavailable(f"the model {self.spec.key} failed") from error

    @contextmanager
    def _entered(self) -> Iterator[Adapter]:
        """The loaded model, which cannot be unloaded meanwhile."""
        with self._loading:
            if not self._residency.enter(self.spec.key):
                self._load()
            adapter = self._adapter
        try:
            assert adapter is not None
            yield adapter
        finally:
            self._residency.leave(self.spec.key)

    def _load(self) -> None:
        if self._failure and self._clock() < self._failed_at + RETRY_AFTER:
            raise self._failure
        spec = self.spec
        self._residency.reserve(spec.key, spec.memory, self._unload, pinned=spec.warm)
        self.state = "loading"
        started = self._clock()
        try:
            self._adapter = self._make(spec, self._folders)
        except Exception as error:
            self._residency.release(spec.key)
            raise self._fail(error) from error
        self._residency.correct(spec.key, self._adapter.memory)
        self.state, self._failure = "ready", None
        logger.info("loaded %s in %.2f s", spec.key, self._clock() - started)

    def _fail(self, error: Exception) -> Unavailable:
        missing = isinstance(error, WeightsMissing)
        known = isinstance(error, WeightsMissing | WeightsDiffer | DeviceMissing)
        reason = str(error) if known else type(error).__name__
        self.state = "missing" if missing else "failed"
        self._failed_at = self._clock()
        message = f"the model {self.spec.key} cannot be loaded: {reason}"
        self._failure = Unavailable(message, retry_after=RETRY_AFTER)
        logger.error(message, exc_info=None if known else error)
        return self._failure

    def _look(self) -> None:
        try:
            locate(self.spec.weights, self._folders.models)
        except WeightsMissing:
            self.state = "missing"

    def _unload(self) -> None:
        if self._adapter is not None:
            self._adapter = None
            self.state = "unloaded"
            logger.info("unloaded %s", self.spec.key)
