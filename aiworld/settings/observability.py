"""Logs."""

from aiworld.settings.env import env

LOG_LEVEL = env("LOG_LEVEL", default="INFO")

METRICS = ["npcs.junk.metrics", "portal.fleet.metrics"]
"""What else is told to Prometheus, by name: functions that cost next to nothing at each scrape."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(server)s] %(message)s"},
    },
    "filters": {"server": {"()": "tenants.logs.ServerFilter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["server"],
        },
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "httpx2": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
        # At DEBUG it writes down all that a page knows: codes, links, keys that are shown once.
        "django.template": {"level": "INFO"},
        # The outbox is looked through every second: a line for each would bury the others.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
