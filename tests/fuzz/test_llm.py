"""What a language model and its endpoint send: an answer that may be said and stored, or
Unavailable; never a third thing."""

from __future__ import annotations

import asyncio
import json

from hypothesis import strategies as st
from openai._models import construct_type
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from agents.catalogue import AGENTS
from aiworld.errors import Unavailable
from inference.deciding import decide
from inference.generation import Ask, Generation
from inference.providers.answers import (
    StreamedAnswer,
    Unusable,
    answer,
    model_of,
    readable,
    tokens_of,
)
from inference.providers.thinking import ThinkFilter, without_thoughts
from inference.retry_after import LONGEST, retry_after
from npcs.deciding import Choice
from npcs.listening import Notes
from npcs.mind import LONGEST as LONGEST_REPLY
from npcs.mind import bounded
from npcs.pages import paginate
from npcs.safety import clean_reply
from npcs.sentences import whole
from tests.fuzz.running import fuzz, storable
from tests.fuzz.test_cards import ANYTHING, storable_json
from tests.fuzz.test_safety import harmless
from tests.fuzz.texts import CODE_PAGES, NASTY

TAGS = st.sampled_from(["<think>", "</think>", "<th", "ink>", "</", "<", "<think", "THINK>"])
SAID = st.lists(st.one_of(TAGS, NASTY), max_size=8).map("".join)
NUMBER = st.one_of(
    st.integers(-5, 2**70), st.booleans(), st.none(), st.floats(), st.text(max_size=3)
)
USAGE = st.one_of(
    ANYTHING,
    st.fixed_dictionaries(
        {"prompt_tokens": NUMBER, "completion_tokens": NUMBER},
        optional={
            "prompt_cache_hit_tokens": NUMBER,
            "prompt_tokens_details": st.one_of(
                ANYTHING, st.fixed_dictionaries({"cached_tokens": NUMBER})
            ),
        },
    ),
)  # fmt: skip
REASON = st.one_of(
    st.sampled_from(["stop", "length", "tool_calls", "content_filter", None]), ANYTHING
)
MESSAGE = st.one_of(
    ANYTHING,
    st.fixed_dictionaries(
        {"content": st.one_of(SAID, ANYTHING)},
        optional={"reasoning_content": ANYTHING, "reasoning": SAID, "tool_calls": ANYTHING},
    ),
)


def reply(of):
    choice = st.one_of(
        ANYTHING, st.fixed_dictionaries({of: MESSAGE}, optional={"finish_reason": REASON})
    )
    return st.one_of(
        ANYTHING,
        st.fixed_dictionaries(
            {"choices": st.one_of(ANYTHING, st.lists(choice, max_size=2))},
            optional={"model": st.one_of(NASTY, ANYTHING), "usage": USAGE},
        ),
    )


def accounted(sent):
    model, tokens = model_of(sent, "asked-for"), tokens_of(sent)
    assert 0 < len(model) <= 80 and storable(model)
    if tokens:
        assert 0 <= tokens.cached <= tokens.prompt < 2**31 and 0 <= tokens.completion < 2**31


@fuzz(reply("message"))
def test_a_completion_is_an_answer_or_unusable(sent):
    sent = construct_type(type_=ChatCompletion, value=sent)
    accounted(sent)
    try:
        found = answer(sent, "asked-for")
    except Unusable as error:
        assert storable(str(error)) and len(str(error)) < 200
        return
    assert found.text and found.text == found.text.strip() and 0 < len(found.model) <= 80
    assert found.finish_reason in ("stop", "length", "eos")


@fuzz(st.lists(reply("delta"), max_size=5))
def test_a_stream_is_an_answer_or_unusable(chunks):
    heard, said = StreamedAnswer("asked-for"), ""
    try:
        for chunk in [*(construct_type(type_=ChatCompletionChunk, value=c) for c in chunks), None]:
            said += heard.feed(chunk)
    except Unusable:
        return
    finally:
        assert 0 < len(heard.model) <= 80 and storable(heard.model)
    assert said.strip() and len(said) <= len(heard.raw)


