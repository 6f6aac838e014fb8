"""The providers that owners of game servers brought, each with its own connections and breaker:
what one of them does is of no consequence for the others."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from inference.providers.base import Endpoint, Provider

MOST = 256
"""Kept at once; the one that was asked longest ago goes."""


class Owners:
    def __init__(self, make: Callable[[Endpoint], Provider], *, most: int = MOST) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[str, tuple[Endpoint, Provider]] = OrderedDict()
        self._lock = threading.Lock()

    def provider(self, endpoint: Endpoint) -> Provider:
        """The one that was made for these settings, or a new one in place of an older one."""
        with self._lock:
            kept, found = self._kept.get(endpoint.owner, (None, None))
            if found is None or kept != endpoint:
                if found is not None:
                    found.close()
                found = self._make(endpoint)
                self._kept[endpoint.owner] = endpoint, found
            self._kept.move_to_end(endpoint.owner)
            while len(self._kept) > self._most:
                _, (_, oldest) = self._kept.popitem(last=False)
                oldest.close()
            return found

    def __len__(self) -> int:
        return len(self._kept)
