from django.db import migrations, models


def text(label, length, comment):
    return models.CharField(blank=True, db_comment=comment, max_length=length, verbose_name=label)


def figure(label, comment):
    return models.FloatField(blank=True, db_comment=comment, null=True, verbose_name=label)


def count(label, comment):
    return models.BigIntegerField(db_comment=comment, default=0, verbose_name=label)


def seconds(label, comment):
    return models.FloatField(db_comment=comment, default=0.0, verbose_name=label)


FIELDS = {
    "number": models.PositiveSmallIntegerField(
        db_comment="Among the 28 of the catalogue.", default=0, verbose_name="number"
    ),
    "weights": text("weights", 12, "real, simulated or missing."),
    "metric": text("metric", 60, "What value and baseline measure."),
    "value": figure("value", "By that metric; empty: not measured."),
    "baseline": figure("baseline", "What a plain statistic reaches."),
    "trained_at": models.DateTimeField(
        blank=True,
        db_comment="When its weights were made.",
        null=True,
        verbose_name="last trained",
    ),
    "reason": text("reason", 300, "Why it is not ready."),
    "batches": count("batches", "Batches it has run since its process began."),
    "failures": count("failures", "Items it failed on, refused or let expire."),
    "queue_seconds": seconds("seconds in the queue", "Of all items together."),
    "run_seconds": seconds("seconds of work", "Of all batches together."),
}


class Migration(migrations.Migration):
    dependencies = [
        ("inference", "0002_labels"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="mlmodelcache",
            options={
                "ordering": ["number", "name"],
                "verbose_name": "model",
                "verbose_name_plural": "models",
            },
        ),
        *(
            migrations.AddField(model_name="mlmodelcache", name=name, field=field)
            for name, field in FIELDS.items()
        ),
        migrations.AlterField(
            model_name="mlmodelcache",
            name="status",
            field=models.CharField(
                db_comment="missing, untrained, baseline, unloaded, loading, ready, failed.",
                max_length=12,
                verbose_name="status",
            ),
        ),
    ]
