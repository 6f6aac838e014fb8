"""Two worlds: models learn in one and are examined in the other."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Setting:
    name: str
    seed: int
    players: int = 1500
    days: int = 84
    first_day: int = 20_454
    """Days since 1970; 2026-01-01."""
    newcomers: float = 0.5
    """Share that begins after the first day."""
    bots: float = 0.05
    sharers: float = 0.06
    cheaters: float = 0.04
    manipulators: float = 0.02
    """Shares of the players."""
    doubles: float = 0.0
    """Share of the players who are a second character of another one's player."""
    housemates: float = 0.0
    """Share of the players who sit down at a computer when somebody else gets up."""
    care: float = 0.5
    """How well bots pretend to be people, 0-1 on average."""
    boldness: float = 1.0
    """How much cheaters take, times."""
    sittings: float = 0.75
    """A day, for an ordinary player in an ordinary mood."""
    minutes: float = 55.0
    """Median length of a sitting."""
    pace: float = 1.3
    """Kills a minute, median."""
    tiring: float = 0.035
    """By how much motivation falls a day, on average."""
    weekend: float = 1.35
    """Times as many sittings on Saturday and Sunday."""
    evening: float = 20.0
    """Hour, UTC, at which most play."""
    death_rate: float = 0.018
    """Deaths a minute."""
    hardness: float = 0.0
    """Of quests, in units of one difficulty: 0.5 is half a difficulty harder."""
    items: int = 60
    shocks: float = 0.02
    """Sudden changes of an item's price, a day."""
    reversion: float = 0.82
    """What is left of a deviation from an item's worth after a day."""
    elasticity: float = 0.0
    """By how much a price falls when more of the item is found, both in logarithms; 0: by nothing,
    and nobody changes drop rates."""
    drop_changes: float = 0.0
    """Chance a day that what drops on a map is halved or doubled for some weeks."""
    noise: float = 0.06
    """Of a single sale's price, in logarithms."""


TRAINING = Setting(name="training", seed=2026)
TESTING = Setting(
    name="testing", seed=714, players=1200, newcomers=0.35, bots=0.035, sharers=0.04,
    cheaters=0.03, manipulators=0.015, care=0.62, boldness=0.7, sittings=0.6, minutes=70.0,
    pace=1.7, tiring=0.045, weekend=1.7, evening=13.0, death_rate=0.025, hardness=0.4, items=45,
    shocks=0.03, reversion=0.87, noise=0.08,
)  # fmt: skip
"""Other habits, other hours, harder quests, more careful bots, wilder prices."""
CHANGES = {
    "training": {"doubles": 0.06, "housemates": 0.06, "elasticity": 0.6, "drop_changes": 0.012},
    "testing": {"doubles": 0.04, "housemates": 0.05, "elasticity": 0.45, "drop_changes": 0.02},
}
"""What the worlds above lack, for the models that learn from it."""
SETTINGS = {setting.name: setting for setting in (TRAINING, TESTING)}


def changed(setting: Setting) -> Setting:
    """The same world with characters that follow others, and drop rates that move prices."""
    return replace(setting, **CHANGES[setting.name])  # type: ignore[arg-type]
