"""What a language model is asked for an agent: the agent's prompt, and what is told as data."""

from __future__ import annotations

from pathlib import Path

from inference.generation import Message
from npcs.prompt_files import PromptFiles

FILES = PromptFiles(
    Path(__file__).resolve().parent / "prompts",
    placeholders={"karma": frozenset(), "reputation": frozenset(), "faction": frozenset()},
)


def messages(agent: str, question: str) -> list[Message]:
    return [
        {"role": "system", "content": FILES.current().fill(agent)},
        {"role": "user", "content": question},
    ]
