"""Karma, reputation and factions: what people and powers think of each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, character, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid, NotFound
from npcs.quoting import quoted
from world import factions, karma, reputation
from world.deeds import DEFAULT_WEIGHT, DeedName
from world.factions import FactionAct
from world.models import FactionNode, PlayerProfile

BY_DEED = 100_000
"""Runs in a day of what each deed of each player calls: more than a large server has; what it may
move is bounded per player."""
REASON, TOLD = 200, 500


class Weight(BaseModel):
    """How grave a deed was. Everything else follows from the rules."""

    weight: float = Field(ge=0, le=1)
    reason: str = Field(default="", max_length=REASON)


class Intensity(BaseModel):
    intensity: float = Field(ge=0, le=1)
    reason: str = Field(default="", max_length=REASON)


class DeedDone(Asked):
    deed: DeedName
    weight: float | None = Field(default=None, ge=0, le=1)
    told: str = Field(default="", max_length=TOLD)
    faction: str = Field(default="", max_length=60)
    name: str = Field(default="", max_length=50)


class ActDone(Asked):
    act: FactionAct
    target: str = Field(min_length=1, max_length=60)
    intensity: float | None = Field(default=None, ge=0, le=1)
    told: str = Field(default="", max_length=TOLD)


def gather_deed(subject: str, asked: Facts) -> Facts:
    """Of a player: asked as DeedDone; of everybody: a day's forgetting."""
    if subject == EVERYBODY:
        return {"fade": True}
    done, char_id = read(DeedDone, asked), character(subject)
    player = PlayerProfile.objects.filter(char_id=char_id).first()
    if done.faction:
        _faction(done.faction, "faction")
    return {
        **done.model_dump(),
        "karma": player.karma if player else 0,
        "name": done.name or (player.name if player else ""),
    }


def weigh(facts: Facts, random: Random) -> Weight:
    """As the caller weighed it, else half; forgetting needs no weighing."""
    given = facts.get("weight")
    told = facts.get("told", "")[:REASON]
    return Weight(weight=DEFAULT_WEIGHT if given is None else given, reason=told)


def ask_weight(facts: Facts) -> str:
    if facts.get("fade"):
        return ""
    return f"Deed: {facts['deed']}\nWhat is told of it: {quoted(facts['told'] or 'nothing')}"


def apply_karma(subject: str, facts: Facts, found: Weight, changes: Changes) -> Mapping[str, Any]:
    if facts.get("fade"):
        changes.final = reasons.FADED
        faded = karma.fade()
        changes.idle = "" if faded else reasons.UNFADED
        return {"faded": faded}
    changes.idle = reasons.WEIGHTLESS
    moved = karma.judge(
        int(subject), cast(DeedName, facts["deed"]), weight=found.weight, reason=found.reason,
        name=facts["name"], changes=changes,
    )  # fmt: skip
    return {"karma": moved.karma, "moved": moved.moved, "alignment": moved.alignment}


def apply_reputation(
    subject: str, facts: Facts, found: Weight, changes: Changes
) -> Mapping[str, Any]:
    if facts.get("fade"):
        changes.final = reasons.FADED
        faded = reputation.fade()
        changes.idle = "" if faded else reasons.UNFADED
        return {"faded": faded}
    changes.idle = reasons.WEIGHTLESS
    opinions = reputation.judge(
        int(subject), facts["faction"], cast(DeedName, facts["deed"]), weight=found.weight,
        reason=found.reason, name=facts["name"], changes=changes,
    )  # fmt: skip
    told = [
        {"faction": one.faction, "score": one.score, "tier": one.tier, "moved": one.moved,
         "hops": one.hops}
        for one in opinions
    ]  # fmt: skip
    return {"opinions": told}


def gather_reputation(subject: str, asked: Facts) -> Facts:
    if subject != EVERYBODY and not asked.get("faction"):
        raise Invalid("say which faction it was done to", field="faction")
    return gather_deed(subject, asked)


def gather_act(subject: str, asked: Facts) -> Facts:
    """`subject` is the faction that acts; asked as ActDone. Of everybody: how the factions stand;
    nothing moves by itself."""
    if subject == EVERYBODY:
        return {"standings": factions.standings()}
    done = read(ActDone, asked)
    source, target = _faction(subject, "source"), _faction(done.target, "target")
    return {
        **done.model_dump(),
        "source": source.name,
        "target": target.key,
        "target_name": target.name,
        "closeness": factions.closeness(source, target.key),
    }


def intensify(facts: Facts, random: Random) -> Intensity:
    if "standings" in facts:
        return Intensity(intensity=0)
    given = facts.get("intensity")
    intensity = DEFAULT_WEIGHT if given is None else given
    return Intensity(intensity=intensity, reason=facts["told"][:REASON])


def ask_intensity(facts: Facts) -> str:
    if "standings" in facts:
        return ""
    told = quoted(facts["told"] or "nothing")
    return (
        f"Act: {facts['act']} of {quoted(facts['source'])} on {quoted(facts['target_name'])}, "
        f"who stand at {facts['closeness']:+.1f} (-1 war, 1 alliance)\nWhat is told of it: {told}"
    )


def apply_act(subject: str, facts: Facts, found: Intensity, changes: Changes) -> Mapping[str, Any]:
    if "standings" in facts:
        changes.idle = reasons.LOOKED
        return {"standings": facts["standings"]}
    changes.idle = reasons.SAME_RELATION
    kind, strength = factions.act(
        subject, facts["target"], cast(FactionAct, facts["act"]), intensity=found.intensity,
        changes=changes,
    )  # fmt: skip
    return {"relation": kind, "strength": strength}


def _faction(key: str, field: str) -> FactionNode:
    if (found := FactionNode.objects.filter(key=key).first()) is None:
        raise NotFound(f"there is no faction {key!r}", field=field)
    return found


AGENTS = (
    AgentSpec(
        key="karma",
        group="economy and society",
        purpose=_(
            "Weighs what a player did and moves the karma, which fades by a hundredth a day."
        ),
        may_change=_("The karma of one player, by 1,000 points a day at most."),
        calls=("Society.UpdateKarma",),
        output=Weight,
        gather=gather_deed,
        decide=weigh,
        ask=ask_weight,
        most_a_day=BY_DEED,
        apply=apply_karma,
        subjects=everybody,
        every=timedelta(days=1),
    ),
    AgentSpec(
        key="reputation",
        group="progression",
        purpose=_(
            "Moves what a faction thinks of a player for a deed, and what its friends and enemies "
            "think."
        ),
        may_change=_("Reputations of one player, each by 500 points a day at most."),
        calls=("Society.UpdateReputation",),
        output=Weight,
        gather=gather_reputation,
        decide=weigh,
        ask=ask_weight,
        most_a_day=BY_DEED,
        apply=apply_reputation,
        subjects=everybody,
        every=timedelta(days=1),
    ),
    AgentSpec(
        key="faction",
        group="progression",
        purpose=_("Moves how two factions stand to each other when one acts on the other."),
        may_change=_("The relation of two factions."),
        calls=("Society.UpdateFaction",),
        output=Intensity,
        gather=gather_act,
        decide=intensify,
        ask=ask_intensity,
        most_a_day=BY_DEED,
        apply=apply_act,
    ),
)
