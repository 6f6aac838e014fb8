"""What is learned: one row per model, with its examples, its plain rival and its measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from inference.learned import examples, pairs, scarcity, worth
from inference.learned.days import Days, Ints
from inference.learned.examples import Examples, Known
from inference.learned.features import Table, players
from inference.learned.network import Kind
from inference.learned.prices import AHEAD, dealings


@dataclass(frozen=True, kw_only=True)
class Lesson:
    key: str
    """As in the catalogue."""
    kind: Kind
    says: str
    """What the number means, with its unit."""
    plain: str
    """The one feature on which the baseline regresses; empty: the furthest feature, in standard
    deviations."""
    horizon: int
    """Days after which the truth is known."""
    examples: Callable[[Days, Known | None], Examples]
    now: Callable[[Days], tuple[Table, Ints]] | None
    """Rows to predict from at the end of a history, and their subjects."""
    truth: Callable[[Days, int], dict[int, float]] | None = None
    """What came of it from a day on, by subject; None where events do not tell."""
    about: Literal["char", "item", "pair"] = "char"
    """What its subjects are."""
    hidden: tuple[int, ...] = (24, 12)
    rare: bool = False
    """Few are so, and only the clearest are looked at: average precision counts, not AUC."""


LESSONS: Sequence[Lesson] = (
    Lesson(key="churn", kind="chance", says="chance that it does not log in for 14 days",
           plain="recency", horizon=14,
           examples=examples.about_players(14, examples.churn, examples.staying),
           now=examples.rows_now(examples.staying), truth=examples.later(14, examples.churn)),
    Lesson(key="engagement", kind="number", says="ln(1 + minutes played in the next 7 days)",
           plain="minutes_7d", horizon=7,
           examples=examples.about_players(7, examples.engagement, examples.staying),
           now=examples.rows_now(examples.staying), truth=examples.later(7, examples.engagement)),
    Lesson(key="player_skill", kind="number", says="ln(kills per death in the next 7 days)",
           plain="shape_lives", horizon=7,
           examples=examples.about_players(7, examples.skill, examples.fighting),
           now=examples.rows_now(examples.fighting), truth=examples.later(7, examples.skill)),
    Lesson(key="session_duration", kind="number", says="ln(minutes of the next sitting)",
           plain="shape_length", horizon=7,
           examples=examples.about_players(7, examples.session, examples.sitting),
           now=examples.rows_now(examples.sitting), truth=examples.later(7, examples.session)),
    Lesson(key="quest_completion", kind="chance", says="chance that an accepted quest is completed",
           plain="difficulty", horizon=4,
           examples=examples.quests_over(examples.completed, False), now=None),
    Lesson(key="quest_difficulty", kind="number", says="ln(1 + hours a completed quest takes)",
           plain="difficulty", horizon=4,
           examples=examples.quests_over(examples.hours, True), now=None),
    Lesson(key="item_price", kind="number",
           says="ln(mean price of the next 3 days / latest daily median)", plain="gap_7",
           horizon=AHEAD, examples=examples.price, now=examples.prices_now, hidden=(12,),
           about="item", truth=examples.prices_later),
    Lesson(key="bot_detection", kind="chance", says="chance that a program plays",
           plain="shape_day", horizon=0, rare=True, examples=examples.found_out(players),
           now=examples.rows_now(players)),
    Lesson(key="account_sharing", kind="chance", says="chance that two people use the account",
           plain="change_hour", horizon=0, rare=True, examples=examples.found_out(players),
           now=examples.rows_now(players)),
    Lesson(key="market_manipulation", kind="chance", says="chance that it moves prices on purpose",
           plain="dearest", horizon=0, rare=True,
           examples=examples.found_out(dealings),
           now=examples.rows_now(dealings), hidden=(12,)),
    Lesson(key="exploit_detection", kind="likeness",
           says="how unusual a week is: its worst feature against the usual",
           plain="", horizon=0, rare=True, examples=examples.found_out(examples.unusual),
           now=examples.rows_now(examples.unusual), hidden=(8, 4, 8)),
    Lesson(key="player_similarity", kind="chance", says="chance that one person plays both",
           plain="handed", horizon=0, rare=True, about="pair", hidden=(12,),
           examples=examples.pairs_found_out, now=pairs.now),
    Lesson(key="reward_balancer", kind="number",
           says="ln(1 + zeny that an hour of play brings in the next 7 days)", plain="hour_28d",
           horizon=7, examples=examples.about_players(7, examples.hour, worth.table),
           now=examples.rows_now(worth.table), truth=examples.later(7, examples.hour)),
    Lesson(key="drop_rate", kind="number",
           says="ln(mean price of days 8 to 14 from now / mean of the last 28)", plain="gap_28",
           horizon=scarcity.UNTIL, about="item", hidden=(), examples=examples.scarce,
           now=scarcity.now, truth=scarcity.later),
)  # fmt: skip
BY_KEY = {lesson.key: lesson for lesson in LESSONS}
