"""Histories of players who talk with characters for weeks, made from a seed, with what they ask
afterwards and which lines answer it. The texts are in stories.yaml."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "pt", "es", "th", "id", "ko")
START = datetime(2026, 1, 5, 18, tzinfo=UTC)
PLAYERS = ("Ayla", "Bero", "Ciri", "Dorn", "Elwe", "Faye", "Gorm", "Hild")
NPCS = ("Lyra", "Thorne", "Gareth", "Nadia")
INSTANCES = 3
"""How often a story is told with other people or things, at most."""


@dataclass(frozen=True, kw_only=True)
class Line:
    id: str
    speaker: str
    text: str
    at: datetime


@dataclass
class Session:
    id: str
    at: datetime
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Asked:
    id: str
    text: str
    at: datetime
    kind: str
    evidence: tuple[str, ...]
    scope: str = ""
    """Which shared memories hold the evidence: `faction` or `town`."""


@dataclass
class History:
    """Of one character and one player."""

    id: str
    npc: str
    player: str
    language: str
    sessions: list[Session]
    asked: list[Asked]
    member: bool = False
    """Of the character's faction."""


@dataclass(frozen=True)
class Shared:
    id: str
    scope: str
    text: str
    at: datetime


@dataclass
class World:
    """What one character hears, in one language."""

    language: str
    npc: str
    histories: list[History]
    shared: list[Shared]


@cache
def texts() -> Any:
    return yaml.safe_load(Path(__file__).with_name("stories.yaml").read_text("utf-8"))


def worlds(*, seed: int, languages: tuple[str, ...], players: int, weeks: int) -> list[World]:
    """One character for each language, all of its players with weeks of talk."""
    return [
        _World(random.Random(f"{seed} {language}"), language, NPCS[at % len(NPCS)]).made(
            players, weeks
        )
        for at, language in enumerate(languages)
    ]


class _World:
    def __init__(self, rng: random.Random, language: str, npc: str) -> None:
        self.rng, self.language, self.npc = rng, language, npc
        self.words = {
            name: of if isinstance(of, list) else of[language]
            for name, of in texts()["words"].items()
        }

    def made(self, players: int, weeks: int) -> World:
        at = START + timedelta(weeks=weeks)
        histories = [
            _History(self, f"{self.language}-{name}", name).made(weeks)
            for name in PLAYERS[:players]
        ]
        self._pledges(histories, at)
        return World(self.language, self.npc, histories, self._shared(histories, at))

    def _pledges(self, histories: list[History], at: datetime) -> None:
        """To every player another thing; each of them is claimed by the next player as well."""
        told, asked = texts()["pledge"][self.language]
        things = self.rng.sample(self.words["thing"], len(histories))
        for number, (history, thing) in enumerate(zip(histories, things, strict=True)):
            session = self.rng.choice(history.sessions)
            line = Line(
                id=f"{session.id}-pledge", speaker=self.npc, text=told.format(thing=thing),
                at=session.at + timedelta(minutes=29),
            )  # fmt: skip
            session.lines.append(line)
            other = histories[(number + 1) % len(histories)]
            for who, kind, evidence in (
                (history, "pledge", (line.id,)), (other, "pledge of another", ()),
            ):  # fmt: skip
                who.asked.append(
                    Asked(
                        id=f"{who.id}-q{len(who.asked)}", text=asked.format(thing=thing), at=at,
                        kind=kind, evidence=evidence,
                    )
                )  # fmt: skip

    def _shared(self, histories: list[History], at: datetime) -> list[Shared]:
        found = []
        secret, gossip = self.rng.sample(self.words["place"], 2)
        for scope, key, place in (("faction", "secret", secret), ("town", "gossip", gossip)):
            told, asked = texts()[key][self.language]
            row = Shared(f"{self.language}-{key}", scope, told.format(place=place), START)
            found.append(row)
            for number, history in enumerate(histories):
                history.member = number % 2 == 0
                may = scope == "town" or history.member
                history.asked.append(
                    Asked(
                        id=f"{history.id}-{key}", text=asked.format(place=place), at=at,
                        kind=key if may else "secret asked by a stranger",
                        evidence=(row.id,) if may else (), scope=scope,
                    )
                )  # fmt: skip
        return found


