"""Models and the LLM."""

import os
from pathlib import Path

from aiworld.settings.env import DATA_DIR, env

INFERENCE_BACKEND = env("INFERENCE_BACKEND", default="remote")
"""remote: the inference process answers; local: this process loads the models; fake: tests."""
INFERENCE_SOCKET = env("INFERENCE_SOCKET", default=str(DATA_DIR / "run" / "inference.sock"))
INFERENCE_TOKEN = env("INFERENCE_TOKEN", default="")
"""What callers over TCP have to know; a unix socket needs none."""
INFERENCE_TLS_CERT = env("INFERENCE_TLS_CERT", default="")
INFERENCE_TLS_KEY = env("INFERENCE_TLS_KEY", default="")
"""Of the inference process at tls://: PEM files."""
INFERENCE_TLS_CA = env("INFERENCE_TLS_CA", default="")
"""Who has to have signed its certificate; empty: one of the system's authorities."""
INFERENCE_TIMEOUT = env.float("INFERENCE_TIMEOUT", default=1.0)
"""Seconds a dialogue waits for an embedding before it goes on with words alone."""
ML_DEVICE = env("ML_DEVICE", default="cpu")
"""cpu, cuda or mps: see docs/how-to/use-a-gpu.md."""
ML_FP16_INFERENCE = env.bool("ML_FP16_INFERENCE", default=ML_DEVICE != "cpu")
"""Networks in 16 bits."""
ML_BATCH_SIZE = env.int("ML_BATCH_SIZE", default=32)
"""Texts, rows or pairs that are worked on together, at most."""
ML_WORKERS = env.int("ML_WORKERS", default=max(1, (os.cpu_count() or 1) // 2))
"""Threads of the shared encoder, each on one core."""
ML_MODEL_PATH = Path(env("ML_MODEL_PATH", default=str(DATA_DIR / "models")))
ML_HUB = env("ML_HUB", default="https://huggingface.co")
"""Where `manage.py models download` fetches from: a hub, a mirror of one, or a folder."""
ML_MEMORY_MIB = env.int("ML_MEMORY_MIB", default=12288)
"""For all models together; the least used ones are unloaded before it is exceeded."""
LOAD_VISUAL_MODELS = env.bool("LOAD_VISUAL_MODELS", default=False)
"""Whether the models of pictures are in the fleet."""

EMBEDDING_ENGINE_URL = env("EMBEDDING_ENGINE_URL", default="")
EMBEDDING_ENGINE_API = env("EMBEDDING_ENGINE_API", default="tei")
EMBEDDING_ENGINE_MODEL = env("EMBEDDING_ENGINE_MODEL", default="")
EMBEDDING_ENGINE_KEY = env("EMBEDDING_ENGINE_KEY", default="")
"""Who runs the shared encoder instead of the inference process; tei or openai."""
RERANKER_ENGINE_URL = env("RERANKER_ENGINE_URL", default="")
RERANKER_ENGINE_API = env("RERANKER_ENGINE_API", default="tei")
RERANKER_ENGINE_MODEL = env("RERANKER_ENGINE_MODEL", default="")
RERANKER_ENGINE_KEY = env("RERANKER_ENGINE_KEY", default="")
ENGINE_CA = env("ENGINE_CA", default="")
"""Who has to have signed their certificates; empty: one of the system's authorities."""
ENGINE_TIMEOUT = env.float("ENGINE_TIMEOUT", default=5.0)
"""Seconds, for one batch."""

DEEPSEEK_API_KEY = env("DEEPSEEK_API_KEY", default="")
DEEPSEEK_API_BASE = env("DEEPSEEK_API_BASE", default="https://api.deepseek.com")
DEEPSEEK_MODEL = env("DEEPSEEK_MODEL", default="deepseek-chat")
DEEPSEEK_MAX_TOKENS = env.int("DEEPSEEK_MAX_TOKENS", default=220)
DEEPSEEK_TEMPERATURE = env.float("DEEPSEEK_TEMPERATURE", default=0.8)
DEEPSEEK_TIMEOUT = env.float("DEEPSEEK_TIMEOUT", default=4.0)
"""Seconds, total, for one answer; shorter when the caller's deadline is."""
LLM_PROFILE = env("LLM_PROFILE", default="")
"""What kind of endpoint it is (`inference/providers/profiles.py`); empty: told by its address."""
LLM_FALLBACK_API_BASE = env("LLM_FALLBACK_API_BASE", default="")
LLM_FALLBACK_API_KEY = env("LLM_FALLBACK_API_KEY", default="")
LLM_FALLBACK_MODEL = env("LLM_FALLBACK_MODEL", default="")
LLM_FALLBACK_PROFILE = env("LLM_FALLBACK_PROFILE", default="")
"""A second endpoint, asked when the first fails or is silent for LLM_HEDGE_AFTER."""
LLM_HEDGE_AFTER = env.float("LLM_HEDGE_AFTER", default=1.5)
"""Seconds; 0: only when the first has failed."""
LLM_PROMPT_TOKENS = env.int("LLM_PROMPT_TOKENS", default=3000)
"""Of a dialogue's prompt, at most; less where the endpoint's context is smaller."""
LLM_TASK_TIMEOUT = env.float("LLM_TASK_TIMEOUT", default=30.0)
"""Seconds, total, for an answer that no player waits for, such as extraction."""
LLM_TASKS = {
    "extraction": {
        "base_url": env("LLM_EXTRACTION_API_BASE", default=""),
        "key": env("LLM_EXTRACTION_API_KEY", default=""),
        "model": env("LLM_EXTRACTION_MODEL", default=""),
    },
    "moderation": {
        "base_url": env("LLM_MODERATION_API_BASE", default=""),
        "key": env("LLM_MODERATION_API_KEY", default=""),
        "model": env("LLM_MODERATION_MODEL", default=""),
    },
    "planning": {
        "base_url": env("LLM_PLANNING_API_BASE", default=""),
        "key": env("LLM_PLANNING_API_KEY", default=""),
        "model": env("LLM_PLANNING_MODEL", default=""),
    },
}
"""Another model for a task; with a base URL, of another endpoint, which gets its own key only."""
LLM_PRICE_INPUT = env.float("LLM_PRICE_INPUT", default=None)
LLM_PRICE_OUTPUT = env.float("LLM_PRICE_OUTPUT", default=None)
"""Of a million tokens sent, and written, as the provider charges them. None: see inference.prices;
0 says that it is free."""
LLM_PRICE_CACHED = env.float("LLM_PRICE_CACHED", default=LLM_PRICE_INPUT)
"""Of a million tokens of a prompt that the provider still had, from its prefix cache."""
LLM_PRICES = env.json("LLM_PRICES", default={})
"""By model, where there are several: {"deepseek-chat": {"input": 0.27, "cached": 0.07, "output":
1.1}}. A name counts for all models that begin with it; the longest one that fits is taken."""
LLM_PRICE_CURRENCY = env("LLM_PRICE_CURRENCY", default="USD")
LLM_ALLOWED_PRIVATE_HOSTS = env.list("LLM_ALLOWED_PRIVATE_HOSTS", default=[])
"""host:port of the operator's own network that servers' own LLM addresses may name, also without
TLS; all others have to be on the public Internet."""
