"""Two players who tell each other of themselves, and questions about one of them by name: half of
them about what only the other one told. The texts are in couples.yaml; English only."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.memory.histories import PLAYERS, START

ANSWERED, OF_THE_OTHER, NEVER = "told", "told by the other", "never said"


@cache
def texts() -> Any:
    return yaml.safe_load(Path(__file__).with_name("couples.yaml").read_text("utf-8"))


def as_file(*, seed: int, couples: int, sittings: int = 12) -> dict[str, Any]:
    """As `manage.py memory_eval` reads it."""
    rng = random.Random(f"{seed} couples")
    return {"histories": [_Couple(rng, f"{seed}-{at}").made(sittings) for at in range(couples)]}


class _Couple:
    def __init__(self, rng: random.Random, name: str) -> None:
        self.rng, self.id = rng, name
        self.people = rng.sample(PLAYERS, 2)
        self.questions: list[dict[str, Any]] = []

    def made(self, sittings: int) -> dict[str, Any]:
        until = START + timedelta(days=3 * sittings)
        self.sessions: list[dict[str, Any]] = [
            {"id": f"s{at}", "at": (START + timedelta(days=3 * at)).isoformat(), "turns": []}
            for at in range(sittings)
        ]
        talk = list(texts()["stories"])
        self.rng.shuffle(talk)
        for at, session in enumerate(self.sessions):
            for _ in range(self.rng.randint(2, 4)):
                self._chat(session)
            for story in talk[at::sittings]:
                self._story(session, story)
            self._chat(session)
        for who in self.people:
            for text in texts()["never"]:
                self._ask(text.format(who=who), NEVER, ())
        for question in self.questions:
            question["at"] = until.isoformat()
        return {"id": self.id, "sessions": self.sessions, "questions": self.questions}

    def _chat(self, session: dict[str, Any]) -> None:
        self._say(session, self.rng.choice(self.people), *self.rng.choice(texts()["chatter"]))

    def _story(self, session: dict[str, Any], story: list[str]) -> None:
        """Told by one of them, or by both with other things."""
        who, other = self.rng.sample(self.people, 2)
        told, answered, asked = story
        both = self.rng.random() < 0.25
        for teller in self.people if both else (who,):
            values = self._values()
            evidence = self._say(session, teller, told, answered, **values)
            self._ask(asked.format(who=teller, **values), ANSWERED, (evidence,))
        if not both:
            self._ask(asked.format(who=other, **values), OF_THE_OTHER, ())

    def _say(
        self, session: dict[str, Any], who: str, told: str, answered: str, **values: str
    ) -> str:
        other = next(each for each in self.people if each != who)
        values = {**self._values(), **values}
        first = self._turn(session, who, told.format(who=who, other=other, **values))
        self._turn(session, other, answered.format(who=who, other=other, **values))
        return first

    def _turn(self, session: dict[str, Any], speaker: str, text: str) -> str:
        turn = f"{session['id']}:{len(session['turns'])}"
        session["turns"].append({"id": turn, "speaker": speaker, "text": text})
        return turn

    def _values(self) -> dict[str, str]:
        return {name: str(self.rng.choice(of)) for name, of in texts()["words"].items()}

    def _ask(self, text: str, kind: str, evidence: tuple[str, ...]) -> None:
        self.questions.append(
            {
                "id": f"{self.id}-q{len(self.questions)}", "text": text, "kind": kind,
                "evidence": list(evidence), "answerable": bool(evidence),
            }
        )  # fmt: skip
