"""Trainings that operators asked for."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inference", "0003_what_models_are_worth")]

    operations = [
        migrations.CreateModel(
            name="ModelTraining",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "model",
                    models.CharField(
                        db_comment="Name in the catalogue.", max_length=60, verbose_name="model"
                    ),
                ),
                (
                    "asked_by",
                    models.CharField(
                        db_comment="User name.", max_length=150, verbose_name="asked by"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        auto_now_add=True, db_comment="When.", verbose_name="asked at"
                    ),
                ),
                (
                    "began_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When a worker took it.",
                        null=True,
                        verbose_name="began at",
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        db_comment="When the last server was done.",
                        null=True,
                        verbose_name="ended at",
                    ),
                ),
                (
                    "lease_until",
                    models.DateTimeField(
                        blank=True,
                        db_comment="Until then its worker counts as alive.",
                        null=True,
                        verbose_name="lease until",
                    ),
                ),
                (
                    "servers",
                    models.JSONField(
                        blank=True,
                        db_comment="Ids, in the order they are trained.",
                        default=list,
                        verbose_name="servers",
                    ),
                ),
                (
                    "total",
                    models.PositiveIntegerField(
                        db_comment="How many.", default=0, verbose_name="servers in all"
                    ),
                ),
                (
                    "done",
                    models.PositiveIntegerField(
                        db_comment="One that took its worker down counts.",
                        default=0,
                        verbose_name="servers begun",
                    ),
                ),
                (
                    "results",
                    models.JSONField(
                        blank=True,
                        db_comment="How many servers by verdict.",
                        default=dict,
                        verbose_name="results",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        db_comment="Why the last that failed did.",
                        max_length=300,
                        verbose_name="note",
                    ),
                ),
            ],
            options={
                "verbose_name": "training",
                "verbose_name_plural": "trainings",
                "db_table": "model_trainings",
                "db_table_comment": "Trainings that operators asked for.",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("model",),
                        name="model_trainings_one_open",
                    )
                ],
            },
        ),
    ]
