from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("npcs", "0017_what_towns_learned"),
    ]

    operations = [
        migrations.AddField(
            model_name="npcrelationship",
            name="bond_day",
            field=models.DateField(
                blank=True,
                db_comment="Day bond_moved counts for.",
                null=True,
                verbose_name="bond day",
            ),
        ),
        migrations.AddField(
            model_name="npcrelationship",
            name="bond_moved",
            field=models.SmallIntegerField(
                db_comment="How far bond moved on that day.",
                db_default=0,
                default=0,
                verbose_name="bond moved",
            ),
        ),
    ]
