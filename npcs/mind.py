"""Think: an answer from a brief. No transaction is open here and no connection is held."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, cast

from django.conf import settings

from aiworld.breaker import NotAsked
from aiworld.errors import AIWorldError, Unavailable
from inference import client, predictions
from inference.generation import Message
from npcs import asking, guarding, prompting
from npcs.asking import Question
from npcs.brief import Brief, Language, Mode, Persona
from npcs.composer import compose
from npcs.extraction import facts_about_player
from npcs.intents import classify
from npcs.language import detect
from npcs.moderation import toxicity
from npcs.own_llm import own
from npcs.placeholders import named
from npcs.reranking import reranked
from npcs.safety import clean_reply, loses_words
from npcs.scales import Source
from npcs.sentences import Sentences, split, whole
from npcs.turns import Receipt, Said, Thought
from tenants.context import tenant
from tenants.models import Moderation

log = logging.getLogger(__name__)

MAX_REPLY = 600
"""Characters an NPC says at once; a model that rambles is cut after a whole sentence."""
LONGEST: dict[Mode, int] = {"budget": MAX_REPLY, "normal": MAX_REPLY, "full": 2 * MAX_REPLY}
NO_SPEECH = "no speech"
"""How a call ended of whose answer nothing could be said."""
WARMING: dict[str, Language] = {
    "where is the old tower?": "en",
    "onde fica a torre velha?": "pt",
    "¿dónde está la torre vieja?": "es",
    "di mana menara tua?": "id",
    "หอคอยเก่าอยู่ที่ไหน": "th",
    "오래된 탑은 어디예요?": "ko",
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
STOCK = {"en": "Hm.", "pt": "Hm.", "es": "Hm.", "id": "Hm.", "ko": "음.", "th": "หืม"}


def warm_up() -> None:
    """Read every language's words and phrasings once, and what asks a language model, so that no
    player waits for it. Opens no connection."""
    now = datetime.now(UTC)
    for text, language in WARMING.items():
        brief = replace(_NOBODY, text=text, language=language, now=now)
        facts_about_player([text], language)
        compose(brief)
        prompting.told(brief)
    client.warm_up()


async def embed(text: str, *, seconds: float) -> tuple[float, ...] | None:
    """The vector of what was said, or None if the encoder is away or too slow."""
    try:
        [vector] = await client.embed([text], deadline=seconds)
    except AIWorldError:
        return None
    return tuple(vector)


class Heard(NamedTuple):
    """What the models make of a player's line."""

    vector: tuple[float, ...] | None
    toxic: bool = False

    def noted(self, thought: Thought) -> Thought:
        return replace(thought, vector=self.vector, toxic=thought.toxic or self.toxic)


async def hear(text: str, language: Language, *, seconds: float) -> Heard:
    """The vector and, where the model knows the language, whether the line is meant to hurt: both
    come from one pass of the encoder."""
    if not toxicity.covers(language):
        return Heard(await embed(text, seconds=seconds))
    try:
        [said] = await predictions.classify(
            [text], models=[toxicity.MODEL], vectors=True, deadline=seconds
        )
    except AIWorldError:
        return Heard(None)
    vector = None if said.vector is None else tuple(said.vector)
    return Heard(vector, toxicity.toxic(said))


async def weighed(said: Said, *, seconds: float) -> Said:
    """With what the models make of it, if the owner wants lines blocked that are meant to hurt;
    elsewhere they are asked when the answer is not known, and only flag."""
    if tenant().moderation != Moderation.BLOCK:
        return said
    language = said.language or detect(said.text, default=cast(Language, tenant().language))
    heard = await hear(said.text, cast(Language, language), seconds=min(seconds, toxicity.PATIENCE))
    return replace(said, toxic=heard.toxic, vector=heard.vector)


async def answer(brief: Brief, *, seconds: float, task: str = "dialogue") -> Thought:
    """The language model's answer if one comes in time, else the composer's, which is also the
    only one of an NPC on a budget."""
    question: Question | None = None
    brief, seconds = await _ordered(brief, seconds)
    try:
        brief, question = await _question(brief, seconds, task)
        generation = await question.generate(seconds=seconds)
    except Unavailable:
        return replace(composed(brief), paid=question.receipt() if question else None)
    except asyncio.CancelledError:
        if question:
            question.abandon()
        raise
    cut = generation.finish_reason == "length"
    said = named(whole(generation.text) if cut else generation.text, brief.lookup)
    cleaned = loses_words(said)
    watch = guarding.Watch(brief, question.messages)
    if text := await watch.judged(bounded(clean_reply(said), brief.mode)):
        return watch.noted(replace(_spoken(brief, text, question), cleaned=cleaned))
    silent = _silent(question, watch.blocked or NO_SPEECH)
    return watch.noted(replace(composed(brief), paid=silent, cleaned=cleaned))


