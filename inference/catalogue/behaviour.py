"""Models 10 to 25: what players, prices and quests will do, learned from events."""

from __future__ import annotations

from inference.catalogue.shipped import shipped
from inference.spec import ModelSpec, Task, Weights

FORWARD = "feed-forward, three of them"
WINDOWS = "feed-forward on windows of days, three of them"
OURS = "ours (the repository's licence)"


def _row(number: int, key: str, task: Task, network: str, adapter: str) -> ModelSpec:
    return ModelSpec(
        key=key,
        number=number,
        task=task,
        network=network,
        licence=OURS,
        adapter=adapter,
        weights=shipped(key),
        memory=2**20,
        trained=True,
        max_background_batch=32,
    )


BEHAVIOUR = (
    _row(10, "churn", "score", WINDOWS, "learned"),
    _row(11, "engagement", "score", WINDOWS, "learned"),
    _row(12, "quest_completion", "score", FORWARD, "learned"),
    _row(13, "item_price", "score", WINDOWS, "learned"),
    _row(14, "player_skill", "score", FORWARD, "learned"),
    _row(15, "session_duration", "score", WINDOWS, "learned"),
    _row(16, "bot_detection", "score", WINDOWS, "learned"),
    _row(17, "exploit_detection", "score", "autoencoder, three of them", "learned"),
    _row(
        18,
        "player_similarity",
        "score",
        "feed-forward on the distance of two, three of them",
        "learned",
    ),
    _row(19, "account_sharing", "score", WINDOWS, "learned"),
    _row(20, "market_manipulation", "score", "one round of messages, then feed-forward", "learned"),
    _row(21, "quest_difficulty", "score", FORWARD, "learned"),
    ModelSpec(
        key="dialogue_coherence",
        number=23,
        task="score",
        network="scorer on the shared encoder",
        licence=OURS,
        adapter="untrained",
        weights=Weights(),
        memory=2**20,
        trained=True,
    ),
    _row(24, "reward_balancer", "score", FORWARD, "learned"),
    _row(25, "drop_rate", "score", "linear, on windows of days", "learned"),
)
