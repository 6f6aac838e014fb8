import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("npcs", "0002_modes_history_snapshots")]

    operations = [
        migrations.CreateModel(
            name="ExchangeUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file_name",
                    models.CharField(db_comment="What the file was called.", max_length=120),
                ),
                (
                    "content",
                    models.JSONField(db_comment="The characters or the pack in it, checked."),
                ),
                (
                    "versions",
                    models.JSONField(
                        db_comment="Version of each NPC when the difference was shown.",
                        default=dict,
                    ),
                ),
                ("uploaded_by", models.CharField(db_comment="User name.", max_length=150)),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, db_comment="When. Kept for a day."),
                ),
                ("applied_at", models.DateTimeField(db_comment="When it was applied.", null=True)),
            ],
            options={
                "db_table": "exchange_uploads",
                "db_table_comment": "Files that wait for confirmation.",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="npcknowledge",
            name="pack",
            field=models.CharField(
                blank=True,
                db_comment="Knowledge pack it came with; empty: none.",
                default="",
                max_length=60,
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="NpcCard",
            fields=[
                (
                    "npc",
                    models.OneToOneField(
                        db_comment="The character.",
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="card",
                        serialize=False,
                        to="npcs.npcpersonality",
                    ),
                ),
                (
                    "data",
                    models.JSONField(db_comment="Fields and extensions of the card, as they came."),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, db_comment="Last import.")),
            ],
            options={
                "verbose_name": "character card",
                "verbose_name_plural": "character cards",
                "db_table": "npc_cards",
                "db_table_comment": "The rest of imported character cards.",
            },
        ),
    ]
