"""Who else is told of events.

An app above this one registers a function in its AppConfig.ready():

    from world.reports import receivers
    receivers.register(progress.count)      # def count(batch: Batch) -> None

It is called with each batch of new events, in the server's schema and in the very transaction that
counts them: what it writes is there if and only if the events are, and exactly once. Batches of one
server come one after the other, in whichever process. It reads `batch.by_player` (character id ->
its events in the order they happened) and writes with a few statements for all of them; it neither
waits for anything outside the database nor raises, since then the whole batch would come again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from world.reports.batches import Batch

Receiver = Callable[[Batch], None]
_receivers: list[Receiver] = []


def register(receiver: Receiver) -> None:
    """Doing it again changes nothing."""
    if receiver not in _receivers:
        _receivers.append(receiver)


def others() -> Sequence[Receiver]:
    return tuple(_receivers)
