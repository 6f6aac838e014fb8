"""Backups: where they lie, who can open them, how long they are kept."""

import tempfile
from pathlib import Path

from aiworld.settings.env import DATA_DIR, env

BACKUP_DIR = Path(env("BACKUP_DIR", default=str(DATA_DIR / "backups")))
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
"""Public keys (age1...) that backups are sealed for; empty: the one of BACKUP_KEY_FILE."""
_key_file = env("BACKUP_KEY_FILE", default="")
BACKUP_KEY_FILE = Path(_key_file) if _key_file else None
"""The secret key. Restoring and proving need it; making a backup does not."""
BACKUP_SCRATCH_DIR = Path(env("BACKUP_SCRATCH_DIR", default=tempfile.gettempdir()))
"""Where a backup is restored for the proof. A short path: a unix socket is made in it."""
BACKUP_KEEP_DAYS = env.int("BACKUP_KEEP_DAYS", default=7)
BACKUP_KEEP_WEEKS = env.int("BACKUP_KEEP_WEEKS", default=4)
"""Days of which the last backup is kept, and weeks of which one is."""
BACKUP_TIME_LIMIT = env.int("BACKUP_TIME_LIMIT", default=4 * 3600)
"""Seconds the nightly backup, and its proof, may take."""
AFTER_RESTORE = ["npcs.rights.restored.after_restore"]
"""What else is done to one server that came out of a backup, by name; each is told when that was
made."""
