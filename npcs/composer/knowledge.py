"""Answers from facts: which ones fit the question, and how they are put."""

from __future__ import annotations

import re
from functools import lru_cache

from npcs.brief import Fact, Language
from npcs.composer.draft import Draft
from npcs.composer.neighbours import introduce_neighbour
from npcs.composer.substance import reacts, spoken
from npcs.folding import fold, plain, words
from npcs.intents import Intent
from npcs.language import detect
from npcs.lexicon import LANGUAGES, lexicon
from npcs.matching import missing_kin, overlap, subjects, telling
from npcs.safety import clean_reply
from npcs.thai import RUN

_SURE, _LIKELY, _NEAR = 0.30, 0.5, 0.22
"""Scores from which a fact without a word in common is told, one with a few is, and one is offered
for want of a better. Measured with the real encoder on the sample town, questions with no word in
common: 0.25-0.33 where the fact answers ('was it arson?'), at most 0.18 where it does not."""
_PRICED = 0.6
"""What naming a sum is worth where a price is asked."""
_LONGEST = 220
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ITEM = re.compile(r"\{item:\d+\}")
_REQUEST = re.compile(
    r"\b((would|could|will|can) you|bring me|find me|help me|i need|if you (hear|find|see)"
    r"|(voce|vc) (pode|poderia)|traga|preciso de|me ajud\w+|podrias|puedes|traeme|necesito"
    r"|ayudame|tolong (carikan|bawakan|bantu)|bawakan aku|aku butuh|carikan)\b"
    r"|(?:가져|모아|구해|찾아|잡아)\s?(?:다|와|오)?\s?(?:줘|주|줄|달라)|도와\s?(?:줘|주|줄)|부탁"
    r"|(?:ช่วย|วาน|ฝาก)(?:หา|นำ|เอา|เก็บ|ปราบ|ไป)|(?:หา|นำ|เอา|เก็บ).{1,40}มาให้"
)
_UNKNOWN = {
    Intent.directions: "directions_unknown",
    Intent.lore: "lore_unknown",
    Intent.trade: "trade_unknown",
    Intent.quest: "quest_unknown",
}
_TOPICS = {
    Intent.trade: ("trade", "shop", "price", "item", "stock", "merchant", "goods"),
    Intent.quest: ("quest", "task", "mission", "job"),
    Intent.directions: ("place", "direction", "location", "navigation", "map"),
    Intent.lore: ("lore", "rumor", "rumour", "gossip", "history", "news"),
}
_LOWERED = {
    "en": frozenset(words("the a an there in at on to it its many some most all")),
    "pt": frozenset(words("o a os as um uma ha no na nos nas em ali la muitos muitas")),
    "es": frozenset(words("el la los las un una hay en alli muchos muchas al")),
    "th": frozenset(),
    "ko": frozenset(),
    "id": frozenset(words("di ada para semua banyak sebuah seorang dari ke setiap beberapa pasar")),
}
_ONE_SELF = frozenset(
    words(
        "i i'm my me we our you your eu meu minha me nos voce sua seu yo mi mis nosotros tu tus "
        "usted su aku saya kami kita kamu anda"
    )
)


def inform(draft: Draft) -> None:
    """The first fact that fits and was not told yet; what was told twice is not told again."""
    fits = fitting(draft)
    new = [fact for fact in fits if not draft.has_said(words_of(fact))]
    if new and draft.intent is Intent.directions and not places(new[0], draft):
        draft.say("directions_unknown")
        _offer(draft, new[0])
    elif new:
        tell(draft, new[0])
        if draft.voice.room == 2 and len(new) > 1 and len(draft.text) + len(new[1].text) < _LONGEST:
            draft.say("more", fact=_put(draft, new[1]))
            draft.uses(fact=new[1])
    elif fits:
        retell(draft, fits[0])
    elif not introduce_neighbour(draft):
        draft.say(_UNKNOWN.get(draft.intent, "question_unknown"))
        if draft.intent not in (Intent.directions, Intent.quest):
            offer(draft)


def retell(draft: Draft, fact: Fact) -> None:
    """A second time in other words, and no third time."""
    draft.personal = True
    if draft.has_said(words_of(fact)) == 1:
        draft.say("again", fact=_put(draft, fact))
        draft.uses(fact=fact)
    else:
        draft.say("told_all")


def places(fact: Fact, draft: Draft) -> bool:
    """Whether it says where something is, beside what was asked for."""
    about = subjects(f"{fact.topic} {fact.text}")
    new = {key for key in about if key.startswith(("place.", "way."))} - draft.keys
    return bool(new) or len(overlapping(draft, fact)) > 1


def overlapping(draft: Draft, fact: Fact) -> frozenset[str]:
    about = subjects(f"{fact.topic} {fact.text}")
    return frozenset(key for key in telling(draft.keys) if overlap(frozenset({key}), about))


