"""NPCs pass on what they know to those near them on the same map, and in their circle.

What is passed on is knowledge of the world (`npc_knowledge`). What players said is in memories, and
no memory is read here: a player's words become no gossip, whatever they are.

A telling keeps the sensitivity and the condition of where it began, names who it is from, and may
lose detail: whole sentences, the last digits of a number. It adds nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from aiworld.changes import Changes
from npcs import bonds, together
from npcs.brief import Language
from npcs.composer.substance import substance
from npcs.folding import length, words
from npcs.intents import Intent, classify
from npcs.language import detect
from npcs.models import InformationSharing, NpcKnowledge, NpcPersonality, NpcRelationship
from npcs.scales import Sensitivity
from tenants.statements import rows

AWAKE = timedelta(hours=1)
"""Where no player has talked for so long, NPCs do not either."""
CELLS = 20
"""How far a voice carries."""
FRIENDS, CLOSE = 30, 70
"""Bonds (-100..100) from which another belongs to the circle, and hears secrets."""
MOST_HOPS, MOST_LOST, MOST_HEARERS, MOST_HEARD = 3, 0.4, 12, 30
"""Tellings in a row; distortion (0-1); who hears one thing; what one NPC keeps of what it heard."""
KNOWN_TO_ALL = 5
"""Hearers of one map from which it is what the town remembers."""
FAMILIAR = CLOSE - 10
"""As far as talk alone brings two together."""
KEPT = timedelta(days=30)
SHORTEST = 5
"""Words of what is worth telling."""
_NUMBER = re.compile(r"\b\d{2,9}\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

SAYS: dict[str, tuple[str, str]] = {
    "en": ("{teller} told me", "{teller} told me that {first} said"),
    "pt": ("{teller} me contou", "{teller} me contou que {first} disse"),
    "es": ("{teller} me contó", "{teller} me contó que {first} dijo"),
    "id": ("{teller} bercerita kepadaku", "{teller} bercerita bahwa {first} berkata"),
    "th": ("{teller} เล่าให้ฟังว่า", "{teller} เล่าว่า {first} พูดว่า"),
    "ko": ("{teller}에게 들은 말", "{teller}에게 들은 {first}의 말"),
}
"""Who it is from, in the language of the words: from the first, and from another."""

# Who may talk to whom. Somebody it dislikes hears nothing.
PAIRS = f"""
WITH awake AS (
    SELECT DISTINCT n.map_name FROM conversations c JOIN npc_personalities n ON n.id = c.npc_id
    WHERE c.last_turn_at > %(awake)s
), teller AS (
    SELECT n.* FROM npc_personalities n JOIN awake USING (map_name)
    WHERE n.ai_enabled ORDER BY random() LIMIT %(tellers)s
)
SELECT t.id, l.id, COALESCE(r.bond, 0),
    (t."group" <> '' AND lower(t."group") = lower(l."group"))
    OR (t.faction <> '' AND lower(t.faction) = lower(l.faction)) OR COALESCE(r.bond, 0) >= {FRIENDS}
FROM teller t
CROSS JOIN LATERAL (
    SELECT n.* FROM npc_personalities n
    LEFT JOIN npc_relationships b ON b.npc_id = t.id AND b.other_npc_id = n.id
    WHERE n.map_name = t.map_name AND n.id <> t.id AND n.ai_enabled AND COALESCE(b.bond, 0) >= 0
        AND (greatest(abs(n.x - t.x), abs(n.y - t.y)) <= {CELLS}
            OR (t."group" <> '' AND lower(t."group") = lower(n."group"))
            OR (t.faction <> '' AND lower(t.faction) = lower(n.faction))
            OR b.bond >= {FRIENDS})
    ORDER BY random() LIMIT 1
) l
LEFT JOIN npc_relationships r ON r.npc_id = t.id AND r.other_npc_id = l.id
"""  # nosec B608: constants of this module
NEW_TO = f"""
SELECT k.id FROM npc_knowledge k
WHERE k.npc_id = %(teller)s AND k.is_active AND k.may_spread AND k.sensitivity <= %(most)s
    AND k.hops < {MOST_HOPS} AND k.distortion < {MOST_LOST}
    AND NOT EXISTS (SELECT FROM npc_knowledge h WHERE h.npc_id = %(listener)s
        AND (h.id = k.root_id OR h.root_id = COALESCE(k.root_id, k.id)
            OR lower(h.text) = lower(k.text)))
    AND NOT EXISTS (SELECT FROM npc_knowledge o WHERE o.id = k.root_id AND NOT o.may_spread)
    AND (SELECT count(*) FROM npc_knowledge c WHERE c.root_id = COALESCE(k.root_id, k.id))
        < {MOST_HEARERS}
