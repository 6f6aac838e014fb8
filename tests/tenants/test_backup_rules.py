"""Rules of backups that need no database."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from aiworld.errors import Conflict, Invalid, NotFound, Unavailable
from tenants.backups import counting, figures, keys, manifest, retention, store
from tenants.backups.manifest import Manifest, Part
from tenants.backups.store import Backup

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_RECIPIENTS, settings.BACKUP_KEY_FILE = [], None


def backup(hours_ago, *, server_id="", proven=False):
    at = NOW - timedelta(hours=hours_ago)
    about = {"made_at": at.isoformat(), "server_id": server_id}
    if proven:
        about["proven_at"] = at.isoformat()
    return Backup(path=Path(f"{hours_ago}-{server_id}"), about=about)


def kept(backups, **rules):
    gone = retention.obsolete(backups, NOW, **rules)
    return [each for each in backups if each not in gone]


def test_the_last_of_each_day_and_of_each_week_is_kept():
    backups = [backup(6 * at) for at in range(4 * 60)]  # four a day for two months
    days = {each.made_at.date() for each in kept(backups, days=7, weeks=0)}
    assert len(kept(backups, days=7, weeks=0)) == 7 and min(days) == datetime(2026, 11, 12).date()
    weeks = kept(backups, days=0, weeks=4)
    assert [each.made_at.isocalendar().week for each in weeks] == [47, 46, 45, 44]


def test_the_newest_and_the_newest_that_was_proven_are_never_deleted():
    backups = [backup(9000), backup(9100, proven=True), backup(9200, proven=True)]
    assert kept(backups, days=7, weeks=4) == backups[:2]


def test_a_backup_of_one_server_does_not_stand_for_one_of_all():
    one, whole = backup(1, server_id="server-1"), backup(100)
    assert kept([one, whole], days=1, weeks=0) == [one, whole]
    assert kept([backup(30, server_id="server-1"), whole], days=1, weeks=0) == [whole]


def test_what_differs_is_said():
    wanted = {"a": [2, "5"], "b": [1, "7"], "c": [0, "0"], "d": [1, "1"]}
    found = {"a": [3, "5"], "b": [1, "8"], "c": [0, "0"], "e": [1, "1"]}
    assert counting.differences(wanted, found) == [
        "a has 3 rows, not 2",
        "b has 1 rows, but not the same ones",
        "d is missing",
        "e was not in the backup",
    ]
    assert counting.differences(wanted, dict(wanted)) == []


def told(**fields):
    return Manifest(
        **{
            "made_at": NOW,
            "version": "9.0",
            "postgres": "18.6",
            "login": "aiworld",
            "migrations": ["npcs.0001_initial"],
            "parts": [Part(schema="server_1", file="x", server={"server_id": "server-1"})],
        }
        | fields
    )


def test_a_manifest_reads_as_it_was_written():
    assert manifest.read(manifest.written(told())) == told()
    assert told().part("server-1") is not None and not told().whole
    with pytest.raises(Invalid, match="server-2 is not in this backup; it has server-1"):
        told().part("server-2")


def test_a_newer_version_is_named():
    with pytest.raises(Conflict, match=r"newer version \(9\.0\)"):
        manifest.check_known(told(migrations=["npcs.9999_later"]), {"npcs.0001_initial"})
    newer = manifest.written(told()).replace(b'"format": 1', b'"format": 2')
    with pytest.raises(Conflict, match="version 9.0"):
        manifest.read(newer)
    with pytest.raises(Invalid):
        manifest.read(b"{}")


def test_a_key_is_made_for_us_alone_and_never_overwritten(tmp_path, capsys):
    path = tmp_path / "keys" / "backup.key"
    call_command("backup_key", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [identity] = keys.identities(path)
    assert identity.startswith("AGE-SECRET-KEY-1") and identity not in capsys.readouterr().out
    with pytest.raises(CommandError, match="not overwritten"):
        call_command("backup_key", str(path))
    path.chmod(0o644)
    with pytest.raises(Invalid, match="chmod 600"):
        keys.identities(path)


def test_without_a_key_nothing_is_written(settings, tmp_path):
    with pytest.raises(Unavailable, match="backup_key"):
        keys.recipients()
    settings.BACKUP_KEY_FILE = tmp_path / "missing"
    with pytest.raises(Unavailable, match="cannot be read"):
        keys.recipients()
    keys.make(settings.BACKUP_KEY_FILE)
    assert len(keys.recipients()) == 1


def test_a_full_disk_is_said_before_and_meanwhile(monkeypatch, settings):
    with pytest.raises(Unavailable, match="MB are needed"):
        store.require_room(1 << 60)
    with pytest.raises(Unavailable, match="No space left"), store.begun("") as folder:
        (folder / "x").write_text("half")
        raise OSError(28, "No space left on device")
    assert list(settings.BACKUP_DIR.iterdir()) == []


def test_what_is_not_there_is_said():
    with pytest.raises(NotFound, match="no backup of all servers"):
        store.find("latest")
    with pytest.raises(NotFound, match="--list"):
        store.find("20260101T000000Z")


def test_figures_tell_how_old_the_newest_and_the_newest_proven_are():
    assert figures.metrics() == []
    for proven in (True, False):
        with store.begun("") as folder:
            store.tell(folder, made_at=f"20{26 - proven}-01-01T00:00:00+00:00", bytes=7)
            if proven:
                store.tell(folder, proven_at="2025-01-01T00:10:00+00:00")
    found = {each.name: each.samples[0][1] for each in figures.metrics()}
    assert found["aiworld_backup_bytes"] == 7
    age = found["aiworld_backup_proven_age_seconds"] - found["aiworld_backup_age_seconds"]
    assert round(age) == 365 * 86400
