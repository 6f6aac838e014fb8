import django.db.models.deletion
from django.db import migrations, models

LEARNED = """
UPDATE npc_memories m SET learned_from_id = k.id FROM npc_knowledge k
WHERE m.scope = 'town' AND m.request_id ~ '^talk:[0-9]{1,18}:'
    AND k.id = split_part(m.request_id, ':', 2)::bigint
"""
ORPHANED = """
DELETE FROM npc_memories WHERE scope = 'town' AND request_id ~ '^talk:[0-9]{1,18}:'
    AND learned_from_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("npcs", "0016_bonds_reflections_reviews"),
    ]

    operations = [
        migrations.AddField(
            "npcmemory",
            "learned_from",
            models.ForeignKey(
                blank=True,
                db_comment="Of a town: the knowledge that so many passed on; the memory goes with it.",
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="town_memories",
                to="npcs.npcknowledge",
                verbose_name="learned from",
            ),
        ),
        migrations.RunSQL([LEARNED, ORPHANED], migrations.RunSQL.noop),
        migrations.AddIndex(
            "npcmemory",
            models.Index(
                condition=models.Q(("learned_from__isnull", False)),
                fields=["learned_from"],
                name="npc_memories_learned",
            ),
        ),
    ]
