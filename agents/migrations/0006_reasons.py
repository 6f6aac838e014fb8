from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0005_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="agentrun",
            name="final",
            field=models.CharField(
                blank=True,
                db_comment="Why its changes cannot be taken back; empty: they can.",
                db_default="",
                default="",
                max_length=200,
                verbose_name="why not",
            ),
        ),
    ]
