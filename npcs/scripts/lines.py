"""From what a script says to the lines of one character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from npcs.scripts.expressions import NPC_NAME, NPC_VISIBLE, PLAYER
from npcs.scripts.markup import UNKNOWN
from npcs.scripts.records import Line, Voice
from npcs.scripts.said import Call, Said, Speech

MAX_CALLS = 12
NARRATION = re.compile(r"-\s*\w.*|[~=].*[~=]\W*\Z|\*.*\*\W*\Z|\(.*\)\W*\Z", re.DOTALL)
SENTENCE_END = re.compile(r"[.!?…:;~\"')\]*>-]\Z")
PREFIX = re.compile(r"([^:\n]{1,40}?)\s?:\s(?=\S)")
LETTER = re.compile(r"\w")
NOT_WORD = re.compile(r"\W+")


def spoken_parts(speech: Speech, functions: Mapping[str, Speech]) -> tuple[Said, ...]:
    """Everything a script says, with what the functions it calls say in their place (once)."""
    return tuple(_expand(speech.parts, functions, set(), ()))


def _expand(
    parts: Iterable[Said | Call],
    functions: Mapping[str, Speech],
    seen: set[str],
    prefix: tuple[str, ...],
) -> Iterator[Said]:
    for part in parts:
        if isinstance(part, Said):
            yield _below(part, prefix) if prefix else part
        elif part.function in functions and part.function not in seen and len(seen) < MAX_CALLS:
            seen.add(part.function)
            branch = (*prefix, *part.branch, f"function {part.function}")
            yield from _expand(functions[part.function].parts, functions, seen, branch)


def _below(said: Said, prefix: tuple[str, ...]) -> Said:
    return Said(said.speaker, said.fragments, prefix + said.branch, said.page, said.kind, said.line)


def lines_of(parts: Sequence[Said], name: str, limit: int) -> tuple[tuple[Line, ...], bool]:
    """The lines as `name` says them, at most `limit` characters, and whether some did not fit."""
    own = _own_labels(parts, name)
    unlabelled = _unlabelled_voice(parts)
    lines: list[Line] = []
    total = 0
    for part in parts:
        line = _line(part, name, own, unlabelled)
        if line is None:
            continue
        total += len(line.text)
        if total > limit:
            return tuple(lines), True
        lines.append(line)
    return tuple(lines), False


def _line(said: Said, name: str, own: frozenset[str], unlabelled: Voice) -> Line | None:
    text = _named(join(said.fragments), name)
    speaker = _named(said.speaker, name)
    voice = _voice(said, text, own, unlabelled)
    text, voice = _without_prefix(text, (name, speaker), voice)
    if not LETTER.search(text.replace(UNKNOWN, "")) and text.strip(UNKNOWN + " ") == "":
        return None
    shown_name = {"own": name, "narration": "", "player": PLAYER}.get(voice, speaker)
    return Line(
        speaker=shown_name, voice=voice, text=text, branch=said.branch, page=said.page,
        kind=said.kind, line=said.line,
    )  # fmt: skip


def join(fragments: Sequence[str]) -> str:
    """Rows of a window as text: a row that ends a sentence ends a line, others run on."""
    text = ""
    for fragment in fragments:
        # Narration is often written as rows of "- ... -".
        if text.endswith(" -") and fragment.startswith("- "):
            text = f"{text[:-2]} {fragment[2:]}"
        elif text:
            text += ("\n" if SENTENCE_END.search(text) else " ") + fragment
        else:
            text = fragment
    return text


def _named(text: str, name: str) -> str:
    if "{npc" not in text:
        return text
    return text.replace(NPC_NAME, name).replace(NPC_VISIBLE, name)


def _voice(said: Said, text: str, own: frozenset[str], unlabelled: Voice) -> Voice:
    if said.speaker.startswith(PLAYER):
        return "player"
    if said.kind == "window" and NARRATION.match(text):
        return "narration"
    if not said.speaker:
        return "own" if said.kind == "overhead" else unlabelled
    return "own" if said.speaker in own else "other"


def _unlabelled_voice(parts: Sequence[Said]) -> Voice:
    """In scripts that name who speaks, a page without a name tells what happens."""
    window = [bool(part.speaker) for part in parts if part.kind == "window"]
    return "narration" if 2 * sum(window) > len(window) else "own"


def _without_prefix(text: str, names: tuple[str, str], voice: Voice) -> tuple[str, Voice]:
    """Some scripts write who speaks into the text: 'Guard : Halt!'."""
    prefix = PREFIX.match(text)
    if prefix is None:
        return text, voice
    if prefix[1] == PLAYER:
        return text[prefix.end() :], "player"
    known = any(_same(prefix[1], name) for name in names)
    return (text[prefix.end() :], voice) if known else (text, voice)


def _own_labels(parts: Iterable[Said], name: str) -> frozenset[str]:
    """The `[Labels]` that mean this character: those like its name, else the first one used."""
    labels = {
        part.speaker: None
        for part in parts
        if part.speaker and part.kind == "window" and not part.speaker.startswith(PLAYER)
    }
    same = [label for label in labels if "{npc" in label or _same(label, name)]
    return frozenset(same or list(labels)[:1])


def _same(label: str, name: str) -> bool:
    first = NOT_WORD.sub("", label).casefold()
    second = NOT_WORD.sub("", name).casefold()
    if not first or not second:
        return False
    return first == second or (
        min(len(first), len(second)) > 2 and (first in second or second in first)
    )
