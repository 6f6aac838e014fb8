"""Whether a map-server built with earlier protos can go on: fields and calls may be added, and
nothing that was there may change what it means on the wire."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf import descriptor_pb2

Files = descriptor_pb2.FileDescriptorSet


def breaks(old: Files, new: Files) -> list[str]:
    """In words; empty if every earlier client is still understood."""
    was, now = _told(old), _told(new)
    return [
        f"{name} was {meaning}, is {now.get(name, 'gone')}"
        for name, meaning in was.items()
        if now.get(name) != meaning
    ]


def _told(files: Files) -> dict[str, str]:
    """Everything a client relies on, by name."""
    found: dict[str, str] = {}
    for file in files.file:
        if file.package.startswith("aiworld."):
            found.update(_messages(file.message_type, file.package))
            found.update(_enums(file.enum_type, file.package))
            for service in file.service:
                for method in service.method:
                    ways = (method.client_streaming, method.server_streaming)
                    found[f"call {file.package}.{service.name}/{method.name}"] = (
                        f"{method.input_type} -> {method.output_type} {ways}"
                    )
    return found


def _messages(messages, inside: str) -> Iterator[tuple[str, str]]:
    for message in messages:
        name = f"{inside}.{message.name}"
        for field in message.field:
            oneof = (
                message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else ""
            )
            kind = (field.name, field.type, field.label, field.type_name, oneof)
            yield f"field {name} {field.number}", str(kind)
        yield from _messages(message.nested_type, name)
        yield from _enums(message.enum_type, name)


def _enums(enums, inside: str) -> Iterator[tuple[str, str]]:
    for enum in enums:
        for value in enum.value:
            yield f"value {inside}.{enum.name} {value.number} {value.name}", "there"
