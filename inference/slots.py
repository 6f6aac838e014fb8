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
from inference.adapters.weights import NotBetter, Untrained, WeightsDiffer, WeightsMissing, find
from inference.batching import Batcher
from inference.cards import read
from inference.overview import facts
from inference.residency import Residency
from inference.spec import ModelSpec

logger = logging.getLogger(__name__)

State = Literal["missing", "untrained", "baseline", "unloaded", "loading", "ready", "failed"]

RETRY_AFTER = 30.0
"""Seconds between two attempts to load what could not be loaded."""
KNOWN = (WeightsMissing, WeightsDiffer, DeviceMissing, NotBetter, AIWorldError)
"""What says itself, in words for people, why a model cannot be loaded."""


class Slot:
    def __init__(
        self,
        spec: ModelSpec,
        adapter: type[Adapter],
        folders: Folders,
        residency: Residency,
        *,
        max_queue: int,
        workers: int = 1,
        batch_size: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spec = spec
        self.state: State = at_rest(spec, folders)
        self._make, self._folders, self._residency = adapter, folders, residency
        self._clock = clock
        self._adapter: Adapter | None = None
        self._failure: Unavailable | None = None
        self._again_at = 0.0
        self._loading = threading.Lock()
        self.batcher: Batcher[Any, Any] = Batcher(
            self._answer,
            max_batch=batch_size or spec.max_batch,
            max_background_batch=min(batch_size or spec.max_batch, spec.max_background_batch),
            max_queue=max_queue,
            workers=_threads(spec, workers),
            clock=clock,
        )

    def load(self) -> None:
        """Raises Unavailable when the model cannot be loaded; tries again after RETRY_AFTER."""
        with self._entered():
            pass

    def status(self) -> dict[str, Any]:
        """For people and metrics; what each name means is in docs/reference/inference.md."""
        return {
            **facts(self.spec, self._folders),
            "memory": self._adapter.memory if self._adapter else 0,
            "state": self.state,
            "reason": self._failure.message if self._failure else "",
            "queued": len(self.batcher),
            **asdict(self.batcher.statistics),
        }

    def check(self, item: Any) -> None:
        """Whether the model could read it, before it gets into a batch with other callers' items.
        Raises Invalid."""
        if checks := getattr(self._make, "check", None):
            checks(self.spec, item)

    def unload(self) -> bool:
        """Frees its memory until it is asked again. False while it works."""
        with self._loading:
            return self._residency.evict(self.spec.key)

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
        if self._failure and self._clock() < self._again_at:
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
        known = isinstance(error, KNOWN)
        reason = str(error) if known else _named(error)
        self.state = _state_after(error)
        wait = (error.retry_after if isinstance(error, AIWorldError) else None) or RETRY_AFTER
        self._again_at = self._clock() + wait
        message = f"the model {self.spec.key} cannot be loaded: {reason}"
        self._failure = Unavailable(message, retry_after=wait)
        logger.error(message, exc_info=None if known else error)
        return self._failure

    def _unload(self) -> None:
        if self._adapter is not None:
            if close := getattr(self._adapter, "close", None):
                close()
            self._adapter = None
            self.state = "unloaded"
            logger.info("unloaded %s", self.spec.key)


def _threads(spec: ModelSpec, workers: int) -> int:
    if spec.elsewhere is not None:
        return spec.elsewhere.at_once
    return workers if spec.parallel else 1


def at_rest(spec: ModelSpec, folders: Folders) -> State:
    """Of a model that nobody has loaded: whether it could be."""
    if spec.elsewhere is not None:
        return "unloaded"
    card = read(spec.key) if spec.trained else None
    if card and not card.beats:
        return "baseline"
    try:
        find(spec, folders.models)
    except (WeightsMissing, WeightsDiffer) as error:
        return _state_after(error)
    return "unloaded"


def _state_after(error: Exception) -> State:
    match error:
        case NotBetter():
            return "baseline"
        case Untrained():
            return "untrained"
        case WeightsMissing():
            return "missing"
    return "failed"


def _named(error: Exception) -> str:
    """No space left on the device, and the like, in words; no more of what is our own fault."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
