"""The economy as a whole, and what merchants ask for their goods."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from agents import reasons
from agents.spec import EVERYBODY, AgentSpec, Asked, Facts, everybody, read
from aiworld.changes import Changes
from aiworld.errors import Invalid
from world.market import alerts, diagnosis, health, merchants, pricing, telling
from world.market.diagnosis import Advice, Figures
from world.market.pricing import MOODS, Mood

REASON = 200
LONGEST = 30
"""Days of a window."""
SHOWN = 10
"""Deals that stand out, named in a run."""


class Counsel(BaseModel):
    """What an owner might do. Nobody here does it."""

    advice: Advice
    tax_percent: float = Field(ge=0, le=diagnosis.MOST_TAX)
    reason: str = Field(default="", max_length=REASON)


class Market(BaseModel):
    """How a market feels; what each thing costs follows from the rules."""

    mood: Mood
    reason: str = Field(default="", max_length=REASON)


class Window(Asked):
    days: int = Field(default=7, ge=1, le=LONGEST)


def gather_economy(subject: str, asked: Facts) -> Facts:
    """Of the whole server; asked as Window."""
    days = read(Window, asked).days
    found = health.measure(window=timedelta(days=days))
    outliers, circles = alerts.outliers(), alerts.circles()
    return {
        "days": days,
        "verdict": found.verdict.value,
        "created": found.created,
        "destroyed": found.destroyed,
        "moved": found.moved,
        "transactions": found.transactions,
        "inflation": found.inflation,
        "gini": found.gini,
        "outliers": [
            {"transaction": one.transaction_id, "item_id": one.item_id,
             "price": round(one.price, 2), "usual": round(one.usual, 2),
             "score": round(one.score, 2)}
            for one in outliers[:SHOWN]
        ],
        "circles": [
            {"item_id": one.item_id, "there": one.there, "back": one.back}
            for one in circles[:SHOWN]
        ],
        "suspicious": len(outliers) + len(circles),
    }  # fmt: skip


def figures(facts: Facts) -> Figures:
    names = ("created", "destroyed", "moved", "transactions", "inflation", "gini", "suspicious")
    return Figures(**{name: facts[name] for name in names})


def counsel(facts: Facts, random: Random) -> Counsel:
    found = figures(facts)
    advised = diagnosis.advice(found)
    return Counsel(advice=advised, tax_percent=diagnosis.tax(found) if advised == "tax" else 0.0)


def ask_counsel(facts: Facts) -> str:
    named = ("created", "destroyed", "moved", "inflation", "gini", "suspicious", "verdict")
    return "\n".join(f"{name}: {facts[name]}" for name in named)


def check_counsel(facts: Facts, said: Counsel) -> None:
    """Raises Invalid for advice that the figures do not bear."""
    found = figures(facts)
    if said.advice == "tax" and diagnosis.tax(found) == 0:
        raise Invalid("no more money came in than prices and trade can bear", field="advice")
    if said.advice != "tax" and said.tax_percent:
        raise Invalid("a tax is named without being advised", field="tax_percent")
    if said.advice == "ease" and found.net >= 0:
        raise Invalid("no more money left than came in", field="advice")


def apply_counsel(subject: str, facts: Facts, said: Counsel, changes: Changes) -> Mapping[str, Any]:
    """Prices become talk of the town; zeny is nobody's to move here."""
    told = telling.tell(facts["verdict"], changes=changes)
    changes.idle = reasons.SAME_TALK
    names = ("days", "verdict", "created", "destroyed", "moved", "transactions", "inflation",
             "gini", "outliers", "circles", "suspicious")  # fmt: skip
    return {
        **{name: facts[name] for name in names},
        "health": diagnosis.health(figures(facts)),
        "advice": said.advice,
        "tax_percent": said.tax_percent,
        "reason": said.reason,
        "told": told,
    }


def gather_market(subject: str, asked: Facts) -> Facts:
    """Of a map by its name, or of all."""
    found = merchants.goods("" if subject == EVERYBODY else subject)
    if subject != EVERYBODY and not found:
        raise Invalid(f"no shop of {subject!r} is known", field="map")
    pulls = [pricing.pull(each) for each in found.values()]
    mean = sum(pulls) / len(pulls) if pulls else 0.0
    return {"goods": len(found), "pull": round(mean, 4), "mood": pricing.mood(pulls)}


def feel(facts: Facts, random: Random) -> Market:
    return Market(mood=facts["mood"])


def ask_mood(facts: Facts) -> str:
    if not facts["goods"]:
        return ""
    return (
        f"{facts['goods']} goods. Demand against supply: {facts['pull']:+.3f} (0 as usual, more "
        f"is wanted than there is above 0). By the figures the market is {facts['mood']}."
    )


def check_mood(facts: Facts, said: Market) -> None:
    """Raises Invalid for a mood further than one step from the measured one."""
    if abs(MOODS.index(said.mood) - MOODS.index(facts["mood"])) > 1:
        raise Invalid("the figures say otherwise", field="mood")


def apply_prices(subject: str, facts: Facts, said: Market, changes: Changes) -> Mapping[str, Any]:
    place = "" if subject == EVERYBODY else subject
    done = merchants.reprice(place, mood=said.mood, changes=changes)
    if done.left:
        changes.idle = reasons.NO_MORE_PRICES
    else:
        changes.idle = reasons.PRICES_FIT if facts["goods"] else reasons.NO_SHOPS
    return {
        "mood": said.mood,
        "pull": facts["pull"],
        "goods": facts["goods"],
        "prices": [
            {"npc": one.npc, "item_id": one.item_id, "price": one.price, "usual": one.usual,
             "event_id": one.event_id}
            for one in done.moved
        ],
        "left": done.left,
    }  # fmt: skip


AGENTS = (
    AgentSpec(
        key="economy",
        group="core",
        purpose=_(
            "Measures prices, money and trade, says how healthy they are, which deals look like "
            "no honest trade, and what an owner might do about it."
        ),
        may_change=_("What merchants say of prices. Never zeny, never a tax: it only advises."),
        calls=("Society.AnalyzeEconomy",),
        output=Counsel,
        gather=gather_economy,
        decide=counsel,
        ask=ask_counsel,
        check=check_counsel,
        apply=apply_counsel,
        subjects=everybody,
        every=timedelta(days=1),
    ),
    AgentSpec(
        key="merchant_economy",
        group="economy and society",
        purpose=_(
            "Moves what shops ask by supply and demand, along chains of production and with the "
            "market's mood."
        ),
        may_change=_(
            "Prices of shops, by half of the usual price at most, as events the map-server may "
            "follow, as many a day as the owner allows. Nothing is sold for less than a shop "
            "pays for it."
        ),
        calls=("Society.AnalyzeMerchantEconomy",),
        output=Market,
        gather=gather_market,
        decide=feel,
        ask=ask_mood,
        check=check_mood,
        apply=apply_prices,
        subjects=everybody,
        every=timedelta(hours=6),
    ),
)
