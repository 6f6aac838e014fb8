"""Think: an answer from a brief. No transaction is open here and no connection is held."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from aiworld.breaker import NotAsked
from aiworld.errors import AIWorldError, Unavailable
from inference import client
from inference.client import Own
from inference.generation import Generation, Message
from npcs import prompting
from npcs.brief import Brief, Language, Mode, Persona
from npcs.composer import compose
from npcs.extraction import facts_about_player
from npcs.intents import classify
from npcs.own_llm import own
from npcs.safety import clean_reply, loses_words
from npcs.scales import Source
from npcs.sentences import Sentences, split
from npcs.turns import LLMCall, Thought

log = logging.getLogger(__name__)

MAX_REPLY = 600
"""Characters an NPC says at once; a model that rambles is cut after a whole sentence."""
LONGEST: dict[Mode, int] = {"budget": MAX_REPLY, "normal": MAX_REPLY, "full": 2 * MAX_REPLY}
NO_SPEECH, BROKE_OFF = "no speech", "broke off"
"""How a call ended that was paid for, beside "ok" and the names of errors."""
WARMING: dict[str, Language] = {
    "where is the old tower?": "en",
    "onde fica a torre velha?": "pt",
    "¿dónde está la torre vieja?": "es",
    "di mana menara tua?": "id",
}
_NOBODY = Brief(
    persona=Persona(
        key="", name="Nobody", role="guard", map_name="", x=0, y=0, openness=0.5,
        conscientiousness=0.5, extraversion=0.5, agreeableness=0.5, neuroticism=0.5,
        alignment="true_neutral", background="", speech_style="",
    ),
    player_name="", language="en", text="", trust=0.0, met_before=False,
    now=datetime(2000, 1, 1, tzinfo=UTC),
)  # fmt: skip
STOCK = {"en": "Hm.", "pt": "Hm.", "es": "Hm.", "id": "Hm."}


def warm_up() -> None:
    """Read every language's words and phrasings once, and what asks a language model, so that no
    player waits for it. Opens no connection."""
    now = datetime.now(UTC)
    for text, language in WARMING.items():
        brief = replace(_NOBODY, text=text, language=language, now=now)
        facts_about_player([text], language)
        compose(brief)
        prompting.messages(brief)
    prompting.version()
    client.warm_up()


async def embed(text: str, *, seconds: float) -> tuple[float, ...] | None:
    """The vector of what was said, or None if the encoder is away or too slow."""
    try:
        [vector] = await client.embed([text], deadline=seconds)
    except AIWorldError:
        return None
    return tuple(vector)


async def answer(brief: Brief, *, seconds: float) -> Thought:
    """The language model's answer if one comes in time, else the composer's, which is also the
    only one of an NPC on a budget."""
    if seconds <= 0 or brief.mode == "budget":
        return composed(brief)
    messages = prompting.messages(brief)
    began = time.perf_counter()
    mine: Own | None = None
    try:
        mine = await own()
        generation = await client.generate(messages, task="dialogue", deadline=seconds, own=mine)
    except Unavailable as error:
        return _without_llm(brief, messages, error, time.perf_counter() - began, mine)
    call = _call(generation, messages)
    cleaned = loses_words(generation.text)
    if text := bounded(clean_reply(generation.text), brief.mode):
        return replace(_spoken(brief, text, call), cleaned=cleaned)
    silent = replace(call, outcome=NO_SPEECH)
    return replace(composed(brief), calls=(silent,), cleaned=cleaned)


async def sentences(brief: Brief, *, seconds: float) -> AsyncIterator[str | Thought]:
    """The same, sentence by sentence, and the whole at the end. What was said stays said: if the
    model breaks off after a whole sentence, that was the answer."""
    messages = prompting.messages(brief)
    said: list[str] = []
    began = time.perf_counter()
    failed: Unavailable | None = None
    cleaned = False
    mine: Own | None = None
    try:
        if seconds <= 0 or brief.mode == "budget":
            raise NotAsked("no time left to ask a model, or an NPC that asks none")
        mine = await own()
        async with aclosing(_streamed(messages, seconds, mine)) as spoken:
            async for raw in spoken:
                cleaned = cleaned or loses_words(raw)
                if not (sentence := clean_reply(raw)):
                    continue
                if said and len(" ".join([*said, sentence])) > LONGEST[brief.mode]:
                    break
                said.append(bounded(sentence, brief.mode))
                yield said[-1]
    except Unavailable as error:
        failed = error
    took = time.perf_counter() - began
    if said:
        call = _uncounted(messages, took, BROKE_OFF if failed else "ok", mine)
        thought = _spoken(brief, " ".join(said), call)
        personal = thought.personal or failed is not None
        yield replace(thought, personal=personal, cleaned=cleaned)
        return
    if failed:
        thought = _without_llm(brief, messages, failed, took, mine)
    else:
        call = _uncounted(messages, took, NO_SPEECH, mine)
        thought = replace(composed(brief), calls=(call,), cleaned=cleaned)
    for sentence in split(thought.text):
        yield sentence
    yield thought


async def _streamed(
    messages: list[Message], seconds: float, mine: Own | None
) -> AsyncGenerator[str, None]:
    cutter = Sentences()
    asked = client.stream(messages, task="dialogue", deadline=seconds, own=mine)
    # Whoever has heard enough hangs up at once: what a model goes on to say is paid for.
    async with aclosing(asked) as pieces:
        async for piece in pieces:
            for sentence in cutter.feed(piece):
                yield sentence
    for sentence in cutter.rest():
        yield sentence


def composed(brief: Brief) -> Thought:
    """The composer's answer; if even that fails, something that is no lie."""
    try:
        made = compose(brief)
    except Exception:
        log.exception("the composer failed; a stock line stands in")
        intent = classify(brief.text, brief.language)
        text = STOCK[brief.language]
        return Thought(text=text, emotion="neutral", intent=intent, source=Source.STOCK)
    return Thought(
        text=clean_reply(made.text),
        emotion=made.emotion,
        intent=made.intent,
        source=Source.COMPOSER,
        facts=made.used_facts,
        memories=tuple(m for m in brief.memories if m.id in made.used_memories),
        personal=made.personal,
    )


