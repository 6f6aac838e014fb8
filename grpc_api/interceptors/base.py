"""What the interceptors share: wrapping a handler of either shape, once per method."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import DecodeError

if TYPE_CHECKING:  # generic for the type checker only
    Context = grpc.aio.ServicerContext[Any, Any]
    ServerInterceptor = grpc.aio.ServerInterceptor[Any, Any]
else:
    Context = grpc.aio.ServicerContext
    ServerInterceptor = grpc.aio.ServerInterceptor
Unary = Callable[[Any, Context], Awaitable[Any]]
Stream = Callable[[Any, Context], AsyncIterator[Any]]
OPEN_SERVICES = ("/grpc.health.", "/grpc.reflection.")
"""Services without a key: they say nothing about any server."""


class Interceptor(ServerInterceptor):
    """Subclasses say what happens around a call of each shape."""

    def __init__(self) -> None:
        self._wrapped: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}

    def unary(self, proceed: Unary, method: str) -> Unary:
        raise NotImplementedError

    def stream(self, proceed: Stream, method: str) -> Stream:
        raise NotImplementedError

    async def intercept_service(self, continuation: Any, details: Any) -> Any:
        method = details.method
        if method.startswith(OPEN_SERVICES):
            return await continuation(details)
        if method not in self._wrapped:
            handler = await continuation(details)
            if handler is None:  # no such method: gRPC answers UNIMPLEMENTED
                return None
            self._wrapped[method] = self._wrap(handler, method)
        return self._wrapped[method]

    def _wrap(self, handler: Any, method: str) -> grpc.RpcMethodHandler[Any, Any]:
        codec = {
            "request_deserializer": tolerant(handler.request_deserializer),
            "response_serializer": handler.response_serializer,
        }
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self.stream(handler.unary_stream, method), **codec
            )
        return grpc.unary_unary_rpc_method_handler(self.unary(handler.unary_unary, method), **codec)


class Malformed:
    """Stands for a request whose bytes are no such message (e.g. a string that is no UTF-8)."""


def tolerant(parse: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """gRPC answers INTERNAL for bytes that do not parse; it is the caller's mistake."""
    if getattr(parse, "tolerant", False):
        return parse

    def parse_or_malformed(data: bytes) -> Any:
        try:
            return parse(data)
        except DecodeError:
            return Malformed()

    parse_or_malformed.tolerant = True  # type: ignore[attr-defined]
    return parse_or_malformed


def metadata(context: Context, key: str) -> str:
    """One value of the call's metadata, or an empty string."""
    for name, value in context.invocation_metadata() or ():
        if name == key:
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return ""
