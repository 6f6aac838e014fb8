"""A hub on loopback that speaks as the real one does to its own client library: revisions, file
lists with checksums, HEAD and GET with ranges."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Hub(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, repository, revision, files):
        super().__init__(("127.0.0.1", 0), Answer)
        self.repository, self.revision, self.files = repository, revision, files
        self.asked = []
        """(method, path, Range header) of each request."""
        self.cut_after = None
        """Bytes after which a GET of the weights breaks off, and the hub is gone."""
        self.gone = False
        self.told_sha = {}
        """Checksums to tell instead of the true ones."""

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def entries(self):
        for name, content in self.files.items():
            blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            yield name, len(content), blob, self.lfs(name)

    def lfs(self, name):
        """Of large files, as the hub has it of weights."""
        if not name.endswith((".safetensors", ".bin")):
            return None
        true = hashlib.sha256(self.files[name]).hexdigest()
        return self.told_sha.get(name, true)


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, *, body):
        hub, path = self.server, urlsplit(self.path).path
        hub.asked.append((self.command, path, self.headers.get("Range")))
        assert "authorization" not in self.headers
        at = f"/api/models/{hub.repository}"
        if path == f"{at}/revision/{hub.revision}":
            self.tell(self.info(), body)
            return
        if path == f"{at}/tree/{hub.revision}":
            self.tell(self.tree(), body)
            return
        head = f"/{hub.repository}/resolve/{hub.revision}/"
        name = path.removeprefix(head)
        if path.startswith(head) and name in hub.files and not hub.gone:
            self.file(name, body)
            return
        self.send_response(404)
        self.send_header("X-Error-Code", "RevisionNotFound")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def info(self):
        siblings = [
            {"rfilename": name, "size": size, "blobId": blob,
             **({"lfs": {"sha256": lfs, "size": size, "pointerSize": 134}} if lfs else {})}
            for name, size, blob, lfs in self.server.entries()
        ]  # fmt: skip
        return {"id": self.server.repository, "modelId": self.server.repository,
                "sha": self.server.revision, "siblings": siblings}  # fmt: skip

    def tree(self):
        return [
            {"type": "file", "path": name, "size": size, "oid": blob,
             **({"lfs": {"oid": lfs, "size": size, "pointerSize": 134}} if lfs else {})}
            for name, size, blob, lfs in self.server.entries()
        ]  # fmt: skip

    def tell(self, what, body):
        content = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def file(self, name, body):
        hub, content = self.server, self.server.files[name]
        start = 0
        if asked := self.headers.get("Range"):
            start = int(asked.removeprefix("bytes=").split("-")[0])
        etag = next(lfs or blob for each, _, blob, lfs in hub.entries() if each == name)
        self.send_response(206 if asked else 200)
        self.send_header("X-Repo-Commit", hub.revision)
        self.send_header("ETag", f'"{etag}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if not body:
            return
        if hub.cut_after is not None and name.endswith(".safetensors"):
            self.wfile.write(content[start : start + hub.cut_after])
            self.wfile.flush()
            hub.gone = True
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(content[start:])

    def log_message(self, *args):
        pass


@contextmanager
def serving_hub(repository, revision, files):
    hub = Hub(repository, revision, files)
    thread = threading.Thread(target=hub.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        thread.join()
        hub.server_close()
