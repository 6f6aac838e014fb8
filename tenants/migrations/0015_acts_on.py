from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0014_models_by_task"),
    ]

    operations = [
        migrations.AddField(
            "server",
            "acts_on",
            models.JSONField(
                blank=True,
                db_comment="Kinds of world events that its map-server acts on, as that said last.",
                default=list,
                editable=False,
                verbose_name="acts on",
            ),
        ),
    ]