def tell(draft: Draft, fact: Fact) -> None:
    words_ = words_of(fact)
    key = "fact_own" if in_language(fact.text, draft.brief.language) else "fact_other"
    draft.say(key, fact=words_, rumour=_rumour(words_, draft.brief.language))
    draft.uses(fact=fact)


def offer(draft: Draft) -> None:
    """What the character does know, when it is near what was asked."""
    near = [
        fact
        for fact in draft.brief.facts
        if fact.score >= _NEAR and not draft.has_said(words_of(fact)) and not reacts(fact)
    ]
    if near:
        _offer(draft, near[0])


def _offer(draft: Draft, fact: Fact) -> None:
    own = in_language(fact.text, draft.brief.language)
    draft.say("offer" if own else "offer_other", fact=words_of(fact))
    draft.uses(fact=fact)


def fitting(draft: Draft) -> list[Fact]:
    scored = [(_fit(fact, draft), -at, fact) for at, fact in enumerate(draft.brief.facts)]
    return [fact for fit, _, fact in sorted(scored, key=lambda s: s[:2], reverse=True) if fit > 0]


def _fit(fact: Fact, draft: Draft) -> float:
    sought = telling(draft.keys)
    about = subjects(f"{fact.topic} {fact.text}")
    if missing_kin(sought, about) and draft.intent is not Intent.statement:
        return 0.0
    shared, idle = overlap(sought, about), reacts(fact)
    if idle and shared < 2:
        return 0.0
    asks = _asks(fact) if draft.intent is Intent.quest else 0.0
    if shared and (2 * shared >= len(sought) or fact.score >= _LIKELY):
        return shared + fact.score + asks - 1.5 * idle + _PRICED * _prices(draft, about)
    if not sought or draft.intent is Intent.quest:
        return 0.0 if idle else _fit_to_topic(fact, draft, about) + asks
    return fact.score * (fact.score >= _SURE) * (not idle and not shared)


def _prices(draft: Draft, about: frozenset[str]) -> bool:
    return "money.price" in draft.keys and "money.money" in about


def _fit_to_topic(fact: Fact, draft: Draft, about: frozenset[str]) -> float:
    """A question with no subject of its own: 'any news?', 'what do you sell?'"""
    topical = any(topic in fact.topic.lower() for topic in _TOPICS.get(draft.intent, ()))
    if topical or draft.intent is Intent.lore:
        return fact.score + 0.5
    if draft.intent is Intent.trade and (shared := overlap(draft.keys, about)):
        return fact.score + shared
    return fact.score * (fact.score >= _LIKELY)


def gives_work(fact: Fact) -> bool:
    """Whether it asks something of whoever hears it, or stands under work."""
    topical = any(topic in fact.topic.lower() for topic in _TOPICS[Intent.quest])
    return (topical or bool(_asks(fact))) and not reacts(fact)


def _asks(fact: Fact) -> float:
    """Somebody who asks for something has a task to give."""
    return 2.0 * bool(_REQUEST.search(fold(fact.text)))


def _put(draft: Draft, fact: Fact) -> str:
    words_ = words_of(fact)
    return words_ if in_language(fact.text, draft.brief.language) else f'"{words_}"'


def words_of(fact: Fact) -> str:
    return sentence(fact.text)


@lru_cache(maxsize=2048)
def sentence(text: str) -> str:
    """Clean, short enough to say, ending as a sentence does."""
    told = spoken(clean_reply(_ITEM.sub("goods", text)).replace('"', "'"))
    kept = ""
    for each in _SENTENCE_END.split(told):
        if kept and len(kept) + len(each) > _LONGEST:
            break
        kept = f"{kept} {each}".strip()
    if len(kept) > _LONGEST * 2:
        kept = kept[: _LONGEST * 2].rsplit(" ", 1)[0] + "..."
    kept = kept[:1].upper() + kept[1:]
    return kept if not kept or kept[-1] in ".!?" or RUN.search(kept[-1]) else f"{kept}."


@lru_cache(maxsize=2048)
def in_language(text: str, language: Language) -> bool:
    """Whether a fact is in it, as far as its words tell."""
    return detect(text, default=language if _wordless(text) else "en") == language


def _wordless(text: str) -> bool:
    heard = set(plain(text).split())
    return not any(heard & lexicon(each).detect.words for each in LANGUAGES)


def _rumour(told: str, language: Language) -> str:
    """The fact as it follows 'they say that'; '' when it does not lend itself to that."""
    heard = words(told)
    if len(_SENTENCE_END.split(told)) > 1 or not heard or told[-1] != "." or _ONE_SELF & set(heard):
        return ""
    return told[0].lower() + told[1:] if heard[0] in _LOWERED[language] else ""
