"""What happens between two who meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from random import Random
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid, NotFound, SwitchedOff
from npcs import gossip, social, standing
from npcs.memory import unknown_npc
from npcs.models import NpcPersonality, NpcRelationship, PlayerStanding
from npcs.quoting import quoted
from npcs.social import NEWS, SocialAct
from world.deeds import DEFAULT_WEIGHT

REASON = 200


class Encounter(BaseModel):
    """How much of the act there was, and whether one told the other some news. How near they are
    afterwards follows from the rules."""

    intensity: float = Field(ge=0, le=1)
    shares: bool = False
    reason: str = Field(default="", max_length=REASON)


class ActDone(Asked):
    """Done by another NPC, or by a player."""

    act: SocialAct
    other_npc: str = Field(default="", max_length=120)
    char_id: int | None = Field(default=None, gt=0, lt=2**63)
    name: str = Field(default="", max_length=50)
    weight: float | None = Field(default=None, ge=0, le=1)
    told: str = Field(default="", max_length=500)


def gather_encounter(subject: str, asked: Facts) -> Facts:
    """`subject` is the NPC it is done to; asked as ActDone. Of everybody: two who stand near each
    other, and what the one would do."""
    if subject == EVERYBODY:
        return _by_chance()
    done = read(ActDone, asked)
    if bool(done.other_npc) == (done.char_id is not None):
        raise Invalid("say who did it: another NPC, or a player", field="by")
    if done.other_npc == subject:
        raise Invalid("an NPC does nothing to itself here", field="other_npc")
    npc = known(subject, "npc")
    if done.char_id is None:
        known(done.other_npc, "other_npc")
    else:
        _allowed(done.char_id)
    return {
        **done.model_dump(exclude={"name"}),
        "npc": npc.key,
        "name": npc.name,
        "player": done.name,
        "bond": _bond(npc.key, done.other_npc) if done.other_npc else 0,
    }


def _by_chance() -> Facts:
    if (pair := gossip.some_pair()) is None:
        return {"nobody": True}
    doer, npc = (NpcPersonality.objects.get(pk=pk) for pk in (pair.teller_id, pair.listener_id))
    bond = _bond(doer.key, npc.key)
    return {
        "npc": npc.key, "name": npc.name, "other_npc": doer.key, "char_id": None, "player": "",
        "act": social.likeliest(doer.persona, bond), "told": "", "weight": None,
        "bond": _bond(npc.key, doer.key),
    }  # fmt: skip


def known(key: str, field: str) -> NpcPersonality:
    """Raises NotFound, SwitchedOff."""
    if (npc := NpcPersonality.objects.filter(key=key).first()) is None:
        raise NotFound(unknown_npc(key), field=field)
    if not npc.ai_enabled:
        raise SwitchedOff(f"AI is switched off for {key}")
    return npc


def _allowed(char_id: int) -> None:
    if row := PlayerStanding.objects.filter(char_id=char_id).first():
        standing.check(row.opted_out_at, row.muted_until, now=timezone.now())


def _bond(of: str, toward: str) -> int:
    row = NpcRelationship.objects.filter(npc__key=of, other_npc__key=toward).first()
    return row.bond if row else 0


def may_share(facts: Facts) -> bool:
    """Only NPCs tell each other news, in a friendly talk, and nobody hears any that is disliked."""
    return bool(facts["other_npc"]) and facts["act"] in NEWS and facts["bond"] >= 0


def meet(facts: Facts, random: Random) -> Encounter:
    if facts.get("nobody"):
        return Encounter(intensity=0)
    given = facts["weight"]
    return Encounter(
        intensity=DEFAULT_WEIGHT if given is None else given,
        shares=may_share(facts),
        reason=facts["told"][:REASON],
    )


def ask_encounter(facts: Facts) -> str:
    if facts.get("nobody"):
        return ""
    news = "yes" if may_share(facts) else "no"
    return (
        f"Act: {facts['act']}, done to {quoted(facts['name'])}. May news be shared: {news}\n"
        f"What is told of it: {quoted(facts['told'] or 'nothing')}"
    )


def check_encounter(facts: Facts, said: Encounter) -> None:
    """Raises Invalid."""
    if said.shares and not may_share(facts):
        raise Invalid("nobody tells news in such a meeting", field="shares")


def apply_encounter(
    subject: str, facts: Facts, said: Encounter, changes: Changes
) -> Mapping[str, Any]:
    if facts.get("nobody"):
        changes.idle = reasons.NOBODY_NEAR
        return {"act": "", "felt": [], "shared": ""}
    changes.idle = reasons.UNMOVED
    npc, act = known(facts["npc"], "npc"), cast(SocialAct, facts["act"])
    if not facts["other_npc"]:
        felt = [
            social.with_player(
                npc, facts["char_id"], facts["player"], act, intensity=said.intensity,
                changes=changes,
            )
        ]  # fmt: skip
        return {"act": act, "felt": [asdict(one) for one in felt], "shared": ""}
    doer = known(facts["other_npc"], "other_npc")
    heard = gossip.confide(doer, npc, changes=changes) if said.shares else None
    felt = social.between(doer, npc, act, intensity=said.intensity, changes=changes)
    return {
        "act": act,
        "felt": [asdict(one) for one in felt],
        "shared": (heard.topic or heard.text[:80]) if heard else "",
    }


AGENTS = (
    AgentSpec(
        key="social_interaction",
        group="economy and society",
        purpose=_(
            "Says what comes of something one NPC, or a player, does to an NPC: how near they are "
            "afterwards, and what news they share. Each hour two who stand near each other meet."
        ),
        may_change=_(
            "Bonds between NPCs, by 10 points a day at most; an NPC's trust in a player, by a "
            "point a day at most; what an NPC heard from another."
        ),
        calls=("Society.ProcessSocialInteraction",),
        output=Encounter,
        gather=gather_encounter,
        decide=meet,
        ask=ask_encounter,
        check=check_encounter,
        apply=apply_encounter,
        subjects=everybody,
        every=timedelta(hours=1),
    ),
)
