"""Models that an engine elsewhere runs, asked through the same client as ours."""

from __future__ import annotations

import asyncio
import socket

import pytest

from aiworld.errors import Unavailable
from inference import checks, client, predictions
from inference.batching import Overloaded
from inference.cards import read
from inference.catalogue import EMBEDDER, RERANKER, everything
from inference.engine import Engine
from inference.spec import Elsewhere
from tests.inference.certificates import certificate
from tests.inference.engine_elsewhere import running
from tests.inference.serving import serving

LINES = ["Where is the inn?", "The inn is near the fountain."]
KEY = "a key of the operator's"


@pytest.fixture(scope="module")
def real(engine):
    """The vectors of the encoder that is served here."""

    def embed(texts):
        return [(3 * engine.submit(EMBEDDER, text).result(30)).tolist() for text in texts]

    return embed


@pytest.fixture
def away(real):
    with running(real) as engine:
        yield engine


@pytest.fixture
def ask(folders, tmp_path, settings):
    """Our own server with models that run elsewhere behind it; the client asks that one."""
    opened = []

    def ask(**elsewhere):
        ours = Engine(everything(visual=False, elsewhere=elsewhere), folders)
        server = serving(ours, tmp_path / f"{len(opened)}.sock")
        opened.append((ours, server))
        settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", server.__enter__()
        settings.INFERENCE_TIMEOUT = 20.0

    yield ask
    for ours, server in opened:
        server.__exit__(None, None, None)
        ours.close()


def at(engine, api="tei", **more):
    url = engine.url + ("/v1" if api == "openai" else "")
    return Elsewhere(url=url, api=api, model="minilm", **{"timeout": 5.0, **more})


def embed(texts=LINES):
    return asyncio.run(client.embed(texts))


@pytest.mark.parametrize(("api", "path"), [("tei", "/embed"), ("openai", "/v1/embeddings")])
def test_the_encoder_elsewhere_answers_the_same_client_and_feeds_the_heads_here(
    away, ask, engine, api, path
):
    ask(**{EMBEDDER: at(away, api, key=KEY)})
    for text, vector in zip(LINES, embed(), strict=True):
        own = engine.submit(EMBEDDER, text).result(30)
        assert vector == pytest.approx(own.tolist(), abs=1e-5)
    [said] = asyncio.run(predictions.classify(LINES[:1], models=["intent"]))
    assert sum(said.labels["intent"].values()) == pytest.approx(1, abs=1e-3)
    assert {asked[0] for asked in away.asked} == {path}
    assert {asked[2] for asked in away.asked} == {f"Bearer {KEY}"}
    about = asyncio.run(client.models())[EMBEDDER]
    assert (about["device"], about["state"], about["memory"]) == ("elsewhere", "ready", 0)
    assert KEY not in str(about)


@pytest.mark.parametrize("api", ["tei", "openai"])
def test_a_ranker_elsewhere_ranks_each_query_apart(away, ask, api):
    ask(**{RERANKER: at(away, api)})

    async def two():
        return await asyncio.gather(
            predictions.rerank("red apple", ["a tree", "a red apple", "a red hat"]),
            predictions.rerank("old inn", ["an old inn", "a red apple"]),
        )

    assert asyncio.run(two()) == [[0.0, 1.0, 0.5], [1.0, 0.0]]
    assert {asked[1]["query"] for asked in away.asked} == {"red apple", "old inn"}


def test_another_model_behind_the_address_is_noticed(ask):
    with running(lambda texts: [[1.0] * 384 for _ in texts]) as other:
        ask(**{EMBEDDER: at(other)})
        with pytest.raises(Unavailable, match="runs another model"):
            embed()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("key", "rejected the key|HTTP status 401"),
        ("broken", "HTTP status 500"),
        ("nonsense", "makes no sense"),
        ("nan", "makes no sense"),
        ("short", "makes no sense"),
        ("large", "could not be asked"),
        ("drip", "could not be asked"),
    ],
)
def test_an_engine_that_fails_says_how_and_the_rest_of_the_fleet_answers(away, ask, fault, said):
    ask(**{EMBEDDER: at(away, timeout=0.5)})
    assert len(embed()) == 2
    away.fault = fault
    with pytest.raises(Unavailable, match=said) as caught:
        embed(LINES[:1])
    assert KEY not in caught.value.message
    names = read("quest_difficulty").details["names"]
    row = {"names": names, "rows": [[0.0] * len(names)]}
    [score] = asyncio.run(predictions.score([row], model="quest_difficulty"))
    assert len(score["values"]) == 1
    if fault != "key":  # which is not tried again for a minute
        away.fault = None
        assert len(embed()) == 2


def test_an_engine_that_is_busy_is_told_from_one_that_is_broken(away, ask):
    ask(**{EMBEDDER: at(away)})
    assert len(embed()) == 2
    away.fault = "busy"
    with pytest.raises(Overloaded) as caught:
        embed()
    assert caught.value.retry_after == 3.0


def test_an_engine_that_is_away_is_said_so(ask):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gone = Elsewhere(url=f"http://127.0.0.1:{nobody.getsockname()[1]}", api="tei")
        ask(**{EMBEDDER: gone})
        for _ in range(4):
            with pytest.raises(Unavailable, match="could not be asked|does not answer"):
                embed()


def test_the_engines_certificate_has_to_be_one_we_trust(real, ask, tmp_path):
    made = certificate(tmp_path / "tls")
    with running(real, made) as engine:
        ask(**{EMBEDDER: at(engine)})
        with pytest.raises(Unavailable, match="could not be asked"):
            embed()
        ask(**{EMBEDDER: at(engine, authority=made.certificate)})
        assert len(embed()) == 2


def test_settings_that_name_no_engine_or_show_its_key_are_told(settings):
    settings.EMBEDDING_ENGINE_URL, settings.EMBEDDING_ENGINE_API = "http://gpu:8080", "grpc"
    settings.EMBEDDING_ENGINE_KEY = KEY
    assert [found.id for found in checks.engines_are_known()] == [
        "inference.E003",
        "inference.E004",
    ]
    settings.EMBEDDING_ENGINE_URL, settings.EMBEDDING_ENGINE_API = "https://gpu:8080", "tei"
    assert checks.engines_are_known() == []
