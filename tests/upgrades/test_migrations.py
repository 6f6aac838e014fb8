"""Two versions run side by side while processes are renewed one by one, so a migration may only
add: what the older code does not know must not stand in its way. What is taken away goes a release
later, in a migration that says so:

    class Migration(migrations.Migration):
        contracts = "nothing has used this column since 0.2.0"

`released/migrations.txt` names the migrations from before this was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

BEFORE = (Path(__file__).parent / "released" / "migrations.txt").read_text().split()
OURS = ("tenants", "inference", "npcs", "world", "quests", "agents", "ledger")
TAKING = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
ROOT = Path(__file__).parents[2]


def ours():
    loaded = MigrationLoader(None).disk_migrations
    return {f"{app}.{name}": each for (app, name), each in loaded.items() if app in OURS}


def objections(migration) -> list[str]:
    """What the code before it would stumble over."""
    if getattr(migration, "contracts", ""):
        return []
    return [said for operation in migration.operations if (said := objection(operation))]


def objection(operation) -> str:
    if isinstance(operation, TAKING):
        return f"{operation.describe()}: earlier code still uses it"
    if isinstance(operation, migrations.AddField) and not _insertable(operation.field):
        return f"{operation.describe()}: earlier code inserts without it; give it a db_default"
    if not operation.reversible:
        return f"{operation.describe()}: there is no way back"
    return ""


def _insertable(field) -> bool:
    has_default = field.db_default is not models.NOT_PROVIDED
    return field.null or field.many_to_many or has_default or field.primary_key


def test_new_migrations_leave_room_for_the_code_before_them():
    found = {name: objections(each) for name, each in ours().items() if name not in BEFORE}
    assert {name: said for name, said in found.items() if said} == {}


def test_every_migration_can_be_taken_back():
    stuck = [
        name
        for name, each in ours().items()
        if not all(operation.reversible for operation in each.operations)
    ]
    assert stuck == []


def migration(*operations, **attributes):
    return type("Migration", (), {"operations": operations} | attributes)


FIELD = models.IntegerField(default=3)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("npc", "x"),
        migrations.DeleteModel("npc"),
        migrations.RenameField("npc", "x", "y"),
        migrations.AddField("npc", "x", FIELD),
        migrations.RunSQL("DROP TABLE x"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_earlier_code_would_stumble_over_is_refused(operation):
    assert objections(migration(operation))
    assert not objections(migration(operation, contracts="unused since 0.2.0"))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("npc", "x", models.IntegerField(null=True)),
        migrations.AddField("npc", "x", models.IntegerField(db_default=3)),
        migrations.CreateModel("npc", []),
        migrations.RunSQL("CREATE TABLE x ()", "DROP TABLE x"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_only_adds_is_fine(operation):
    assert objections(migration(operation)) == []


def test_the_apps_are_those_that_have_migrations():
    with_migrations = {path.parent.parent.name for path in ROOT.glob("*/migrations/0001_*.py")}
    with_migrations |= {path.parent.parent.name for path in ROOT.glob("*/*/migrations/0001_*.py")}
    assert with_migrations <= set(OURS) and settings.TENANT_APPS
