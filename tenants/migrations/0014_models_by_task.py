from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0013_outbox_subject"),
    ]

    operations = [
        migrations.AddField(
            "serverllm",
            "task_models",
            models.JSONField(
                blank=True,
                db_comment="Names of other models there: by planning, extraction or moderation.",
                default=dict,
                verbose_name="models by task",
            ),
        ),
    ]
