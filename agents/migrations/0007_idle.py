from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0006_reasons")]

    operations = [
        migrations.AddField(
            model_name="agentrun",
            name="idle",
            field=models.CharField(
                blank=True,
                db_comment="Why it changed nothing; empty: it changed something, or is not done.",
                db_default="",
                default="",
                max_length=200,
                verbose_name="changed nothing because",
            ),
        ),
    ]
