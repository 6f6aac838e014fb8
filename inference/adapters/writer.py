"""Chats to answers with a small language model on this machine's processor, one after the other.

An item is `{"messages": [{"role", "content"}, ...], "max_tokens", "temperature", "seed"}`, the last
three as one likes; `Wanted` says until when and whether somebody still waits."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from aiworld.errors import DeadlineExceeded, Invalid, Unavailable
from inference.adapters import llama_graph, safe_tensors
from inference.adapters.base import Folders
from inference.adapters.onnx_session import session, stored
from inference.adapters.weights import WeightsDiffer, find, verify
from inference.footprint import growth
from inference.spec import ModelSpec
from inference.texts import MAX_LENGTH
from inference.wanted import Wanted

ARCHITECTURE = "LlamaForCausalLM"
BEGIN, END = "<|im_start|>", "<|im_end|>"
"""Around each message: ChatML."""
ROLES = ("system", "user", "assistant")
CONTEXT, LONGEST, LIKELIEST = 2048, 1024, 40
"""Tokens of prompt and answer; of an answer; that one is drawn from."""


@dataclass
class _Written:
    ids: list[int]
    prompt: int
    reason: str


class Writer:
    def __init__(self, spec: ModelSpec, folders: Folders) -> None:
        folder = find(spec, folders.models)
        verify(spec.weights, folder)
        self._form = form(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # What a player writes is words, also where it looks like the end of a message.
        self._tokenizer.encode_special_tokens = True
        self._begin, self._end = self._mark(BEGIN), self._mark(END)
        revision = spec.hub.revision[:16] if spec.hub else ""
        kind = "-half" if folders.half else ""
        graph = stored(
            f"{spec.key}-{revision}-{llama_graph.GRAPH_VERSION}{kind}",
            folders.cache,
            lambda: llama_graph.build(
                safe_tensors.read(folder / "model.safetensors"), self._form, half=folders.half
            ),
        )
        self._kind = np.float16 if folders.half else np.float32
        with growth(folders.device, otherwise=spec.memory) as taken:
            self._session = session(graph, folders.device)
            self._next([self._begin] * (CONTEXT // 4), self._nothing())
        self.memory = taken.bytes

    @staticmethod
    def check(spec: ModelSpec, item: Any) -> None:
        """Raises Invalid."""
        asked = item.item if isinstance(item, Wanted) else item
        messages = asked.get("messages") if isinstance(asked, Mapping) else None
        if not isinstance(messages, list | tuple) or not messages:
            raise Invalid("an item has messages", field="items")
        for each in messages:
            known = isinstance(each, Mapping) and each.get("role") in ROLES
            if not known or not isinstance(each.get("content"), str):
                raise Invalid(f"a message has a role ({', '.join(ROLES)}) and content")
        if sum(len(each["content"]) for each in messages) > MAX_LENGTH:
            raise Invalid(f"a chat has more than {MAX_LENGTH} characters", field="items")
        _within(asked, "max_tokens", 1, LONGEST)
        _within(asked, "temperature", 0, 2)

    def prepare(self, items: Sequence[Wanted]) -> list[tuple[Wanted, list[int]]]:
        return [(item, self._prompt(item.item["messages"])) for item in items]

    def run(self, prepared: list[tuple[Wanted, list[int]]]) -> list[_Written]:
        return [self._written(wanted, ids) for wanted, ids in prepared]

    def finish(self, output: list[_Written]) -> list[dict[str, Any]]:
        return [
            {
                "text": self._tokenizer.decode(written.ids).strip(),
                "prompt_tokens": written.prompt,
                "completion_tokens": len(written.ids),
                "finish_reason": written.reason,
            }
            for written in output
        ]

    def _prompt(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        ids: list[int] = []
        for each in messages:
            ids += [self._begin, *self._ids(f"{each['role']}\n{each['content']}"), self._end]
            ids += self._ids("\n")
        ids += [self._begin, *self._ids("assistant\n")]
        if len(ids) >= CONTEXT:
            raise Invalid(f"the chat has {len(ids)} tokens, and {CONTEXT} is the most")
        return ids

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _written(self, wanted: Wanted, prompt: list[int]) -> _Written:
        """Raises DeadlineExceeded when time is over before the last word."""
        asked = wanted.item
        drawn = np.random.default_rng(asked.get("seed"))
        most = min(int(asked.get("max_tokens") or 256), CONTEXT - len(prompt))
        warmth = float(asked.get("temperature") or 0.0)
        ids: list[int] = []
        logits, past = self._next(prompt, self._nothing())
        while len(ids) < most:
            one = _chosen(logits, warmth, drawn)
            if one == self._end:
                return _Written(ids, len(prompt), "stop")
            ids.append(one)
            if wanted.unwanted.is_set():
                raise Unavailable("nobody waits for the answer any more")
            if time.monotonic() >= wanted.ends_at:
                raise DeadlineExceeded("the answer took too long to write")
            logits, past = self._next([one], past)
        return _Written(ids, len(prompt), "length")

    def _next(
        self, ids: list[int], past: list[NDArray[Any]]
    ) -> tuple[NDArray[np.float32], list[NDArray[Any]]]:
        """Logits of the token that follows, and keys and values of all so far."""
        inputs: dict[str, NDArray[Any]] = {"input_ids": np.array([ids], dtype=np.int64)}
        inputs |= {f"past_{layer}": each for layer, each in enumerate(past)}
        logits, *present = self._session.run(None, inputs)
        return logits, present

    def _nothing(self) -> list[NDArray[Any]]:
        empty = np.zeros((2, self._form.shared, 0, self._form.size), dtype=self._kind)
        return [empty] * self._form.layers

    def _mark(self, token: str) -> int:
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise WeightsDiffer(f"its vocabulary has no {token}: it chats in another form")
        return int(found)


def form(folder: Path) -> llama_graph.Form:
    """Raises WeightsDiffer for another kind of network."""
    told: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if ARCHITECTURE not in told.get("architectures", []) or told.get("rope_scaling"):
        raise WeightsDiffer(f"it is no {ARCHITECTURE} with plain rotary positions")
    if told.get("hidden_act", "silu") != "silu" or told.get("attention_bias"):
        raise WeightsDiffer("it is another kind of Llama")
    heads = int(told["num_attention_heads"])
    return llama_graph.Form(
        layers=int(told["num_hidden_layers"]),
        heads=heads,
        shared=int(told.get("num_key_value_heads") or heads),
        size=int(told.get("head_dim") or told["hidden_size"] // heads),
        theta=float(told.get("rope_theta", 10_000.0)),
        epsilon=float(told["rms_norm_eps"]),
        context=CONTEXT,
    )


def _chosen(logits: NDArray[np.float32], warmth: float, drawn: np.random.Generator) -> int:
    """The likeliest, or one of the likeliest, drawn by its probability (Fan et al. 2018)."""
    if not warmth:
        return int(logits.argmax())
    best = np.argpartition(-logits, min(LIKELIEST, len(logits) - 1))[:LIKELIEST]
    shares = np.exp((logits[best] - logits[best].max()) / warmth)
    return int(drawn.choice(best, p=shares / shares.sum()))


def _within(asked: Mapping[str, Any], name: str, least: float, most: float) -> None:
    value = asked.get(name)
    if value is None:
        return
    if not isinstance(value, int | float) or not least <= value <= most:
        raise Invalid(f"{name} is a number from {least} to {most}", field="items")
