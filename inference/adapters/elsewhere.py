"""A model that an engine elsewhere runs. Its queue, deadlines, figures and heads stay here, so that
callers do not know the difference."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2
import numpy as np
from numpy.typing import NDArray

from aiworld.breaker import Breaker
from aiworld.errors import Unavailable
from inference.adapters.base import Folders
from inference.adapters.dialects import DIALECTS, Nonsense, Question
from inference.adapters.weights import WeightsDiffer
from inference.batching import Overloaded
from inference.retry_after import retry_after
from inference.spec import Likeness, ModelSpec

LARGEST = 16 * 2**20
"""Bytes of an answer."""
CLOSE = 0.03
"""By how much a cosine may differ from what is known: 16 bits make 0.01, another model 0.1."""
LEFT_ALONE = 60.0
"""Seconds, after it rejected the key."""


class Elsewhere:
    memory = 0

    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        if spec.elsewhere is None:
            raise ValueError(f"nobody is said to run {spec.key}")
        self._spec, self._at = spec, spec.elsewhere
        if self._at.api not in DIALECTS:
            raise Unavailable(f"nobody here speaks {self._at.api}")
        self._dialect = DIALECTS[self._at.api]
        self.name = urlsplit(self._at.url).netloc.rpartition("@")[2]
        self._breaker = Breaker(f"the engine at {self.name}", failures=3, seconds=1.0)
        key = self._at.key
        self._http = httpx2.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=self._at.timeout,
            verify=ssl.create_default_context(cafile=self._at.authority or None),
            follow_redirects=False,
            trust_env=False,
        )
        try:
            self._recognise(spec.likeness)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._http.close()

    def prepare(self, items: Sequence[Any]) -> Sequence[Any]:
        return items

    def run(self, prepared: Sequence[Any]) -> list[Any]:
        if self._spec.task == "rerank":
            return self._ranked(prepared)
        return list(self._vectors(prepared))

    def finish(self, output: list[Any]) -> list[Any]:
        return output

    def _recognise(self, known: Sequence[Likeness]) -> None:
        """Raises WeightsDiffer when another model answers: its vectors would be compared with
        stored ones of ours, and mean nothing."""
        for pair in known:
            one, other = self._vectors([pair.one, pair.other])
            if abs(float(one @ other) - pair.cosine) > CLOSE:
                raise WeightsDiffer(f"the engine at {self.name} runs another model")

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions), of unit length."""
        said = self._ask(self._dialect.embed(self._at.model, texts))
        try:
            rows = np.asarray(self._dialect.vectors(said), dtype=np.float32)
        except (KeyError, TypeError, ValueError, Nonsense) as error:
            raise self._senseless() from error
        if rows.shape != (len(texts), self._spec.dimensions) or not np.isfinite(rows).all():
            raise self._senseless()
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: NDArray[np.float32] = rows / np.maximum(lengths, 1e-9)
        return unit

    def _ranked(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """A request per query."""
        places: dict[str, list[int]] = {}
        for at, (query, _) in enumerate(pairs):
            places.setdefault(query, []).append(at)
        scores = [0.0] * len(pairs)
        for query, rows in places.items():
            for at, score in zip(
                rows, self._scores(query, [pairs[at][1] for at in rows]), strict=True
            ):
                scores[at] = score
        return scores

    def _scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float64]:
        said = self._ask(self._dialect.rerank(self._at.model, query, texts))
        try:
            scores = np.asarray(self._dialect.scores(said), dtype=np.float64)
        except (KeyError, TypeError, ValueError, Nonsense) as error:
            raise self._senseless() from error
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise self._senseless()
        return scores

    def _ask(self, question: Question) -> Any:
        """Raises Unavailable, Overloaded."""
        self._breaker.check()
        url = self._at.url.rstrip("/") + question.path
        try:
            with self._http.stream("POST", url, json=dict(question.body)) as answer:
                if answer.status_code != httpx2.codes.OK:
                    raise self._refused(answer.status_code, answer.headers)
                said = json.loads(self._whole(answer))
        except (httpx2.HTTPError, OSError) as error:
            self._breaker.failed()
            kind = type(error).__name__
            raise self._unavailable(f"could not be asked ({kind})") from error
        except ValueError as error:
            raise self._senseless() from error
        self._breaker.succeeded()
        return said

    def _whole(self, answer: httpx2.Response) -> bytes:
        """Within the time of one batch, however slowly it drips, and within reason."""
        ends_at, body = time.monotonic() + self._at.timeout, bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends_at:
                raise httpx2.ReadTimeout("too slow, or too long")
        return bytes(body)

    def _refused(self, status: int, headers: Mapping[str, str]) -> Unavailable:
        if status == httpx2.codes.TOO_MANY_REQUESTS:
            wait = retry_after(headers, otherwise=1.0)
            return Overloaded(f"the engine at {self.name} is busy", retry_after=wait)
        if status in (401, 403):
            self._breaker.open_for(LEFT_ALONE, f"rejected the key ({status})")
        elif status >= 500:
            self._breaker.failed()
        return self._unavailable(f"refused with HTTP status {status}")

    def _senseless(self) -> Unavailable:
        self._breaker.failed()
        return self._unavailable("sent an answer that makes no sense")

    def _unavailable(self, what: str) -> Unavailable:
        return Unavailable(f"the engine at {self.name} {what}", retry_after=1.0)
