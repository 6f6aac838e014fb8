"""What a quest may be and what it pays: pure functions. A model's opinion enters as a difficulty,
and what that brings is more work: the reward follows from the work and the owner's policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

FACTORS = (1, 2, 4, 8, 14, 22)
"""What the six difficulties pay, in multiples of a trivial quest's reward."""
WORK = {
    "kill": (3, 5, 10, 20, 35, 60),
    "item": (1, 3, 5, 10, 18, 30),
}
"""How many, by difficulty, of what can be counted."""
HARDEST = {
    "kill": 6, "collect": 6, "boss": 6, "escort": 3, "delivery": 2, "exploration": 3, "puzzle": 2,
    "social": 2,
}  # fmt: skip
"""What cannot be made more work of is never called hard."""
EASIEST = {"boss": 4}
LEVELS_ABOVE = 10
"""A monster may be so much above the character's level, half of it again per difficulty."""
MOST_OBJECTIVES = 3
"""rAthena's MAX_QUEST_OBJECTIVES."""
LONGEST_TITLE, LONGEST_TEXT = 60, 600
NEAR = 7
"""Cells."""


@dataclass(frozen=True, kw_only=True)
class Reward:
    zeny: int = 0
    base_exp: int = 0
    job_exp: int = 0
    items: tuple[tuple[int, int, int], ...] = ()
    """Item id, pieces, worth of one piece in zeny."""

    @property
    def exp(self) -> int:
        return self.base_exp + self.job_exp

    @property
    def item_value(self) -> int:
        return sum(pieces * worth for _, pieces, worth in self.items)

    @property
    def empty(self) -> bool:
        return not (self.zeny or self.exp or self.items)

    def given(self) -> dict[str, object]:
        """As it is offered, handed over and confirmed."""
        return {
            "zeny": self.zeny,
            "base_exp": self.base_exp,
            "job_exp": self.job_exp,
            "items": [[item, pieces] for item, pieces, _ in self.items],
        }


@dataclass(frozen=True, kw_only=True)
class Cap:
    zeny: int
    exp: int
    item_value: int
    grants: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An item of the whitelist."""

    item_id: int
    value: int
    amount: int
    min_difficulty: int
    per_day: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    is_active: bool = True
    auto_approve: int = 3
    zeny_base: int = 50
    exp_base: int = 20
    items_percent: int = 25
    max_members: int = 4
    max_active: int = 3
    first_slot: int = 95_000
    caps: Mapping[str, Cap] = field(default_factory=lambda: DEFAULT_CAPS)
    items: tuple[Listed, ...] = ()


DEFAULT_CAPS: Mapping[str, Cap] = {
    "quest": Cap(zeny=2_000, exp=2_000, item_value=0, grants=1),
    "player": Cap(zeny=10_000, exp=10_000, item_value=0, grants=10),
    "account": Cap(zeny=15_000, exp=15_000, item_value=0, grants=15),
    "npc": Cap(zeny=100_000, exp=100_000, item_value=0, grants=200),
    "server": Cap(zeny=500_000, exp=500_000, item_value=0, grants=2_000),
}
"""Before the owner has chosen: what an hour of hunting brings a beginner, and no items."""


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """What a faction's opinion of a character brings it."""

    hardest: int
    """Difficulty it is trusted with, 0: no work."""
    percent: int
    """Of the zeny and exp that others get; the caps are everybody's."""


WELCOMES: Mapping[str, Welcome] = {
    "hated": Welcome(hardest=0, percent=0),
    "hostile": Welcome(hardest=0, percent=0),
    "unfriendly": Welcome(hardest=2, percent=90),
    "neutral": Welcome(hardest=6, percent=100),
    "friendly": Welcome(hardest=6, percent=105),
    "honored": Welcome(hardest=6, percent=110),
    "revered": Welcome(hardest=6, percent=115),
    "exalted": Welcome(hardest=6, percent=120),
}
"""By the eight tiers of reputation."""
NOBODYS = WELCOMES["neutral"]
"""Of an NPC that is of no faction."""


