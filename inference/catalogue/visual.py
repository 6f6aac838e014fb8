"""Models 26 to 28: pictures. No weights for a game's pictures come in any package (those for
photographs tell dogs from cars), none are made here, and nothing asks: they are missing."""

from __future__ import annotations

from inference.spec import ModelSpec, Weights


def _row(number: int, key: str, network: str) -> ModelSpec:
    return ModelSpec(
        key=key,
        number=number,
        task="classify",
        network=network,
        licence="none yet",
        adapter="untrained",
        weights=Weights(),
        memory=200 * 2**20,
        visual=True,
    )


VISUAL = (
    _row(26, "item_icon", "ResNet-50"),
    _row(27, "outfit", "CNN"),
    _row(28, "screenshot", "EfficientNet-B0"),
)
