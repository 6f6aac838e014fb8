"""Models and the LLM."""

from pathlib import Path

from aiworld.settings.env import DATA_DIR, env

INFERENCE_BACKEND = env("INFERENCE_BACKEND", default="remote")
"""remote: the inference process answers; local: this process loads the models; fake: tests."""
INFERENCE_SOCKET = env("INFERENCE_SOCKET", default=str(DATA_DIR / "run" / "inference.sock"))
INFERENCE_TIMEOUT = env.float("INFERENCE_TIMEOUT", default=1.0)
"""Seconds a dialogue waits for an embedding before it goes on with words alone."""
ML_DEVICE = env("ML_DEVICE", default="cpu")
"""cpu, or cuda: see docs/how-to/use-a-gpu.md."""
ML_MODEL_PATH = Path(env("ML_MODEL_PATH", default=str(DATA_DIR / "models")))
ML_HUB = env("ML_HUB", default="https://huggingface.co")
"""Where `manage.py models download` fetches from: a hub, a mirror of one, or a folder."""
ML_MEMORY_MIB = env.int("ML_MEMORY_MIB", default=12288)
"""For all models together; the least used ones are unloaded before it is exceeded."""
LOAD_VISUAL_MODELS = env.bool("LOAD_VISUAL_MODELS", default=False)
"""Whether the models of pictures are in the fleet."""

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
