"""A stand-in for an engine elsewhere, at the network edge: on loopback, it speaks HTTP as
text-embeddings-inference and the OpenAI protocol do, and misbehaves as told. Its vectors are those
of the real encoder; its ranks are the share of the query's words that a text has."""

from __future__ import annotations

import json
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Engine(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, embed):
        super().__init__(("127.0.0.1", 0), Answer)
        self.embed = embed
        """Texts to lists of numbers."""
        self.asked = []
        """(path, body, Authorization header) of each request."""
        self.fault = None
        """busy, key, broken, nonsense, nan, short, drip or large: what comes instead."""


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        engine = self.server
        engine.asked.append((self.path, body, self.headers.get("authorization")))
        if engine.fault:
            getattr(self, engine.fault)()
            return
        match self.path:
            case "/embed":
                self.tell(engine.embed(body["inputs"]))
            case "/v1/embeddings":
                vectors = list(enumerate(engine.embed(body["input"])))
                data = [{"index": at, "embedding": vector} for at, vector in reversed(vectors)]
                self.tell({"object": "list", "model": body["model"], "data": data})
            case "/rerank":
                self.tell([{"index": at, "score": score} for at, score in ranked(body, "texts")])
            case "/v1/rerank":
                rows = [{"index": at, "relevance_score": score, "document": {"text": ""}}
                        for at, score in ranked(body, "documents")]  # fmt: skip
                self.tell({"id": "1", "model": body["model"], "results": rows})
            case _:
                self.tell({"error": "no such path"}, 404)

    def tell(self, said, status=200, **headers):
        body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def busy(self):
        self.tell({"error": "overloaded"}, 429, Retry_After="3")

    def key(self):
        self.tell({"error": "unauthorised"}, 401)

    def broken(self):
        self.tell({"error": "backend"}, 500)

    def nonsense(self):
        self.tell({"hello": "there"})

    def nan(self):
        self.tell([[float("nan")] * 384])

    def short(self):
        self.tell([])

    def large(self):
        self.tell(["x" * (17 * 2**20)])

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(50):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                break
            time.sleep(0.1)
        self.close_connection = True

    def log_message(self, *_):
        pass


def ranked(body, name):
    """The best first, as engines answer."""
    words = set(body["query"].split())
    rows = [(at, len(words & set(text.split())) / len(words)) for at, text in enumerate(body[name])]
    return sorted(rows, key=lambda row: -row[1])


@contextmanager
def running(embed, certificate=None):
    with Engine(embed) as engine:
        scheme = "http"
        if certificate:
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.certificate, certificate.key)
            engine.socket = context.wrap_socket(engine.socket, server_side=True)
        engine.url = f"{scheme}://localhost:{engine.server_address[1]}"
        thread = threading.Thread(target=engine.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield engine
        finally:
            engine.shutdown()
            thread.join()
