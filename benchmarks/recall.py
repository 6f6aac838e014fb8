"""Finding the ten best of many memories: the product's search for one NPC and one player, and the
unfiltered search by HNSW, each beside an exact search of the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
import psycopg
from django.db import connection, transaction
from pgvector.psycopg import register_vector

from benchmarks import machine, results, screen, vectors, world
from benchmarks.processes import Processes, processes
from inference import client
from npcs import memory
from npcs.models import NpcMemory, NpcPersonality
from npcs.question import Question as Asked
from npcs.ranking import rank
from tenants.context import in_owner, in_tenant

PER_PAIR, OLD_FRIENDS, PER_FRIEND = 100, 5, 1000
EXACT = 30
COPY = """
COPY npc_memories (npc_id, char_id, player_name, kind, speaker, subject, text, importance, place,
                   happened_at, created_at, embedding) FROM STDIN WITH (FORMAT BINARY)
"""
TYPES = ["int8", "int8", "varchar", "varchar", "varchar", "varchar", "text", "float8", "varchar",
         "timestamptz", "timestamptz", "vector"]  # fmt: skip
NEAREST = "SELECT id FROM npc_memories ORDER BY embedding <=> %s::vector LIMIT 10"
OF_A_PAIR = """
SELECT id FROM npc_memories WHERE npc_id = %s AND char_id = %s AND superseded_by_id IS NULL
ORDER BY embedding <=> %s::vector LIMIT 10
"""
INDEX = "npc_memories_nearest"
PAIRS = {"a pair of 100": "pair", "a pair of 1000": "friend"}
EXACTLY, SCANNED = ", exact distance", "all, exact scan"
Pair = tuple[int, int]


@dataclass(frozen=True)
class Question:
    text: str
    vector: list[float]
    pair: Pair
    friend: Pair


@dataclass(frozen=True)
class Found:
    seconds: float
    ids: list[int]


def main(*, quick: bool = False, save: bool = False) -> None:
    rows, asked = (10_000, 30) if quick else (100_000, 100)
    with (
        world.game_server() as made,
        processes() as started,
        in_tenant(made.server),
        machine.Window(machine.stores()) as window,
        screen.progress("recall", steps=9) as step,
    ):
        found, notes = _measure(started, rows, asked, step)
    result = results.Result(
        name="recall",
        baseline="exact search of the same rows by distance, in PostgreSQL; a ratio is its time "
        "divided by this one's",
        rows=[_row(name, *both, found) for name, both in found.items()],
        others=window.others,
        quick=quick,
        notes=notes,
    )
    results.publish(result, screen.console, saved=save)


Answers = dict[str, tuple[list[Found], list[list[int]]]]


def _measure(
    started: Processes, rows: int, asked: int, step: screen.Step
) -> tuple[Answers, list[str]]:
    step("starting the encoder")
    started.inference()
    step("embedding sentences")
    lines = vectors.sentences(2000 + asked, seed=7)
    embedded = np.array(client.embed_now(lines), dtype=np.float32)
    known, fresh = lines[:2000], lines[2000:]
    step(f"loading {rows} memories")
    pairs, friends, loading = _load(known, embedded[:2000], rows)
    step("building the index")
    building = _built()
    questions = [
        Question(text, embedded[2000 + at].tolist(), pairs[at * 7 % len(pairs)],
                 friends[at % len(friends)])
        for at, text in enumerate(fresh)
    ]  # fmt: skip
    answers: Answers = {}
    step("exact search of one pair")
    for name, whose in PAIRS.items():
        answers[f"{name}{EXACTLY}"] = _timed(questions, _of_pair(whose)), []
    step("the product's search")
    for name, whose in PAIRS.items():
        truth = [_best(question, getattr(question, whose)) for question in questions]
        answers[f"{name}, the product's score"] = _timed(questions, _product(whose)), truth
    step("exact scan of all")
    with _planner("enable_indexscan = off"):
        exact = _timed(questions[:EXACT], _nearest)
    truth = [each.ids for each in exact]
    answers[SCANNED] = exact, truth
    step("HNSW over all")
    for width in (40, 100, 200):
        with _planner(f"hnsw.ef_search = {width}", "enable_seqscan = off"):
            found = _timed(questions[:EXACT], _nearest)
            answers[f"all, HNSW, ef_search {width}"] = found, truth
    step("done")
    return answers, [
        f"{rows:,} memories: pairs of {PER_PAIR}, and {OLD_FRIENDS} pairs of {PER_FRIEND}. Their "
        "vectors are of 2,000 sentences by the real encoder, each used many times with noise "
        f"(length {vectors.NOISE} on length 1); what is asked is other sentences.",
        f"COPY took {loading:.1f} s, the HNSW index (m 16, ef_construction 64) {building:.1f} s.",
        "recall@10: of the ten best by an exhaustive search in the same order, how many are "
        "found. The product's order is that of words, meaning, sitting, speaker and time.",
    ]


def _load(
    texts: Sequence[str], embedded: vectors.Vectors, rows: int
) -> tuple[list[Pair], list[Pair], float]:
    npcs = NpcPersonality.objects.bulk_create(
        NpcPersonality(key=f"bench/{number}", name=f"NPC {number}", map_name="bench")
        for number in range(20)
    )
    friends = [(npcs[number % 20].pk, 900_000 + number) for number in range(OLD_FRIENDS)]
    few = max((rows - OLD_FRIENDS * PER_FRIEND) // PER_PAIR, 20)
    pairs = [(npcs[number % 20].pk, 100_000 + number) for number in range(few)]
    owners = [pair for pair in pairs for _ in range(PER_PAIR)]
    owners += [pair for pair in friends for _ in range(PER_FRIEND)]
    rng, now = np.random.default_rng(7), datetime.now(UTC)
    with in_owner(), connection.cursor() as owner:
        owner.execute(f"DROP INDEX {INDEX}")
    with connection.cursor() as cursor:
        register_vector(cursor.connection)
        began = time.perf_counter()
        with psycopg.Cursor(cursor.connection).copy(COPY) as copy:
            copy.set_types(TYPES)
            for at in range(0, len(owners), 5000):
                part = owners[at : at + 5000]
                picks = [int(one) for one in rng.integers(0, len(texts), len(part))]
                mixed = vectors.noisy(embedded, picks, rng)
                for (npc_id, char_id), pick, vector in zip(part, picks, mixed, strict=True):
                    when = now - timedelta(hours=int(pick))
                    copy.write_row((npc_id, char_id, "Player", "utterance", "player", "",
                                    texts[pick], 3.0, "bench", when, when, vector))  # fmt: skip
        loading = time.perf_counter() - began
    return pairs, friends, loading


def _built() -> float:
    began = time.perf_counter()
    with in_owner(), connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(
            f"CREATE INDEX {INDEX} ON npc_memories USING hnsw (embedding vector_cosine_ops) "
            "WITH (m = 16, ef_construction = 64)"
        )
        seconds = time.perf_counter() - began
        cursor.execute("ANALYZE npc_memories")
    return seconds


@contextmanager
def _planner(*values: str) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            for value in values:
                cursor.execute(f"SET LOCAL {value}")
        yield


def _timed(questions: Sequence[Question], search: Callable[[Question], list[int]]) -> list[Found]:
    search(questions[0])
    found = []
    for question in questions:
        began = time.perf_counter()
        ids = search(question)
        found.append(Found(time.perf_counter() - began, ids))
    return found


def _of_pair(whose: str) -> Callable[[Question], list[int]]:
    return lambda one: _ids(OF_A_PAIR, [*getattr(one, whose), str(one.vector)])


def _nearest(question: Question) -> list[int]:
    return _ids(NEAREST, [str(question.vector)])


def _ids(sql: str, values: list[str | int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _product(whose: str) -> Callable[[Question], list[int]]:
    def search(question: Question) -> list[int]:
        npc_id, char_id = getattr(question, whose)
        found = memory.search(
            npc_id, char_id, question.text, question.vector,
            language="en", limit=10, now=datetime.now(UTC),
        )  # fmt: skip
        return [one.id for one in found]

    return search


def _best(question: Question, pair: Pair) -> list[int]:
    """The ten best by the product's order, without a choice of candidates."""
    asked = np.array(question.vector)
    kept = NpcMemory.objects.about(*pair).order_by("happened_at", "pk")
    cosines = np.array([float(np.dot(asked, np.asarray(row.embedding))) for row in kept])
    read = [
        (row.pk, row.text, row.speaker, row.subject, row.place, row.happened_at, row.importance,
         row.context, row.scope, row.kind, cosine)
        for row, cosine in zip(kept, cosines, strict=True)
    ]  # fmt: skip
    order = rank(
        memory.indexed(read, "en"), Asked(text=question.text, at=datetime.now(UTC)), [cosines]
    )
    return [read[at][0] for at in order.best(10)]


def _row(name: str, taken: list[Found], truth: list[list[int]], all_found: Answers) -> results.Row:
    seconds = median(each.seconds for each in taken)
    whose = name.partition(",")[0]
    base, _ = all_found[f"{whose}{EXACTLY}" if whose in PAIRS else SCANNED]
    ratio = median(each.seconds for each in base) / seconds
    shares = [
        len(set(each.ids) & set(best)) / len(best)
        for each, best in zip(taken, truth, strict=False)
        if best
    ]
    return {
        "way": name,
        "p50 ms": round(1000 * seconds, 2),
        "worst ms": round(1000 * max(each.seconds for each in taken), 2),
        "recall@10": round(sum(shares) / len(shares), 3) if shares else 1.0,
        "ratio": round(ratio, 2),
    }
