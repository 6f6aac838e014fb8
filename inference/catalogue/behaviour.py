"""Models 10 to 25: what players, prices and quests will do, learned from events."""

from __future__ import annotations

from inference.catalogue.shipped import shipped
from inference.spec import ModelSpec, Task

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
    _row(10, "churn", "score", "LSTM", "untrained"),
    _row(11, "engagement", "forecast", "transformer", "untrained"),
    _row(12, "quest_completion", "score", "feed-forward", "untrained"),
    _row(13, "item_price", "forecast", "LSTM", "untrained"),
    _row(14, "player_skill", "score", "feed-forward", "untrained"),
    _row(15, "session_duration", "forecast", "GRU", "untrained"),
    _row(16, "bot_detection", "score", "ensemble on sequences of behaviour", "untrained"),
    _row(17, "exploit_detection", "score", "autoencoder", "untrained"),
    _row(18, "player_similarity", "score", "siamese net", "untrained"),
    _row(19, "account_sharing", "score", "behavioural net", "untrained"),
    _row(20, "market_manipulation", "score", "small graph net", "untrained"),
    _row(21, "quest_difficulty", "score", "feed-forward", "untrained"),
    _row(22, "personality_validator", "score", "classifier", "untrained"),
    _row(23, "dialogue_coherence", "score", "scorer on the shared encoder", "untrained"),
    _row(24, "reward_balancer", "score", "value net", "untrained"),
    _row(25, "drop_rate", "score", "policy net", "untrained"),
)
