"""Large files to download, under ASGI and elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, StreamingHttpResponse

CHUNK = 256 * 1024


def file_response(request: HttpRequest, path: Path, *, name: str) -> StreamingHttpResponse:
    """Read chunk by chunk. Under ASGI a FileResponse would be read into memory as a whole."""
    if not isinstance(request, ASGIRequest):
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(path.stat().st_size),
        "Content-Type": "application/zip",
    }
    return StreamingHttpResponse(_chunks(path), headers=headers)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
