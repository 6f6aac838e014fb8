"""Counts what happened in the last minute or hour, and says when there is room again.

A sliding window counter over sub-windows, as in Figma's "An alternative approach to rate limiting"
(2017): PARTS + 1 numbers a limit, however high it is. The sub-window that is just leaving counts by
the share of it that is still inside, as in Cloudflare's "How we built rate limiting capable of
scaling to millions of domains" (2017). So an even stream is served to the last call, and the limit
holds in every stretch of 11 of the 12 parts (55 s of a minute). quota.lua is the same in Redis."""

from __future__ import annotations

from collections import OrderedDict

PARTS = 12


class Window:
    """One limit's counters. Times in seconds, of any clock that does not go back."""

    __slots__ = ("_counts", "_first", "_total", "_width")

    def __init__(self, seconds: float) -> None:
        self._width = seconds / PARTS
        self._counts: dict[int, float] = {}
        self._first = 0
        """The sub-window that is just leaving; none before it is kept."""
        self._total = 0.0

    def wait(self, now: float, *, cost: float, limit: float) -> float:
        """Seconds until `cost` fits below `limit`; 0 if it does."""
        at, share = self._part(now)
        if self._total + cost <= limit:  # with the whole of what is leaving; nearly always
            return 0.0
        inside = {
            part: count * (1 - share if part == at - PARTS else 1)
            for part, count in sorted(self._counts.items())
        }
        excess = sum(inside.values()) + cost - limit
        if excess <= 1e-6:
            return 0.0
        for part, count in inside.items():
            if count >= excess:
                begins = max((part + PARTS) * self._width, now)
                lasts = (part + PARTS + 1) * self._width - begins
                return begins + lasts * excess / count - now
            excess -= count
        return self._width * PARTS

    def add(self, now: float, *, cost: float) -> None:
        at, _ = self._part(now)
        self._counts[at] = self._counts.get(at, 0.0) + cost
        self._total += cost

    def _part(self, now: float) -> tuple[int, float]:
        """Which sub-window it is, and how much of it is over. Forgets those that are gone."""
        at, into = divmod(now, self._width)
        first = int(at) - PARTS
        if first > self._first:
            self._first = first
            self._counts = {part: n for part, n in self._counts.items() if part >= first}
            self._total = sum(self._counts.values())
        return int(at), into / self._width


class Slots:
    """Who holds one of a limited number of places; a place is free again some seconds after its
    holder was last seen."""

    __slots__ = ("_holders", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._holders: OrderedDict[str, float] = OrderedDict()
        """When each was last seen, longest ago first."""

    def wait(self, now: float, *, holder: str, most: int) -> float:
        """Seconds until there may be a place; 0 if there is, or `holder` has one."""
        while self._holders and next(iter(self._holders.values())) <= now - self._seconds:
            self._holders.popitem(last=False)
        if holder in self._holders or len(self._holders) < most:
            return 0.0
        return next(iter(self._holders.values())) + self._seconds - now

    def take(self, now: float, *, holder: str) -> bool:
        """True if it had none before."""
        fresh = holder not in self._holders
        self._holders[holder] = now
        self._holders.move_to_end(holder)
        return fresh

    def leave(self, holder: str) -> None:
        self._holders.pop(holder, None)
