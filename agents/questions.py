"""What a language model is asked for an agent: the agent's prompt, and what is told as data."""

from __future__ import annotations

from pathlib import Path

from agents.catalogue import AGENTS
from inference.generation import Message
from npcs.prompt_files import PromptFiles

FILES = PromptFiles(
    Path(__file__).resolve().parent / "prompts",
    placeholders={spec.key: frozenset() for spec in AGENTS if spec.ask},
)


def messages(agent: str, question: str) -> list[Message]:
    return [
        {"role": "system", "content": FILES.current().fill(agent)},
        {"role": "user", "content": question},
    ]
