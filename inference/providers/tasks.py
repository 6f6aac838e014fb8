"""What an LLM is asked for, and how: how long an answer may be, how freely it is worded, how long
somebody waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class Task:
    max_tokens: int | None = None
    """None: DEEPSEEK_MAX_TOKENS."""
    temperature: float | None = None
    """None: DEEPSEEK_TEMPERATURE."""
    background: bool = False
    """No player waits: LLM_TASK_TIMEOUT bounds it and not DEEPSEEK_TIMEOUT."""
    like: str = ""
    """The task whose model it is asked of, if not its own."""


TASKS = {
    "planning": Task(max_tokens=1200, temperature=0.7, background=True),
    "extraction": Task(max_tokens=600, temperature=0.0, background=True),
    "moderation": Task(max_tokens=400, temperature=0.0, background=True),
    "reflection": Task(max_tokens=400, temperature=0.2, background=True, like="extraction"),
}
"""By name; every other task is asked as a dialogue is."""
DIALOGUE = Task()
CHOICES = tuple(name for name, task in TASKS.items() if not task.like)
"""Tasks that another model than the dialogue's may be named for."""


def task_of(name: str) -> Task:
    return TASKS.get(name, DIALOGUE)


def choice_of(name: str) -> str:
    """The task whose choice of a model counts for this one."""
    return task_of(name).like or name


def longest(name: str) -> float:
    """Seconds."""
    timeout = settings.LLM_TASK_TIMEOUT if task_of(name).background else settings.DEEPSEEK_TIMEOUT
    return float(timeout)
