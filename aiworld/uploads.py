"""How much a request may bring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class BodyLimit:
    """Before Django, which writes a body to the disk as long as one comes. A body that does not say
    how long it is ends as if its sender had gone when it becomes too long."""

    def __init__(self, application: Application, *, most: int) -> None:
        self.application = application
        self.most = most

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if not said.isdigit() or int(said) > self.most:
            await _refuse(send, self.most)
        else:
            await self.application(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            return {"type": "http.disconnect"} if got > self.most else message

        return counted


async def _refuse(send: Send, most: int) -> None:
    words = f"This is too much at once: at most {most // 1024} KiB.\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": words})
