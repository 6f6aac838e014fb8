import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("npcs", "0014_decisions_asked_for"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="conversationturn",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("player_text"), name="gin_trgm_ops"
                ),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("npc_text"), name="gin_trgm_ops"
                ),
                name="conversation_turns_words",
            ),
        ),
    ]
