"""The task queue. Read by `Celery.config_from_object` with the CELERY_ prefix."""

from celery.schedules import crontab

from aiworld.settings.env import env

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/1")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # a worker logs as every other process does
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = env.int("CELERY_TASK_SOFT_TIME_LIMIT", default=60)
CELERY_TASK_TIME_LIMIT = env.int("CELERY_TASK_TIME_LIMIT", default=90)
# A task whose worker was killed comes back after the lease, not after an hour; the lease is longer
# than the hard limit (aiworld/checks.py), or slow tasks would run twice.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("CELERY_LEASE", default=180),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
GOSSIP_TELLINGS = env.int("GOSSIP_TELLINGS", default=6)
"""How often, at most, NPCs of one server pass something on within five minutes. 0: never."""
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "relay the outbox": {"task": "tenants.tasks.relay_outbox", "schedule": 1.0},
    "relay the jobs": {"task": "tenants.tasks.relay_jobs", "schedule": 1.0},
    "remove departed servers": {"task": "tenants.tasks.remove_departed", "schedule": 300.0},
    "fill in missing embeddings": {
        "task": "npcs.tasks.backfill_embeddings",
        "schedule": 30.0,
    },
    "know who talked": {"task": "world.tasks.meet_talkers", "schedule": 30.0},
    "let NPCs talk among themselves": {
        "task": "world.tasks.spread_gossip",
        "schedule": 300.0,
    },
    "begin and end world events": {"task": "world.tasks.keep_time", "schedule": 15.0},
    "let tales go on": {"task": "world.tasks.tell_tales", "schedule": 60.0},
    "take stock of the world": {
        "task": "world.tasks.take_stock",
        "schedule": crontab(minute=2),
    },
    "look ahead: predictions, and what models learn": {
        "task": "world.tasks.look_ahead",
        "schedule": crontab(hour=4, minute=30),
    },
    "score what was expected of quests": {
        "task": "quests.tasks.score_expectations",
        "schedule": crontab(hour=4, minute=20),
    },
    "end takeovers of who is gone": {
        "task": "npcs.tasks.end_lapsed_takeovers",
        "schedule": 30.0,
    },
    "tell staff of severe turns": {"task": "npcs.tasks.mail_alerts", "schedule": 60.0},
    "report the fleet of models": {"task": "inference.tasks.report_fleet", "schedule": 30.0},
    "train what operators asked for": {"task": "inference.tasks.train_models", "schedule": 10.0},
    "roll up usage": {
        "task": "npcs.tasks.roll_up_usage",
        "schedule": crontab(minute=10),
    },
    "forget old uploads and undo": {
        "task": "npcs.tasks.forget_old",
        "schedule": crontab(hour=3, minute=40),
    },
    "consolidate memories": {
        "task": "npcs.tasks.consolidate_memories",
        "schedule": crontab(hour="2-5", minute="5,20,35,50"),
    },
    "reflect on what players said": {
        "task": "npcs.tasks.reflect",
        "schedule": crontab(hour="2-5", minute="10,25,40,55"),
    },
    "bonds among NPCs fade": {
        "task": "npcs.tasks.fade_bonds",
        "schedule": crontab(hour=3, minute=30),
    },
    "look through what was said": {"task": "npcs.tasks.review_talks", "schedule": 300.0},
    "measure junk among memories": {
        "task": "npcs.tasks.measure_junk",
        "schedule": crontab(hour=6, minute=20),
    },
    "memories cross to the owner's other servers": {
        "task": "npcs.tasks.cross_memories",
        "schedule": crontab(minute=45),
    },
    "hand over what agents have to do": {"task": "agents.tasks.hand_over", "schedule": 60.0},
    "forget old runs of agents": {
        "task": "agents.tasks.forget_old",
        "schedule": crontab(hour=3, minute=50),
    },
    "clear exports": {
        "task": "portal.tasks.clear_exports",
        "schedule": crontab(minute=25),
    },
    "remove servers that nobody used": {
        "task": "tenants.tasks.remove_unclaimed",
        "schedule": crontab(hour=4, minute=10),
    },
    "forget answers that may not be repeated": {
        "task": "tenants.tasks.forget_answers",
        "schedule": 300.0,
    },
    "end quests whose time is over": {"task": "quests.tasks.expire", "schedule": 60.0},
    "back up, and prove it": {
        "task": "tenants.tasks.back_up",
        "schedule": crontab(hour=1, minute=30),
    },
    "keep partitions": {
        "task": "tenants.tasks.keep_partitions",
        "schedule": crontab(hour=3, minute=10),
    },
}
