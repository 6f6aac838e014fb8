"""Words that only a machine says of itself, in six languages: the rule beside the model that tells
whether a line is spoken in character, and its plain rival."""

from __future__ import annotations

import re

_MACHINE = re.compile(
    r"\b(as an ai|i am an ai|i'm an ai|language model|artificial intelligence|system prompt"
    r"|virtual assistant|my training data|openai|chatgpt|deepseek"
    r"|como uma ia|sou uma ia|como ia|soy una ia|modelo de (linguagem|lenguaje)"
    r"|intelig[eê]ncia artificial|assistente virtual|asistente virtual"
    r"|prompt d[oe]l? sistema|sebagai ai|model bahasa|kecerdasan buatan|asisten virtual"
    r"|prompt sistem)\b"
    r"|언어 ?모델|인공 ?지능|시스템 ?프롬프트|가상 ?비서|저는 ai"
    r"|โมเดลภาษา|ปัญญาประดิษฐ์|ผู้ช่วยเสมือน|ในฐานะ ?ai|พรอมต์"
)


def broken(text: str) -> bool:
    """Whether the line says that a machine speaks."""
    return bool(_MACHINE.search(text.casefold().replace("\u2019", "'")))
