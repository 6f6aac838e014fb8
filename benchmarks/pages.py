"""First pages of the server's admin over large tables: milliseconds of SQL, beside the same pages
over small ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from benchmarks import machine, results, screen, world
from tenants.context import in_owner, in_schema, in_tenant
from tenants.models import Server

LIMIT_MS = 300.0
"""What a first page may take."""
NPCS, PLAYERS, TALKS = 1_000, 20_000, 20
"""Characters, players, and turns per conversation."""
PAGES = {
    "overview": "",
    "NPCs": "npcs/npcpersonality/",
    "turns": "npcs/conversationturn/",
    "turns, one source": "npcs/conversationturn/?source__exact=llm",
    "turns, a word that is there": "npcs/conversationturn/?q=dragon",
    "turns, a word that is not": "npcs/conversationturn/?q=xyzzy",
    "conversations": "npcs/conversation/",
    "memories": "npcs/npcmemory/",
    "relationships": "npcs/npcrelationship/",
    "LLM requests": "ledger/llmrequestcache/",
    "transactions": "world/economictransaction/",
    "the world": "world/worldstatesnapshot/overview/",
}


@dataclass
class Sql:
    """What the database was asked meanwhile."""

    seconds: float = 0.0
    queries: int = 0
    slowest: tuple[float, str] = field(default=(0.0, ""))

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken = time.perf_counter() - began
            self.seconds += taken
            self.queries += 1
            self.slowest = max(self.slowest, (taken, sql))


def main(*, quick: bool = False, save: bool = False) -> None:
    small, large = (1_000, 100_000) if quick else (1_000, 1_000_000)
    window = machine.Window(machine.stores())
    figures: dict[int, dict[str, Sql]] = {}
    with screen.progress("pages", steps=2 * (1 + len(PAGES))) as step, window:
        for turns in (small, large):
            with world.game_server() as made, operator() as client:
                step(f"{turns} turns")
                fill(made.server, turns)
                figures[turns] = {}
                for name, page in PAGES.items():
                    step(f"{turns} turns: {name}")
                    figures[turns][name] = measured(client, f"{made.server.path}admin/{page}")
    rows: list[results.Row] = [
        {
            "what": name,
            "queries": figures[large][name].queries,
            f"ms over {small}": round(figures[small][name].seconds * 1000, 1),
            f"ms over {large}": round(figures[large][name].seconds * 1000, 1),
            "ratio": round(figures[large][name].seconds / figures[small][name].seconds, 2),
            "within": "yes" if figures[large][name].seconds * 1000 < LIMIT_MS else "no",
        }
        for name in PAGES
    ]
    slowest = max(figures[large].values(), key=lambda one: one.seconds)
    result = results.Result(
        name="pages",
        baseline=f"the same page of a server with {small} turns",
        rows=rows,
        others=window.others,
        quick=quick,
        notes=[
            f"{NPCS} NPCs; memories and transactions: a tenth of the turns each.",
            f"within: less than {LIMIT_MS:.0f} ms of SQL for the whole page, median of three.",
            f"Slowest statement: {slowest.slowest[0] * 1000:.0f} ms, {slowest.slowest[1][:160]!r}",
        ],
    )
    results.publish(result, screen.console, saved=save)


@contextmanager
def operator() -> Iterator[Client]:
    """A signed-in superuser's browser."""
    user = get_user_model().objects.create_superuser(f"bench-{uuid4().hex[:8]}")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    try:
        yield client
    finally:
        with in_schema():
            user.delete()


def measured(client: Client, page: str) -> Sql:
    taken = []
    for _ in range(3):
        sql = Sql()
        with connection.execute_wrapper(sql):
            answer = client.get(page)
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status_code}")
        taken.append(sql)
    middle = median(one.seconds for one in taken)
    return next(one for one in taken if one.seconds == middle)


def fill(server: Server, turns: int) -> None:
    """Rows as a year of talk leaves them, made by the database itself."""
    values = {"npcs": NPCS, "players": PLAYERS, "talks": TALKS, "turns": turns}
    with in_tenant(server), connection.cursor() as cursor:
        for statement in ROWS:
            cursor.execute(statement, values)
    with in_owner(server), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


ROWS = (
    """
    INSERT INTO npc_personalities (key, name, map_name, x, y, sprite, role, role_reason, background,
        speech_style, openness, conscientiousness, extraversion, agreeableness, neuroticism,
        alignment, mood, ai_enabled, script_source, script_digest, edited_by_staff, version,
        created_at, updated_at, "group", faction, ai_mode, trust_gain)
    SELECT 'map' || n %% 50 || '/npc' || n, 'Npc ' || n, 'map' || n %% 50, 100, 100, '',
        'villager', '', '', '', .5, .5, .5, .5, .5, 'true_neutral', 'neutral', true, '', '', false,
        1, now(), now(), '', '', 'normal', 1
    FROM generate_series(1, %(npcs)s) n
    """,
    """
    INSERT INTO conversations (npc_id, char_id, player_name, map_name, language, started_at,
        last_turn_at, turn_count, extracted_turn_id)
    SELECT (SELECT min(id) FROM npc_personalities) + n %% %(npcs)s, 150000 + n %% %(players)s,
        'Player ' || n %% %(players)s, 'map' || n %% 50, 'en', now() - n * interval '1 minute',
        now() - n * interval '1 minute', %(talks)s, 0
    FROM generate_series(1, %(turns)s / %(talks)s) n
    """,
    """
    INSERT INTO conversation_turns (conversation_id, request_id, player_text, npc_text, intent,
        emotion, trust, trust_change, trust_reason, source, model, prompt_version, tokens,
        facts_used, memories_used, latency_ms, created_at, spoken_by)
    SELECT (SELECT min(id) FROM conversations) + (n - 1) / %(talks)s, 'r' || n,
        'Where is the ' || (ARRAY['dragon', 'inn', 'smith', 'harbour'])[1 + n %% 4] || ' of map '
        || n, 'North of the gate, traveller. Mind the road at night.', 'ask', 'neutral', 2, 0, '',
        (ARRAY['llm', 'cache', 'composer', 'composer'])[1 + n %% 4], '', '', 0, '{}', '{}', 20,
        now() - (%(turns)s - n) * interval '3 seconds', ''
    FROM generate_series(1, %(turns)s) n
    """,
    """
    INSERT INTO npc_memories (npc_id, char_id, player_name, kind, speaker, subject, text,
        importance, place, happened_at, created_at)
    SELECT (SELECT min(id) FROM npc_personalities) + n %% %(npcs)s, 150000 + n %% %(players)s,
        'Player', 'utterance', 'player', '', 'My dog number ' || n || ' is ill.', n %% 10, '',
        now() - n * interval '1 minute', now()
    FROM generate_series(1, %(turns)s / 10) n
    """,
    """
    INSERT INTO npc_relationships (npc_id, char_id, player_name, trust, bond, talks, trust_moved,
        last_reason, first_met_at, last_met_at)
    SELECT DISTINCT ON (npc_id, char_id) npc_id, char_id, player_name, 2, 0, 1, 0, '', now(), now()
    FROM conversations
    """,
    """
    INSERT INTO economic_transactions (happened_at, kind, char_id, amount, zeny, map_name)
    SELECT now() - n * interval '30 days' / (%(turns)s / 10),
        (ARRAY['drop', 'npc_buy', 'trade'])[1 + n %% 3], 150000 + n %% %(players)s, 1, n %% 5000, ''
    FROM generate_series(1, %(turns)s / 10 - 1) n
    """,
)
