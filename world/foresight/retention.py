"""Who stays: players by day, cohorts by week, and what models expect of those who are here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import expm1

from inference.ledger.models import MLModelPrediction
from tenants.statements import rows
from world.models import LearnedModel, PlayerProfile

DAYS, WEEKS = 28, 8
RISKS = (0.2, 0.4, 0.6, 0.8, 1.01)
"""Upper ends of the classes of risk."""
SHOWN = 20
LIKELY = 0.5
"""Chance of leaving from which a player is listed."""
ACTIVE = """
SELECT (happened_at AT TIME ZONE 'UTC')::date, count(DISTINCT char_id) FROM game_events
WHERE kind = 'log_in' AND happened_at >= %(first)s AND happened_at < %(last)s GROUP BY 1
"""
COHORTS = """
WITH began AS (
    SELECT char_id, date_trunc('week', first_seen_at AT TIME ZONE 'UTC') AS week
    FROM player_profiles WHERE first_seen_at >= %(first)s AND first_seen_at < %(last)s
), played AS (
    SELECT DISTINCT b.char_id, b.week,
        (EXTRACT(EPOCH FROM (e.happened_at AT TIME ZONE 'UTC') - b.week))::bigint / 604800 AS after
    FROM began b JOIN game_events e USING (char_id)
    WHERE e.kind = 'log_in' AND e.happened_at >= %(first)s AND e.happened_at < %(last)s
)
SELECT b.week::date, (SELECT count(*) FROM began x WHERE x.week = b.week), p.after, count(p.char_id)
FROM (SELECT DISTINCT week FROM began) b LEFT JOIN played p USING (week)
GROUP BY 1, b.week, 3 ORDER BY 1, 3
"""


@dataclass(frozen=True)
class Cohort:
    week: date
    """Its Monday."""
    players: int
    stayed: Sequence[float]
    """Share that logged in in the week itself and in each later one, as far as there were any."""

    @property
    def percents(self) -> list[int]:
        return [round(100 * share) for share in self.stayed]


@dataclass(frozen=True)
class AtRisk:
    char_id: int
    name: str
    level: int
    chance: float

    @property
    def percent(self) -> int:
        return round(100 * self.chance)


@dataclass(frozen=True)
class Expected:
    """Of players who logged in within the last fortnight, as the models saw
    them last night."""

    day: str = ""
    players: int = 0
    leaving: float = 0.0
    """Sum of the chances that one does not come for 14 days."""
    hours: float | None = None
    """That will be played in a week."""
    risks: Sequence[int] = field(default_factory=lambda: [0] * len(RISKS))
    listed: Sequence[AtRisk] = ()


def active(now: datetime) -> list[tuple[date, int]]:
    """Players by day, oldest first, today left out."""
    last = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = last - timedelta(days=DAYS)
    found = dict(rows(ACTIVE, {"first": first, "last": last}))
    days = [(first + timedelta(days=at)).date() for at in range(DAYS)]
    return [(day, found.get(day, 0)) for day in days]


def cohorts(now: datetime) -> list[Cohort]:
    """Who began in a week, and the share that came again in each week that is over."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    last = today - timedelta(days=today.weekday())
    first = last - timedelta(weeks=WEEKS)
    weeks: dict[date, tuple[int, dict[int, int]]] = {}
    for week, players, after, number in rows(COHORTS, {"first": first, "last": last}):
        weeks.setdefault(week, (players, {}))[1][after] = number
    return [
        Cohort(week, players, [
            min(came.get(at, 0) / players, 1.0) for at in range((last.date() - week).days // 7)
        ])
        for week, (players, came) in weeks.items()
    ]  # fmt: skip


def expected() -> Expected:
    said = MLModelPrediction.objects.filter(model="churn", prediction__has_key="day")
    latest = said.order_by("-predicted_at").first()
    if latest is None:
        return Expected()
    day = latest.prediction["day"]
    churn, hours = _said("churn", day), _said("engagement", day)
    risks = [0] * len(RISKS)
    for chance in churn.values():
        risks[next(at for at, end in enumerate(RISKS) if chance < end)] += 1
    return Expected(
        day=day,
        players=len(churn),
        leaving=sum(churn.values()),
        hours=sum(max(expm1(value), 0.0) for value in hours.values()) / 60 if hours else None,
        risks=risks,
        listed=_listed(churn),
    )


def _said(model: str, day: str) -> dict[int, float]:
    found = MLModelPrediction.objects.filter(model=model, prediction__day=day)
    return {
        int(subject.partition(":")[2]): float(said["value"])
        for subject, said in found.values_list("subject", "prediction")
    }


def _listed(churn: dict[int, float]) -> list[AtRisk]:
    """Those who will probably leave and for whom it is not too late: highest level first."""
    likely = [char for char, chance in churn.items() if chance >= LIKELY]
    players = PlayerProfile.objects.filter(pk__in=likely).order_by("-base_level", "pk")[:SHOWN]
    return [AtRisk(row.pk, row.name, row.base_level, churn[row.pk]) for row in players]


def judged() -> list[LearnedModel]:
    return list(LearnedModel.objects.all())