ORDER BY random() LIMIT 8
"""  # nosec B608: constants of this module


@dataclass(frozen=True, kw_only=True)
class Pair:
    teller_id: int
    listener_id: int
    most: Sensitivity
    """The most sensitive that the one tells the other."""


def spread(*, tellings: int | None = None) -> int:
    """Let NPCs of the present server talk among themselves; returns how many heard something. At
    most `tellings`, else GOSSIP_TELLINGS."""
    most = settings.GOSSIP_TELLINGS if tellings is None else tellings
    return sum(_meet(pair) for pair in _pairs(most)) if most > 0 else 0


def forget_old() -> int:
    """What was heard and is old, or too much; returns how much went."""
    old = NpcKnowledge.objects.filter(origin=NpcKnowledge.Origin.HEARD, root__isnull=False)
    deleted, _ = old.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted


def stop(root: NpcKnowledge) -> int:
    """It is told no further, and who heard it keeps it back; returns how many had heard it."""
    with transaction.atomic():
        NpcKnowledge.objects.filter(pk=root.pk).update(may_spread=False)
        heard = NpcKnowledge.objects.filter(root=root)
        listeners = list(heard.values_list("npc_id", flat=True))
        root.town_memories.all().delete()
        heard.update(is_active=False)
        NpcPersonality.objects.filter(pk__in=listeners).changed()
    return len(listeners)


def _pairs(most: int) -> Iterator[Pair]:
    awake = timezone.now() - AWAKE
    for teller, listener, bond, in_circle in rows(PAIRS, {"awake": awake, "tellers": most}):
        yield Pair(teller_id=teller, listener_id=listener, most=_entrusted(bond, in_circle))


def _entrusted(bond: int, in_circle: bool) -> Sensitivity:
    """Confidential knowledge is passed on to nobody."""
    if bond >= CLOSE:
        return Sensitivity.SECRET
    return Sensitivity.PRIVATE if in_circle else Sensitivity.PUBLIC


def some_pair() -> Pair | None:
    """Two who may talk to each other just now, if there are any."""
    return next(_pairs(1), None)


def confide(
    teller: NpcPersonality, listener: NpcPersonality, *, changes: Changes
) -> NpcKnowledge | None:
    """The one tells the other something new, as far as it is near to it; what became of it. Nothing
    to somebody it dislikes."""
    row = NpcRelationship.objects.filter(npc=teller, other_npc=listener).first()
    bond = row.bond if row else 0
    if bond < 0:
        return None
    in_circle = bond >= FRIENDS or any(
        one and one.lower() == other.lower()
        for one, other in ((teller.group, listener.group), (teller.faction, listener.faction))
    )
    pair = Pair(teller_id=teller.pk, listener_id=listener.pk, most=_entrusted(bond, in_circle))
    fact = _news(pair)
    if fact is None or not tell(fact, listener, changes=changes):
        return None
    heard = NpcKnowledge.objects.get(npc=listener, root=fact.root or fact)
    changes.made(heard)
    return heard


def _meet(pair: Pair) -> bool:
    fact = _news(pair)
    return fact is not None and tell(fact, NpcPersonality.objects.get(pk=pair.listener_id))


def _news(pair: Pair) -> NpcKnowledge | None:
    values = {"teller": pair.teller_id, "listener": pair.listener_id, "most": int(pair.most)}
    ids = [pk for (pk,) in rows(NEW_TO, values)]
    found = NpcKnowledge.objects.select_related("npc", "root__npc").defer("embedding")
    return next((fact for fact in found.filter(pk__in=ids) if worth_telling(fact)), None)


def worth_telling(fact: NpcKnowledge) -> bool:
    intent = classify(fact.text, detect(fact.text, default="en"))
    news = intent not in (Intent.greeting, Intent.farewell, Intent.thanks, Intent.apology)
    return news and length(fact.text) >= SHORTEST and bool(substance(fact.topic, fact.text))


def tell(fact: NpcKnowledge, listener: NpcPersonality, *, changes: Changes | None = None) -> bool:
    """One telling, written down; False if the listener had heard it meanwhile."""
    teller, root = fact.npc, fact.root or fact
    if teller is None or root.npc is None:
        return False
    said = retold(fact.text, carelessness=1 - teller.conscientiousness, of=root.text)
    lost = distortion(root.text, said)
    with transaction.atomic():
        heard, new = NpcKnowledge.objects.get_or_create(
            npc=listener,
            root=root,
            defaults={
                "topic": fact.topic,
                "text": said,
                "sensitivity": max(fact.sensitivity, root.sensitivity),
                "condition": root.condition,
                "origin": NpcKnowledge.Origin.HEARD,
                "attribution": attribution(said, teller.name, root.npc.name)[:120],
                "position": 1_000 + root.position,
                "hops": fact.hops + 1,
                "distortion": lost,
            },
        )
        if new:
            InformationSharing.objects.create(
                teller=teller,
                listener=listener,
                knowledge=fact,
                became=heard,
                root=root,
                told_text=said,
                distortion=lost,
                hops=heard.hops,
                sensitivity=heard.sensitivity,
            )
            _keep_few(listener)
            bonds.draw_closer(teller, listener, most=FAMILIAR, changes=changes)
            _talk_of_the_town(root, listener.map_name)
    return new


def _talk_of_the_town(root: NpcKnowledge, place: str) -> None:
    """What is public, holds at all times and so many of one map have heard is what the town
    remembers, in the words with which it began."""
    if root.sensitivity > Sensitivity.PUBLIC or root.condition:
        return
    heard = NpcKnowledge.objects.filter(root=root, npc__map_name=place, is_active=True)
    if heard.count() >= KNOWN_TO_ALL:
        together.note(
            _mark(root, place), place=place, text=root.text, subject=root.topic,
            happened_at=timezone.now(), learned_from=root,
        )  # fmt: skip


def _mark(root: NpcKnowledge, place: str) -> str:
    return f"{together.TALK}{root.pk}:{place}"


def _keep_few(listener: NpcPersonality) -> None:
    heard = NpcKnowledge.objects.filter(npc=listener, root__isnull=False).order_by("-id")
    too_much = list(heard.values_list("pk", flat=True)[MOST_HEARD : MOST_HEARD + 100])
    if too_much:
        NpcKnowledge.objects.filter(pk__in=too_much).delete()


def attribution(said: str, teller: str, first: str) -> str:
    language: Language = detect(said, default="en")
    directly, through = SAYS.get(language, SAYS["en"])
    return (directly if teller == first else through).format(teller=teller, first=first)


def retold(text: str, *, carelessness: float, of: str) -> str:
    """The words as somebody tells them who is so careless (0-1); never further than MOST_LOST from
    those it began with."""
    if random.random() >= carelessness / 2:
        return text
    changed = random.choice((_rounded, _shortened))(text)
    return changed if distortion(of, changed) <= MOST_LOST else text


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda found: _round(found[0]), text)


def _round(number: str) -> str:
    """To its first digit: 813 is 800."""
    zeros = len(number) - 1
    return str(round(int(number), -zeros)) if zeros else number


def _shortened(text: str) -> str:
    """Without its last sentence, if there is one before."""
    sentences = _SENTENCE_END.split(text)
    return " ".join(sentences[:-1]) if len(sentences) > 1 else text


def distortion(one: str, other: str) -> float:
    """0 word for word, 1 nothing in common."""
    return round(1 - SequenceMatcher(None, words(one), words(other), autojunk=False).ratio(), 3)