class _History:
    def __init__(self, world: _World, name: str, player: str) -> None:
        self.world, self.rng, self.id, self.player = world, world.rng, name, player
        self.language = world.language

    def made(self, weeks: int) -> History:
        """Two or three sittings a week, in each a few stories among much chatter."""
        self.sessions = [
            Session(f"{self.id}-s{week}.{turn}", START + timedelta(days=7 * week + 2 * turn))
            for week in range(weeks)
            for turn in range(self.rng.choice((2, 3)))
        ]
        self.asked: list[Asked] = []
        self.until = START + timedelta(weeks=weeks)
        self.called: dict[str, tuple[str, str]] = {}
        for session in self.sessions:
            self._chat(session, self.rng.randint(3, 6))
        for key, story in texts()["stories"].items():
            self._story(key, story)
        self._never()
        for session in self.sessions:
            session.lines.sort(key=lambda line: line.at)
        return History(
            self.id, self.world.npc, self.player, self.language, self.sessions, self.asked
        )

    def _chat(self, session: Session, number: int) -> None:
        for _ in range(number):
            self._say(session, self._filled(self._pick("chatter")))

    def _pick(self, table: str) -> str:
        return str(self.rng.choice(texts()[table][self.language]))

    def _filled(self, text: str, **fixed: object) -> str:
        values = {name: self.rng.choice(of) for name, of in self.world.words.items()} | fixed
        return text.format(**values)

    def _say(self, session: Session, text: str, lead: str = "") -> str:
        """A line of the player, after one of the character's; returns its id."""
        number = len(session.lines)
        at = session.at + timedelta(seconds=40 * number)
        before = lead or self._pick("answers")
        session.lines.append(
            Line(id=f"{session.id}-{number}", speaker=self.world.npc, text=before, at=at)
        )
        line = Line(
            id=f"{session.id}-{number + 1}", speaker=self.player, text=text,
            at=at + timedelta(seconds=20),
        )  # fmt: skip
        session.lines.append(line)
        return line.id

    def _story(self, key: str, story: dict[str, Any]) -> None:
        told, question = story[self.language]
        lead = story.get("lead", {}).get(self.language, "")
        if story.get("time"):
            self._journeys(told, question)
        elif "hop" in story:
            self._hops(told, question)
        else:
            for number, (at, values) in enumerate(self._instances(key, story)):
                session = self.sessions[at]
                evidence = self._say(session, self._filled(told, **values), lead)
                if key == "kin_name":
                    self.called[str(values["kin"])] = (str(values["name"]), evidence)
                kind = "updated" if key.endswith(("_moved", "_left")) else "single"
                self._ask(question.format(**values), "reply" if lead else kind, (evidence,))
                if story.get("by") is None or number + 1 == INSTANCES:
                    break

    def _instances(
        self, key: str, story: dict[str, Any]
    ) -> Iterator[tuple[int, dict[str, object]]]:
        """In which sitting, and with which words. What was replaced is told in the first half."""
        chosen = story.get("by") or "name"
        half = len(self.sessions) // 2
        names = self.rng.sample(self.world.words["name"], INSTANCES + 1)
        for number, one in enumerate(self.rng.sample(self.world.words[chosen], INSTANCES)):
            values = {name: self.rng.choice(of) for name, of in self.world.words.items()}
            values |= {"name": names[number]} | {chosen: one}
            low, high = 0, len(self.sessions) - 1
            if "newer" in story:
                high = half - 1
            elif key.endswith(("_moved", "_left")):
                low = half
            yield self.rng.randint(low, high), values

    def _hops(self, told: str, question: str) -> None:
        """What is asked of the sister was told of Mira, and elsewhere that she is the sister."""
        for kin, (name, first) in list(self.called.items())[:INSTANCES]:
            session = self.rng.choice(self.sessions)
            second = self._say(session, self._filled(told, name=name))
            self._ask(self._filled(question, kin=kin), "multi-hop", (first, second))

    def _journeys(self, told: str, question: str) -> None:
        ways = texts()["when"][self.language]
        months = texts()["months"][self.language]
        chosen = self.rng.sample(range(len(self.sessions)), min(5, len(self.sessions)))
        spoken = [
            (self.sessions[at].at, self._say(self.sessions[at], self._filled(told)))
            for at in chosen
        ]
        for at, evidence in spoken:
            alone = [each for each, _ in spoken if each.month == at.month]
            days = ways[0].format(days=(self.until - at).days)
            when = ways[1].format(month=months[at.month - 1]) if len(alone) == 1 else days
            self._ask(self._filled(question, when=when), "time", (evidence,))

    def _never(self) -> None:
        for text in texts()["never"][self.language]:
            self._ask(text, "never said", ())
        told = {line.text for session in self.sessions for line in session.lines}
        for key in ("kin_name", "lost", "debt"):
            story = texts()["stories"][key]
            by = story["by"]
            missing = [
                each for each in self.world.words[by]
                if not any(each.lower() in text.lower() for text in told)
            ]  # fmt: skip
            if missing:
                question = story[self.language][1].format(**{by: missing[0]})
                self._ask(question, "never said", ())

    def _ask(self, text: str, kind: str, evidence: tuple[str, ...]) -> None:
        number = len(self.asked)
        self.asked.append(
            Asked(id=f"{self.id}-q{number}", text=text, at=self.until, kind=kind, evidence=evidence)
        )
