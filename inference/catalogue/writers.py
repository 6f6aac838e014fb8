"""A small language model, beside the 28: for a machine that may ask nobody else and can wait. It
writes fluently and makes things up, so no price, name or promise is ever taken from it."""

from __future__ import annotations

from inference.spec import Hub, ModelSpec, Weights

WRITER = "writer"
MIB = 2**20

WRITERS = (
    ModelSpec(
        key=WRITER,
        number=29,
        task="generate",
        network="SmolLM2-135M-Instruct: Llama, 30 layers, 135 M parameters",
        licence="Apache-2.0",
        adapter="writer",
        weights=Weights(folder=f"hub/{WRITER}", manifest=True),
        memory=1200 * MIB,
        devices=("cpu", "cuda", "mps"),
        max_batch=1,
        max_background_batch=1,
        hub=Hub(
            repository="HuggingFaceTB/SmolLM2-135M-Instruct",
            revision="12fd25f77366fa6b3b4b768ec3050bf629380bac",
            licence="Apache-2.0",
            megabytes=269,
        ),
    ),
)