def welcome(tier: str, *, alignment: str, npc_alignment: str) -> Welcome:
    """`tier`: of the character with the NPC's faction, empty if it has none; the alignments that
    karma gives the character, and the NPC's own. The good ask nothing of the evil."""
    found = WELCOMES.get(tier, NOBODYS)
    if npc_alignment.endswith("_good") and alignment.endswith("_evil"):
        return WELCOMES["hated"]
    return found


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is taken of one cap today."""

    zeny: int = 0
    exp: int = 0
    item_value: int = 0
    grants: int = 0


def reward(policy: Policy, *, difficulty: int, level: int, seed: str, percent: int = 100) -> Reward:
    """What a quest pays, never above a cap; `percent`: see Welcome. The seed decides about the
    item, no model does."""
    factor = FACTORS[difficulty - 1] * (50 + min(max(level, 1), 300))
    paid = Reward(
        zeny=policy.zeny_base * factor * percent // 5_000,
        base_exp=policy.exp_base * factor * percent // 5_000,
        job_exp=policy.exp_base * factor * percent // 10_000,
        items=_item(policy, difficulty, seed),
    )
    return clipped(paid, policy)


def _item(policy: Policy, difficulty: int, seed: str) -> tuple[tuple[int, int, int], ...]:
    chance = Random(f"item {seed}")
    fits = [one for one in policy.items if one.min_difficulty <= difficulty and one.amount]
    if not fits or chance.randrange(100) >= policy.items_percent:
        return ()
    one = chance.choice(sorted(fits, key=lambda each: each.item_id))
    return ((one.item_id, one.amount, one.value),)


def clipped(offered: Reward, policy: Policy) -> Reward:
    """As much of it as the policy allows for one quest: the smallest cap of all counts, and what is
    not on the whitelist is left out. Worth is the whitelist's, whatever was offered."""
    zeny = min([offered.zeny, *(cap.zeny for cap in policy.caps.values())])
    exp = min(cap.exp for cap in policy.caps.values())
    base = min(max(offered.base_exp, 0), exp)
    job = min(max(offered.job_exp, 0), exp - base)
    left = min(cap.item_value for cap in policy.caps.values())
    listed = {one.item_id: one for one in policy.items}
    items: list[tuple[int, int, int]] = []
    for item, pieces, _ in offered.items:
        one = listed.get(item)
        if one is None or item in [taken for taken, _, _ in items]:
            continue
        fit = min(max(pieces, 0), one.amount, one.per_day)
        fit = min(fit, left // one.value) if one.value else fit
        if fit:
            items.append((item, fit, one.value))
            left -= fit * one.value
    return Reward(zeny=max(zeny, 0), base_exp=base, job_exp=job, items=tuple(items))


def part(whole: Reward, *, members: int, first: bool) -> Reward:
    """A member's part: together never more than one would get. Items go to the first, who accepted
    the quest."""
    if members <= 1:
        return whole
    return Reward(
        zeny=whole.zeny // members,
        base_exp=whole.base_exp // members,
        job_exp=whole.job_exp // members,
        items=whole.items if first else (),
    )


def fits(taken: Room, more: Reward, cap: Cap) -> bool:
    return (
        taken.zeny + more.zeny <= cap.zeny
        and taken.exp + more.exp <= cap.exp
        and taken.item_value + more.item_value <= cap.item_value
        and taken.grants + 1 <= cap.grants
    )


def difficulty_of(kind: str, proposed: int) -> int:
    """What a proposed difficulty may be for this kind of work."""
    return min(max(proposed, EASIEST.get(kind, 1)), HARDEST[kind])


def amount(kind: str, difficulty: int) -> int:
    """How many of an objective's kind this difficulty asks for."""
    return WORK[kind][difficulty - 1] if kind in WORK else 1


def fits_level(level: int, *, monster: int, difficulty: int) -> bool:
    return monster <= level + LEVELS_ABOVE * (1 + difficulty) // 2


def shown(text: str, code_page: str) -> bool:
    """Whether the client can show every letter of it; marks have their likes in every code page."""
    return all(_encodes(each, code_page) for each in text if each.isalnum())


def _encodes(character: str, code_page: str) -> bool:
    try:
        character.encode(code_page)
    except UnicodeError:
        return False
    return True


def approval_needed(policy: Policy, difficulty: int) -> bool:
    return difficulty > policy.auto_approve


def expected(policy: Policy, difficulty: int, *, level: int) -> Reward:
    """What quests of a difficulty pay on average, their items as zeny would be: for the owner."""
    plain = reward(replace(policy, items_percent=0), difficulty=difficulty, level=level, seed="")
    fit = [one for one in policy.items if one.min_difficulty <= difficulty]
    if not fit:
        return plain
    mean = sum(
        clipped(Reward(items=((one.item_id, one.amount, one.value),)), policy).item_value
        for one in fit
    ) * policy.items_percent // (100 * len(fit))  # fmt: skip
    return replace(plain, items=((0, 1, mean),) if mean else ())


def most_in_a_day(policy: Policy, *, characters: int) -> Reward:
    """The worst case: what so many characters can get out of the server in a day."""
    of_all, each = policy.caps["server"], policy.caps["player"]
    exp = min(of_all.exp, characters * each.exp)
    value = min(of_all.item_value, characters * each.item_value)
    return Reward(
        zeny=min(of_all.zeny, characters * each.zeny),
        base_exp=exp,
        items=((0, 1, value),) if value else (),
    )


def same(granted: Mapping[str, object], given: Mapping[str, object]) -> bool:
    """Whether what was given is what was granted; items in any order, none twice."""
    money = all(granted.get(name, 0) == given.get(name, 0) for name in MONEY)
    return money and _pieces(granted) == _pieces(given)


MONEY = ("zeny", "base_exp", "job_exp")


def _pieces(of: Mapping[str, object]) -> dict[int, int]:
    counted: dict[int, int] = {}
    items = of.get("items")
    for item, pieces in items if isinstance(items, Sequence) else ():
        counted[item] = counted.get(item, 0) + pieces
    return {item: pieces for item, pieces in counted.items() if pieces}
