"""`python -m grpc_api.protos.reference`: write docs/reference/grpc.md from the protos' comments.
With `--check`: fail if what is committed is not what they say."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

from aiworld.errors import AIWorldError
from grpc_api.interceptors.errors import STATUS
from grpc_api.protos.compile import PROTOS, run_protoc

OUTPUT = PROTOS.parents[1] / "docs" / "reference" / "grpc.md"
INTRO = PROTOS / "reference.md"
COMMON = "aiworld/v1/common.proto"
OWN = ".aiworld.v1."
# Numbers of the fields in FileDescriptorProto and its parts; they make up a comment's path.
SERVICE, METHOD, MESSAGE, FIELD, ENUM, VALUE, SYNTAX = 6, 2, 4, 2, 5, 2, 12
TERM = re.compile(r"^ {2,}(\S+)\s+(\S.*)$")
"""An indented line of a comment: a word and what it means."""


class Comments:
    """What a file says about its parts, by their paths."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self._by_path = {
            tuple(place.path): place.leading_comments or place.trailing_comments
            for place in file.source_code_info.location
        }

    def text(self, *path: int) -> str:
        """Paragraphs, and a table for indented lines."""
        lines = self._by_path.get(path, "").splitlines()
        return "\n".join(_blocks([escaped(line.rstrip()) for line in lines])).strip()

    def line(self, *path: int) -> str:
        """The same in one line, for a table's cell."""
        words = " ".join(self._by_path.get(path, "").split())
        return escaped(words).replace("|", "\\|")


def escaped(text: str) -> str:
    return text.replace("<", "&lt;")


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    in_table = False
    for line in lines:
        term = TERM.match(line)
        if term and not in_table:
            yield from ("", *_table_head("status" if term[1].isupper() else "key", "meaning"))
        if in_table and not term:
            yield ""
        in_table = term is not None
        yield f"| `{term[1]}` | {term[2]} |" if term else line.strip()


def _table_head(*titles: str) -> list[str]:
    return [f"| {' | '.join(titles)} |", "|" + "---|" * len(titles)]


def descriptors() -> list[FileDescriptorProto]:
    """The protos with their comments: services first, what they share last."""
    with tempfile.NamedTemporaryFile() as file:
        run_protoc("--include_source_info", f"--descriptor_set_out={file.name}")
        found = FileDescriptorSet.FromString(Path(file.name).read_bytes())
    return sorted(found.file, key=lambda each: (each.name == COMMON, each.name))


def render(files: Iterable[FileDescriptorProto]) -> str:
    parts = [INTRO.read_text("utf-8").strip(), *_statuses()]
    for file in files:
        parts += _file(file, Comments(file))
    return "\n".join(parts) + "\n"


def _statuses() -> Iterator[str]:
    yield from ("", *_table_head("status", "reason", "meaning"))
    for kind, code in STATUS.items():
        if kind is not AIWorldError:  # nothing raises the root
            yield f"| `{code.name}` | {kind.__name__} | {(kind.__doc__ or '').strip()} |"


def _file(file: FileDescriptorProto, comments: Comments) -> Iterator[str]:
    if file.name == COMMON:
        yield from ("", "## What they share", "", comments.text(SYNTAX))
    for at, service in enumerate(file.service):
        yield from _service(service, comments, at)
    for at, message in enumerate(file.message_type):
        yield from _message(message, comments, at)
    for at, enum in enumerate(file.enum_type):
        yield from _enum(enum, comments, at)


def _service(service: ServiceDescriptorProto, comments: Comments, at: int) -> Iterator[str]:
    yield from ("", f"## {service.name}", "", comments.text(SYNTAX))
    for number, method in enumerate(service.method):
        answer = linked(method.output_type)
        answer = f"stream of {answer}" if method.server_streaming else answer
        yield from ("", f"### {service.name}.{method.name}", "")
        yield from (f"{linked(method.input_type)} → {answer}", "")
        yield comments.text(SERVICE, at, METHOD, number)


def _message(message: DescriptorProto, comments: Comments, at: int) -> Iterator[str]:
    yield from ("", f"#### {message.name}", "")
    if about := comments.text(MESSAGE, at):
        yield from (about, "")
    yield from _table_head("field", "type", "meaning")
    for number, field in enumerate(message.field):
        meaning = comments.line(MESSAGE, at, FIELD, number)
        yield f"| `{field.name}` | {_type(field, message)} | {meaning} |"


def _type(field: FieldDescriptorProto, message: DescriptorProto) -> str:
    name = linked(field.type_name) if field.type_name else _scalar(field)
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {name}"
    if field.proto3_optional:
        return f"optional {name}"
    if field.HasField("oneof_index"):
        return f"{name}, one of `{message.oneof_decl[field.oneof_index].name}`"
    return name


def _scalar(field: FieldDescriptorProto) -> str:
    return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def _enum(enum: EnumDescriptorProto, comments: Comments, at: int) -> Iterator[str]:
    yield from ("", f"#### {enum.name}", "")
    if about := comments.text(ENUM, at):
        yield from (about, "")
    yield from _table_head("value", "number", "meaning")
    for number, value in enumerate(enum.value):
        yield f"| `{value.name}` | {value.number} | {comments.line(ENUM, at, VALUE, number)} |"


def linked(name: str) -> str:
    if not name.startswith(OWN):
        return f"`{name.removeprefix('.')}`"
    short = name.removeprefix(OWN)
    return f"[{short}](#{short.lower()})"


def main(arguments: list[str]) -> None:
    fresh = render(descriptors())
    if "--check" not in arguments:
        OUTPUT.write_text(fresh, "utf-8")
    elif not OUTPUT.is_file() or OUTPUT.read_text("utf-8") != fresh:
        raise SystemExit(f"{OUTPUT.name} is not what the protos say; run `make protos`")


if __name__ == "__main__":
    main(sys.argv[1:])