async def _ordered(brief: Brief, seconds: float) -> tuple[Brief, float]:
    """With the memories that a mind is handed, and the seconds that are left then."""
    clock = asyncio.get_running_loop().time
    began = clock()
    brief = await reranked(brief, seconds=seconds)
    return brief, seconds - (clock() - began)


async def _question(brief: Brief, seconds: float, task: str) -> tuple[Brief, Question]:
    """What is asked, and the brief as the budget leaves it. Raises NotAsked."""
    if seconds <= 0 or brief.mode == "budget":
        raise NotAsked("no time left to ask a model, or an NPC that asks none")
    most = client.longest_prompt(await own())
    told = prompting.told(brief, most=most)
    question = await asking.prepare(
        guarding.armed(told.messages),
        task=task,
        seconds=seconds,
        mode=brief.mode,
        trust=brief.trust,
    )
    if question.mode != brief.mode:
        told = prompting.told(replace(brief, mode=question.mode), most=most)
    messages = guarding.armed(told.messages)
    question = replace(question, messages=messages, prompt_version=told.version)
    return told.brief, question


async def shown(brief: Brief) -> list[Message]:
    """What a language model is told, or would be, within the same bounds; without the canary."""
    try:
        most = client.longest_prompt(await own())
    except NotAsked:
        most = client.longest_prompt()
    brief, _left = await _ordered(brief, float(settings.INFERENCE_TIMEOUT))
    return guarding.armed(prompting.told(brief, most=most).messages, hidden=True)


async def sentences(brief: Brief, *, seconds: float) -> AsyncGenerator[str | Thought, None]:
    """The same, sentence by sentence, and the whole at the end. What was said stays said: if the
    model breaks off after a whole sentence, that was the answer."""
    said: list[str] = []
    question: Question | None = None
    watch: guarding.Watch | None = None
    failed = cleaned = False
    brief, seconds = await _ordered(brief, seconds)
    try:
        brief, question = await _question(brief, seconds, "dialogue")
        watch = guarding.Watch(brief, question.messages)
        async with aclosing(_streamed(question, seconds)) as spoken:
            async for spelled in spoken:
                raw = named(spelled, brief.lookup)
                cleaned = cleaned or loses_words(raw)
                if not (sentence := bounded(clean_reply(raw), brief.mode)):
                    continue
                if said and len(" ".join([*said, sentence])) > LONGEST[brief.mode]:
                    break
                if not (sentence := await watch.judged(sentence)):
                    break
                said.append(sentence)
                yield said[-1]
    except Unavailable:
        failed = True
    except (asyncio.CancelledError, GeneratorExit):
        if question:
            question.abandon()
        raise
    if said and question and watch:
        thought = _spoken(brief, " ".join(said), question)
        personal = thought.personal or failed
        yield watch.noted(replace(thought, personal=personal, cleaned=cleaned))
        return
    thought = replace(composed(brief), cleaned=cleaned)
    if question and watch:
        silent = _silent(question, watch.blocked or NO_SPEECH)
        thought = watch.noted(replace(thought, paid=question.receipt() if failed else silent))
    for sentence in split(thought.text):
        yield sentence
    yield thought


async def _streamed(question: Question, seconds: float) -> AsyncGenerator[str, None]:
    cutter = Sentences()
    # Whoever has heard enough hangs up at once: what a model goes on to say is paid for.
    async with aclosing(question.stream(seconds=seconds)) as pieces:
        try:
            async for piece in pieces:
                for sentence in cutter.feed(piece):
                    yield sentence
        except Unavailable:
            for sentence in split(whole(" ".join(cutter.rest()))):
                yield sentence
            raise
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


def _spoken(brief: Brief, text: str, question: Question) -> Thought:
    appraised = composed(brief)  # the model gives words; what they do to the NPC is not up to it
    return Thought(
        text=text,
        emotion=appraised.emotion,
        intent=appraised.intent,
        source=Source.LLM,
        facts=tuple(fact.id for fact in brief.facts[: prompting.MAX_FACTS]),
        memories=() if brief.standalone else brief.memories,
        personal=prompting.knows_player(brief) or brief.player_name.lower() in text.lower(),
        model=question.bill.model,
        prompt_version=question.prompt_version,
        paid=question.receipt(),
    )


def _silent(question: Question, outcome: str) -> Receipt:
    """Paid for, though nothing of it could be said."""
    paid = question.receipt()
    calls = (replace(c, outcome=outcome) if c.outcome == "ok" else c for c in paid.calls)
    return replace(paid, calls=tuple(calls))
