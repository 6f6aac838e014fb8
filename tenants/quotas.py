"""How much a server may ask for: calls a minute and an hour, talks of one player with one NPC a
minute, NPCs in conversation at once. The same over gRPC and REST.

An NPC is in conversation for CONVERSATION seconds after it was last talked to. Beyond
max_concurrent_npcs a *further* NPC is refused, so that its own script runs; who is in conversation
goes on. A call that is refused by one limit counts against none."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from aiworld.errors import OverQuota
from tenants import counting
from tenants.counting import Ask, Limit, Place, Verdict
from tenants.models import Server

MINUTE, HOUR = 60.0, 3600.0
CONVERSATION = 60.0
"""Seconds."""


@dataclass(frozen=True)
class Talk:
    """Who talks with whom."""

    char_id: int
    npc_key: str


def take(server: Server, *, cost: float = 1, subject: Talk | None = None) -> bool:
    """Count one call of `server`, or raise OverQuota, which says which limit and when to come back.

    `cost` is what it counts for in calls; 0 counts nothing. With a `subject` the player's limit and
    the NPCs in conversation count, too; then True means that the NPC came into conversation by this
    call, which `leave` takes back."""
    return _judged(server, counting.count(_ask(server, cost, subject)))


async def atake(server: Server, *, cost: float = 1, subject: Talk | None = None) -> bool:
    """The same on an event loop, which it does not hold up."""
    return _judged(server, await counting.acount(_ask(server, cost, subject)))


def leave(server: Server, subject: Talk) -> None:
    """The NPC did not get into conversation after all: there is none, or its AI is switched off."""
    counting.leave(_place(server, subject))


async def aleave(server: Server, subject: Talk) -> None:
    await counting.aleave(_place(server, subject))


def take_for(name: str, *, limit: float, per_seconds: float, cost: float = 1) -> None:
    """A limit of anything else, e.g. registrations per address. Raises OverQuota.

    `name` says what and whose; it may hold what people typed."""
    _allowed(counting.count(_single(name, limit, per_seconds, cost)))


async def atake_for(name: str, *, limit: float, per_seconds: float, cost: float = 1) -> None:
    _allowed(await counting.acount(_single(name, limit, per_seconds, cost)))


def forget_all() -> None:
    """Drop what this process has counted (a test begins)."""
    counting.local.forget_all()
    counting.breaker.succeeded()


def _ask(server: Server, cost: float, subject: Talk | None) -> Ask:
    limits = [
        Limit(_name(server, "minute"), server.rate_limit_per_minute, MINUTE),
        Limit(_name(server, "hour"), server.rate_limit_per_hour, HOUR),
    ]
    if subject is None:
        return Ask(tuple(limits), cost=cost)
    pair = _short(f"{subject.char_id}:{subject.npc_key}")
    limits.append(Limit(_name(server, f"talk:{pair}"), server.rate_limit_per_player, MINUTE))
    return Ask(tuple(limits), cost=cost, place=_place(server, subject))


def _place(server: Server, subject: Talk) -> Place:
    return Place(
        _name(server, "npcs"), _short(subject.npc_key), server.max_concurrent_npcs, CONVERSATION
    )


def _name(server: Server, what: str) -> str:
    # The braces keep all keys of a server in one slot of a Redis cluster.
    return f"quota:{{{server.server_id}}}:{what}"


def _single(name: str, limit: float, per_seconds: float, cost: float) -> Ask:
    whole = f"throttle:{{{_short(name)}}}:{per_seconds:g}"
    return Ask((Limit(whole, limit, per_seconds),), cost=cost)


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _judged(server: Server, verdict: Verdict) -> bool:
    if verdict.over is None:
        return verdict.fresh
    what, limit = _told(server, verdict.over.name.rpartition("}:")[2])
    seconds = _seconds(verdict.wait)
    raise OverQuota(f"{what}; try again in {seconds} s", limit=limit, retry_after=verdict.wait)


def _told(server: Server, which: str) -> tuple[str, str]:
    match which:
        case "minute":
            return (
                f"this server has made its {server.rate_limit_per_minute} calls of a minute",
                "calls_per_minute",
            )
        case "hour":
            return (
                f"this server has made its {server.rate_limit_per_hour} calls of an hour",
                "calls_per_hour",
            )
        case "npcs":
            return (
                f"{server.max_concurrent_npcs} NPCs of this server are in conversation, which is "
                "as many as may be at once: run the NPC's own script",
                "concurrent_npcs",
            )
    return (
        f"this player has talked {server.rate_limit_per_player} times with this NPC in a minute",
        "talks_per_player",
    )


def _allowed(verdict: Verdict) -> None:
    if verdict.over:
        seconds = _seconds(verdict.wait)
        raise OverQuota(
            f"too often; try again in {seconds} s", limit="throttle", retry_after=verdict.wait
        )


def _seconds(wait: float) -> int:
    return max(math.ceil(wait), 1)