def bounded(text: str, mode: Mode = "normal") -> str:
    """At most LONGEST characters, in whole sentences if there is one that fits."""
    most = LONGEST[mode]
    if len(text) <= most:
        return text
    kept = ""
    for sentence in split(text):
        if len(kept) + len(sentence) + 1 > most:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[:most].rsplit(" ", 1)[0]


def _spoken(brief: Brief, text: str, call: LLMCall) -> Thought:
    appraised = composed(brief)  # the model gives words; what they do to the NPC is not up to it
    return Thought(
        text=text,
        emotion=appraised.emotion,
        intent=appraised.intent,
        source=Source.LLM,
        facts=tuple(fact.id for fact in brief.facts[: prompting.MAX_FACTS]),
        memories=brief.memories,
        personal=prompting.knows_player(brief) or brief.player_name.lower() in text.lower(),
        model=call.model,
        prompt_version=prompting.version(),
        calls=(call,),
    )


def _without_llm(
    brief: Brief, messages: list[Message], error: Unavailable, seconds: float, mine: Own | None
) -> Thought:
    thought = composed(brief)
    if isinstance(error, NotAsked):
        return thought
    call = _uncounted(messages, seconds, type(error).__name__, mine)
    return replace(thought, calls=(call,))


def _call(generation: Generation, messages: list[Message]) -> LLMCall:
    return LLMCall(
        provider=generation.provider,
        model=generation.model,
        prompt_digest=_digest(messages),
        prompt_tokens=generation.prompt_tokens,
        completion_tokens=generation.completion_tokens,
        seconds=generation.seconds,
    )


def _uncounted(messages: list[Message], seconds: float, outcome: str, mine: Own | None) -> LLMCall:
    """A call that failed or was streamed: nobody said how many tokens it took."""
    provider, model = client.llm_name(mine)
    return LLMCall(
        provider=provider,
        model=model,
        prompt_digest=_digest(messages),
        seconds=seconds,
        outcome=outcome,
    )


def _digest(messages: list[Message]) -> str:
    return hashlib.sha256(repr(messages).encode()).hexdigest()
