"""10,000 lines of players at 40 NPCs, with a language model behind them that tells whatever it was
told: how many answers needed it, whether any told one player of another, what the steps above it
cost beside a bare echo, when the first line is there; and how often two questions that differ are
taken for the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from statistics import median
from typing import cast

import numpy as np

from benchmarks import machine, results, screen, world
from benchmarks.echo import METHOD
from benchmarks.processes import Processes, Started, processes
from benchmarks.replay import lines as made
from benchmarks.replay import talking
from benchmarks.replay.parrot import SECRET
from benchmarks.replay.talking import Heard
from inference import client
from inference.ledger.models import LLMRequestCache
from npcs import following
from npcs.brief import Language
from npcs.gist import gist
from npcs.lexicon import LANGUAGES
from npcs.models import NpcKnowledge, NpcPersonality
from npcs.semantic_cache import CLOSE
from tenants.context import in_tenant
from tenants.models import Server

CALLERS = 8
ROLES = ("blacksmith", "innkeeper", "guard", "merchant", "priest", "sailor", "healer", "elder")
FIRST = "first thing a stream says, the model takes 1 s"
_characters = count(500_000)


def main(*, quick: bool = False, save: bool = False) -> None:
    number = 1000 if quick else 10_000
    replay = made.replay(number)
    with world.game_server() as game, processes() as started:
        started.inference()
        _people(game.server)
        server = _server(started)
        with screen.progress("replay", steps=4) as step, machine.Window(machine.stores()) as window:
            step("an echo")
            echo = _echo(started, replay[:1000])
            step(f"{number} lines")
            heard = talking.replayed(server.address, game.api_key, replay, CALLERS)
            asked = median(_asked(game.server) or [0.0])
            step("first lines")
            first = talking.first_lines(server.address, game.api_key, _new(100), 1)
            step("pairs")
            notes = [_needed(heard), *_told(_hits(made.same()), _hits(made.different()))]
    rows = [*_replayed(heard, asked, echo), _row(FIRST, first, echo, told=0)]
    results.publish(_result(rows, notes, window.others, quick), screen.console, saved=save)


def _result(
    rows: list[results.Row], notes: list[str], others: float, quick: bool
) -> results.Result:
    return results.Result(
        name="replay",
        baseline=f"bare gRPC echo of the same messages, {CALLERS} callers; a ratio is of medians",
        rows=rows,
        others=others,
        quick=quick,
        notes=[
            *notes,
            f"{made.NPCS} NPCs, {made.PLAYERS} players in six languages; what they say is made up "
            "with the repetition described in `benchmarks/replay/lines.py`. Aims: 70 % answered "
            "without the model, none that tells one player of another, false hits below 1 %.",
            "The model is a fake on this machine that answers at once and says every player's "
            "secret in its prompt; the median of its own time is taken off answers by llm.",
            f"{CALLERS} callers at once share the machine with the server; the first lines are "
            "measured one after the other.",
        ],
    )


def _people(server: Server) -> None:
    with in_tenant(server):
        for at in range(made.NPCS):
            npc = NpcPersonality.objects.create(
                key=talking.key(at), name=f"Npc{at}", map_name="prontera", x=100 + at, y=100,
                role=ROLES[at % len(ROLES)], extraversion=(at % 10) / 10,
                agreeableness=(at % 7) / 6,
            )  # fmt: skip
            NpcKnowledge.objects.bulk_create(
                NpcKnowledge(npc=npc, text=text, position=number)
                for number, text in enumerate(_facts(at))
            )
        while following.backfill():
            pass


def _facts(npc: int) -> list[str]:
    slots = made.book()["en"]["slots"]
    gates = ("east", "west", "north")
    return [
        *(f"A {it} costs {100 * (npc + n)} zeny." for n, it in enumerate(slots["thing"], 1)),
        *(
            f"The {it} stands by the {gate} gate."
            for it, gate in zip(slots["place"], gates, strict=False)
        ),
        *(f"{who} came to town {npc + n} years ago." for n, who in enumerate(slots["name"], 2)),
    ]


def _server(started: Processes) -> Started:
    model = started.parrot()
    return started.grpc_server(
        "grpc", {"DEEPSEEK_API_BASE": f"http://{model.address}/v1", "DEEPSEEK_API_KEY": ""}
    )


def _echo(started: Processes, replay: Sequence[made.Line]) -> list[float]:
    payloads = [talking.request(line).SerializeToString() for line in replay]
    return talking.echoed(started.echo().address, METHOD, payloads, CALLERS)


def _new(number: int) -> list[made.Line]:
    """Questions that only the model can answer, and it takes its time."""
    return [
        made.Line("new", at % made.NPCS, next(_characters), "en", f"Who fed the {at} ravens?")
        for at in range(number)
    ]


def _asked(server: Server) -> list[float]:
    """Seconds of each call of the model in the replay."""
    with in_tenant(server):
        return list(LLMRequestCache.objects.order_by("pk").values_list("seconds", flat=True))


def _replayed(heard: Sequence[Heard], asked: float, echo: Sequence[float]) -> Iterator[results.Row]:
    """All lines, then each source. `asked`: seconds that the model itself takes."""
    without = sum(one.source != "llm" for one in heard) / len(heard)
    times = [one.seconds - (asked if one.source == "llm" else 0) for one in heard]
    told = sum(map(_tells_of_another, heard))
    yield _row(f"answered without the model: {without:.1%}", times, echo, told=told)
    for source, _ in Counter(one.source for one in heard).most_common():
        pairs = zip(heard, times, strict=True)
        those = [(one, took) for one, took in pairs if one.source == source]
        told = sum(_tells_of_another(one) for one, _ in those)
        yield _row(f"by {source}", [took for _, took in those], echo, told=told)


def _needed(heard: Sequence[Heard]) -> str:
    """Which lines the model was needed for."""
    all_of = Counter(one.line.kind for one in heard)
    those = Counter(one.line.kind for one in heard if one.source == "llm")
    shares = ", ".join(f"{kind} {those[kind]} of {all_of[kind]}" for kind in made.KINDS)
    return f"Lines that needed the model, by kind, with caches cold at the first line: {shares}."


def _tells_of_another(heard: Heard) -> bool:
    own = made.secret(heard.line.player)
    return any(name != own for name in SECRET.findall(heard.text))


def _row(what: str, seconds: Sequence[float], echo: Sequence[float], *, told: int) -> results.Row:
    middle = median(seconds)
    return {
        "what": what,
        "number": len(seconds),
        "told of another": told,
        "p50 ms": round(1000 * middle, 2),
        "p95 ms": round(1000 * _percentile(seconds, 0.95), 2),
        "added p50 ms": round(1000 * (middle - median(echo)), 2),
        "ratio": round(middle / median(echo), 2),
    }


def _percentile(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _hits(pairs: Iterable[tuple[str, str, str]]) -> tuple[int, int, int]:
    """Of so many pairs: taken for the same question; so close by the vectors alone."""
    known = [each for each in pairs if each[0] in LANGUAGES]
    texts = list({text for _, *both in known for text in both})
    vectors = dict(zip(texts, client.embed_now(texts), strict=True))
    hits = close = 0
    for language, one, other in known:
        near = float(np.dot(vectors[one], vectors[other])) >= CLOSE
        found = gist(one, cast(Language, language))
        close += near
        hits += near and found is not None and found == gist(other, cast(Language, language))
    return len(known), hits, close


def _told(same: tuple[int, int, int], different: tuple[int, int, int]) -> list[str]:
    number, false, close = different
    return [
        f"Semantic cache: of {number} pairs of questions that differ {false} were taken for the "
        f"same one ({false / number:.2%}; the cosine alone at {CLOSE} would take "
        f"{close / number:.0%}); of {same[0]} pairs of one question in two wordings {same[1]} "
        f"({same[1] / same[0]:.0%}).",
    ]
