"""Translations: what our code and pages say, kept in locale/<language>/LC_MESSAGES/django.po.

`python -m aiworld.catalogues collect` brings the catalogues up to date (`make messages`), `compile`
makes what Django reads. Both are pure Python, so that nobody needs GNU gettext."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("pt_BR", "es", "th", "id", "ko")
CODE = (
    "aiworld", "tenants", "inference", "npcs", "world", "quests", "agents", "grpc_api", "portal",
)  # fmt: skip
NOT_SHOWN = {"migrations", "pb"}
KINDS = {
    name + lazy: kind
    for name, kind in {
        "_": (0, 1), "gettext": (0, 1), "gettext_noop": (0, 1), "ngettext": (0, 2),
        "pgettext": (1, 1), "npgettext": (1, 2),
    }.items()
    for lazy in ("", "_lazy")
}  # fmt: skip
"""How many contexts and how many texts a function takes, in this order."""
CALL = re.compile(r"\b(?:n?p?gettext|_)\(")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+")


def collect(root: Path = ROOT) -> Catalog:
    """Every text that our Python code and templates ask a translation for."""
    catalog = Catalog(project="AI World", charset="utf-8")
    for path in sources(root):
        for line, ids, context in texts(path):
            catalog.add(ids, locations=[(str(path.relative_to(root)), line)], context=context)
    return catalog


def sources(root: Path) -> Iterator[Path]:
    for package in CODE:
        for path in sorted((root / package).rglob("*.py")):
            if not NOT_SHOWN & set(path.parts):
                yield path
    for kind in ("*.html", "*.txt"):
        for folder in ("templates", *(f"{package}/templates" for package in CODE)):
            yield from sorted((root / folder).rglob(kind))


Ids = str | tuple[str, ...]
Text = tuple[int, Ids, str | None]


def texts(path: Path) -> Iterator[Text]:
    """Line, text (with its plural) and context of every call that translates a literal."""
    source = path.read_text()
    if path.suffix == ".py":
        calls = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
        found = [(call.lineno, call) for call in calls]
    else:
        found = list(_calls(templatize(source, origin=str(path))))
    for line, call in found:
        contexts, number = KINDS.get(_name(call.func), (0, 0))
        words = [_literal(each) for each in call.args[: contexts + number]]
        if words and "" not in words:
            ids = words[contexts:]
            text = ids[0] if number == 1 else tuple(ids)
            yield line, text, words[0] if contexts else None


def _calls(blanked: str) -> Iterator[tuple[int, ast.Call]]:
    """Of a template Django leaves the texts, as calls, and blanks everything else."""
    for start in CALL.finditer(blanked):
        for end in re.finditer(r"\)", blanked[start.start() :]):
            try:
                node = ast.parse(blanked[start.start() :][: end.end()], mode="eval").body
            except SyntaxError:
                continue
            if isinstance(node, ast.Call):
                yield blanked.count("\n", 0, start.start()) + 1, node
            break


def _name(function: ast.expr) -> str:
    return str(getattr(function, "id", None) or getattr(function, "attr", ""))


def _literal(node: ast.expr) -> str:
    """Empty for what is no literal text."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def update(root: Path = ROOT) -> None:
    """New texts come in empty, similar ones as fuzzy; what nobody asks for any more goes."""
    wanted = collect(root)
    for language in LANGUAGES:
        path = _po(language, root)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = read(path, language) if path.exists() else Catalog(locale=language)
        catalog.update(wanted, update_header_comment=False)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=100, sort_output=True, omit_header=False)


def compile_all(root: Path = ROOT) -> None:
    for path in sorted((root / "locale").glob("*/LC_MESSAGES/django.po")):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path, path.parents[1].name))


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def complaints(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """What a reader of this language would miss or see broken."""
    for message in wanted:
        if not message.id:
            continue
        have = catalog.get(_singular(message), context=message.context)
        if have is None or not _complete(have):
            yield f"missing: {_singular(message)!r}"
        elif have.fuzzy:
            yield f"fuzzy: {_singular(message)!r}"
        else:
            yield from (f"{what}: {_singular(message)!r}" for what in _broken(have, catalog))


def _broken(message: Message, catalog: Catalog) -> Iterator[str]:
    ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    strings = _strings(message)
    if len(ids) > 1 and len(strings) != catalog.num_plurals:
        yield f"{len(strings)} forms of {catalog.num_plurals}"
    allowed = {each for text in ids for each in PLACEHOLDER.findall(text)}
    needed = set(PLACEHOLDER.findall(ids[-1]))
    if any(set(PLACEHOLDER.findall(text)) - allowed for text in strings):
        yield "placeholder that the text does not have"
    if needed - set(PLACEHOLDER.findall(strings[-1])):
        yield "placeholder left out"
    if any(sorted(TAG.findall(text)) != sorted(TAG.findall(ids[-1])) for text in strings):
        yield "other tags than the text"


def _complete(message: Message) -> bool:
    return all(_strings(message))


def _strings(message: Message) -> list[str]:
    given = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return [each or "" for each in given]


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def _po(language: str, root: Path) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m aiworld.catalogues", description=__doc__)
    parser.add_argument("what", choices=("collect", "compile"))
    {"collect": update, "compile": compile_all}[parser.parse_args().what]()


if __name__ == "__main__":
    main()