@fuzz(st.lists(st.one_of(TAGS, NASTY), max_size=10))
def test_thoughts_are_the_same_however_they_arrive(pieces):
    text = "".join(pieces)
    by_piece, at_once = ThinkFilter(), ThinkFilter()
    shown = "".join([*(by_piece.feed(one) for one in pieces), by_piece.finish()])
    assert shown == at_once.feed(text) + at_once.finish()
    assert "<think>" not in shown and len(without_thoughts(text)) <= len(text)


@fuzz(SAID, st.sampled_from([*LONGEST_REPLY]), st.sampled_from(CODE_PAGES))
def test_what_a_model_says_reaches_the_client_clean_and_in_its_bounds(said, mode, page):
    text = bounded(clean_reply(whole(without_thoughts(said * 30))), mode)
    harmless(text)
    assert len(text) <= LONGEST_REPLY[mode]
    for one in paginate(text, code_page=page):
        for line in one.lines:
            assert not set("^<>\n\0") & set(line)


OUTPUTS = sorted(
    {spec.output for spec in AGENTS} | {Choice, Notes}, key=lambda output: output.__qualname__
)


def of_schema(schema, root):
    """Values that fit a form, or nearly."""
    if "$ref" in schema:
        return st.deferred(
            lambda: of_schema(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
        )
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of(*(of_schema(one, root) for one in options))
    kinds = {
        "string": NASTY, "boolean": st.booleans(), "null": st.none(),
        "integer": st.integers(-(2**65), 2**65), "number": st.floats(),
    }  # fmt: skip
    if schema.get("type") == "array":
        return st.lists(of_schema(schema.get("items", {}), root), max_size=3)
    if schema.get("type") == "object":
        fields = {n: of_schema(s, root) for n, s in schema.get("properties", {}).items()}
        return st.fixed_dictionaries({}, optional=fields)
    return kinds.get(schema.get("type"), ANYTHING)


class Scripted:
    """FAKE provider: says what it was given, one after the other."""

    def __init__(self, said):
        self.said, self.asked = list(said), []

    async def generate(self, ask):
        self.asked.append(ask)
        text = readable(self.said[min(len(self.asked), len(self.said)) - 1]) or "?"
        return Generation(
            text=text, provider="fake", model="fake", prompt_tokens=1, completion_tokens=1,
            finish_reason="stop", seconds=0.0,
        )  # fmt: skip


@st.composite
def typed(draw):
    output = draw(st.sampled_from(OUTPUTS))
    schema = output.model_json_schema()
    value = draw(st.one_of(of_schema(schema, schema), ANYTHING))
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    form = draw(
        st.sampled_from(["{}", "```json\n{}\n```", "Here: {}", "{}{}", "<think>{}</think>{}"])
    )
    text = form.replace("{}", text)
    cut = draw(st.one_of(st.just(len(text)), st.integers(0, len(text))))
    return output, text[:cut] or " "


@fuzz(typed(), st.lists(SAID.map(lambda text: text or " "), max_size=1))
def test_a_typed_answer_has_its_form_or_there_is_none(drawn, second):
    output, text = drawn
    provider = Scripted([text, *second])
    ask = Ask(messages=[{"role": "system", "content": "Rules."}], task="test", deadline=5.0)
    try:
        found = asyncio.run(decide(provider, ask, output))
    except Unavailable:
        assert len(provider.asked) <= 2
        return
    assert isinstance(found, BaseModel) and type(found) is output and len(provider.asked) <= 2
    storable_json(found.model_dump(mode="json"))


@fuzz(
    st.one_of(
        NASTY,
        st.floats().map(str),
        st.integers().map(str),
        st.datetimes().map(str),
        st.sampled_from(["Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Oct 99999 07:28:00 GMT"]),
    )
)
def test_a_provider_is_left_alone_for_a_bounded_time(value):
    assert 0.0 <= retry_after({"retry-after": value}, otherwise=1.0) <= LONGEST
