"""Offering work: read what there is and plan (one unit), tell it (a model or a template), write the
offer (one short transaction)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast, get_args

from django.db import transaction
from django.utils import timezone

from aiworld.errors import Conflict, NotFound, OverQuota, SwitchedOff
from npcs import gates, standing
from npcs.brief import Language
from npcs.memory import unknown_npc
from npcs.models import NpcPersonality, NpcRelationship, PlayerStanding
from quests import expectations, hunting, learning, pacing, patterns, planning, rules, telling
from quests.ledger import account_subject, taken_today
from quests.life import OPEN, account_of, active, lapsed, lock_character
from quests.models import DynamicQuest
from quests.planning import Asker, Plan
from quests.policy import policy
from quests.rules import Welcome
from tenants.context import tenant
from world import karma, reputation
from world.models import PlayerProfile

ALL_KINDS = ("kill", "collect", "delivery", "exploration", "puzzle", "social", "boss")
"""Escort is offered to scripts that say they can walk an NPC."""
LANGUAGES = get_args(Language)
OFFERS_A_DAY = 30
"""To one character; who declines everything learns to be content."""
RECENT = timedelta(days=7)
OFFER_LASTS, PROPOSAL_LASTS = timedelta(hours=24), timedelta(days=7)
TIME_LIMIT = 3 * 86_400
"""Seconds to do what can be counted in."""
NO_WORK = "this NPC has no work for the character here and now"
Status = DynamicQuest.Status


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody asks for work, as the entry point understood it."""

    npc_key: str
    char_id: int
    player_name: str
    level: int
    account_id: int = 0
    request_id: str = ""
    language: str = ""
    kinds: tuple[str, ...] = ALL_KINDS
    party: int = 0
    items: tuple[int, ...] = field(default=())
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A plan with its words and difficulty."""

    asker: Asker
    plan: Plan
    difficulty: int
    title: str
    text: str
    source: str = "template"
    pattern: tuple[str, str] | None = None
    """Title and text as a model told them, {player} for the name."""


def known(asked: Asked) -> DynamicQuest | tuple[Asker, Plan]:
    """The quest the character has of this NPC, else what it could be offered.

    Raises NotFound, SwitchedOff, OverQuota, Conflict."""
    now = timezone.now()
    npc = NpcPersonality.objects.filter(key=asked.npc_key).first()
    if npc is None:
        raise NotFound(unknown_npc(asked.npc_key), field="npc")
    if not policy().is_active or not npc.ai_enabled:
        raise SwitchedOff("quests are switched off for this NPC")
    if row := PlayerStanding.objects.filter(char_id=asked.char_id).first():
        standing.check(row.opted_out_at, row.muted_until, now=now)
    if found := _earlier(asked, npc, now):
        return found
    gates.check("quest")
    _check_limits(asked, now)
    asker = _asker(asked, npc, now)
    if not asker.welcome.hardest or (plan := _plan(asker, asked)) is None:
        raise SwitchedOff(NO_WORK)
    return asker, plan


def _earlier(asked: Asked, npc: NpcPersonality, now: datetime) -> DynamicQuest | None:
    quests = DynamicQuest.objects.select_related("npc", "template")
    if asked.request_id and (quest := quests.filter(request_id=asked.request_id).first()):
        if (quest.npc_id, quest.char_id) != (npc.pk, asked.char_id):
            raise Conflict("this request id was used for another request", field="request_id")
        return quest
    quest = quests.filter(npc=npc, char_id=asked.char_id, status__in=OPEN).first()
    if quest and lapsed(quest, now):
        mine = DynamicQuest.objects.filter(pk=quest.pk, status=quest.status)
        mine.update(status=Status.EXPIRED, ended_at=now)
        return None
    return quest


def _check_limits(asked: Asked, now: datetime) -> None:
    told, char_id = policy(), asked.char_id
    if active(char_id).count() >= told.max_active:
        raise OverQuota("the character has as many active quests as it may", limit="active_quests")
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = (today + timedelta(days=1) - now).total_seconds()
    player = taken_today("player", str(char_id)).grants >= told.caps["player"].grants
    account = taken_today(
        "account", account_subject(account_of(char_id, asked.account_id), char_id)
    ).grants
    made = DynamicQuest.objects.filter(char_id=char_id, offered_at__gte=today).count()
    full = player or account >= told.caps["account"].grants
    if full or made >= OFFERS_A_DAY:
        said = "the character has had as many rewards or offers as it may today"
        raise OverQuota(said, limit="rewards_a_day", retry_after=tomorrow)


def _asker(asked: Asked, npc: NpcPersonality, now: datetime) -> Asker:
    mine = DynamicQuest.objects.filter(char_id=asked.char_id)
    late = mine.filter(offered_at__gt=now - RECENT).values_list("objectives", "kind")
    trust = NpcRelationship.objects.filter(npc=npc, char_id=asked.char_id).values_list("trust")
    profile = PlayerProfile.objects.filter(char_id=asked.char_id).first()
    level = asked.level or (profile.base_level if profile else 1)
    wished = asked.language or (profile.language if profile else "")
    return Asker(
        npc=npc,
        char_id=asked.char_id,
        player_name=asked.player_name,
        level=min(max(level, 1), 999),
        language=language(wished),
        code_page=tenant().code_page,
        kinds=tuple(kind for kind in asked.kinds if kind in rules.HARDEST),
        today=now.date(),
        made=mine.count(),
        recent=frozenset(
            f"{of} {one.get('target')}"
            for objectives, _ in late
            for one in objectives
            for of in ("npc", "map", "monster", "item")
        ),
        trust=float(next(iter(trust), (0.0,))[0]),
        welcome=_welcome(npc, asked.char_id, profile),
        harder=pacing.harder(now),
        unasked=policy().auto_approve,
    )


def _welcome(npc: NpcPersonality, char_id: int, profile: PlayerProfile | None) -> Welcome:
    return rules.welcome(
        reputation.tier_with(npc.faction, char_id),
        alignment=karma.alignment(profile.karma if profile else 0),
        npc_alignment=npc.alignment,
    )


def language(wished: str) -> Language:
    """The player's, else the server's; English where the client could not show its letters."""
    code_page = tenant().code_page
    for each in (wished, tenant().language):
        if each in LANGUAGES:
            one = cast(Language, each)
            if rules.shown(telling.later(one, seed=""), code_page):
                return one
    return "en"


def _plan(asker: Asker, asked: Asked) -> Plan | None:
    """The owner's patterns go before an emergency, and that before what the data alone would
    suggest."""
    fit = patterns.fitting(asker, party=asked.party, items=asked.items, place=asked.place)
    if plan := planning.chosen(asker, [patterns.plan(row) for row in fit]):
        return plan
    if plan := planning.chosen(asker, hunting.urgent(asker)):
        return plan
    people, game = planning.among_people(asker), hunting.of_the_game(asker)
    return planning.chosen(asker, [*people, *game])


def told(asker: Asker, plan: Plan) -> Told:
    """Without a language model."""
    difficulty = planning.difficulty(asker, plan)
    names = plan.names(asker, difficulty)
    if plan.told:
        title, text = (telling.filled(each, names) for each in plan.told)
    else:
        title, text = telling.told(plan.kind, asker.language, names, seed=asker.seed)
    return Told(asker=asker, plan=plan, difficulty=difficulty, title=title, text=text)


def write(offer: Told, *, request_id: str = "", now: datetime) -> DynamicQuest:
    """The offer, or the proposal that waits for the owner; of two at once the first one's."""
    asker, told_policy = offer.asker, policy()
    paid = rules.reward(
        told_policy, difficulty=offer.difficulty, level=asker.level, seed=asker.seed,
        percent=asker.welcome.percent,
    )  # fmt: skip
    waits = rules.approval_needed(told_policy, offer.difficulty)
    with transaction.atomic():
        lock_character(asker.char_id)
        quests = DynamicQuest.objects.select_related("npc")
        mine = quests.filter(npc=asker.npc, char_id=asker.char_id, status__in=OPEN)
        if found := mine.first():
            return found
        learned = offer.pattern and learning.note(
            asker, offer.plan, offer.difficulty, offer.pattern
        )
        objectives = offer.plan.objectives(offer.difficulty)
        counted = any(one["amount"] > 1 for one in objectives)
        quest = DynamicQuest.objects.create(
            npc=asker.npc,
            char_id=asker.char_id,
            template_id=learned.pk if learned else offer.plan.template_id,
            kind=offer.plan.kind,
            difficulty=offer.difficulty,
            title=offer.title[: rules.LONGEST_TITLE],
            text=offer.text[: rules.LONGEST_TEXT],
            objectives=objectives,
            status=Status.PROPOSED if waits else Status.OFFERED,
            expires_at=now + (PROPOSAL_LASTS if waits else OFFER_LASTS),
            time_limit=TIME_LIMIT if counted else 0,
            reward=paid.given(),
            language=asker.language,
            source=offer.source,
            max_members=told_policy.max_members if counted else 1,
            level=asker.level,
            request_id=request_id or None,
        )
        expectations.note(quest, asker.expected)
        return quest
