import django.core.validators
from django.db import migrations, models

# What talk alone brings about ends at 60; what is beyond that, or below 0, people have set.
SET_BY_PEOPLE = """
UPDATE npc_relationships SET bond_resting = bond
WHERE other_npc_id IS NOT NULL AND (bond > 60 OR bond < 0)
"""
BOND = [
    django.core.validators.MinValueValidator(-100),
    django.core.validators.MaxValueValidator(100),
]
REASONS = [
    ("offensive", "Offensive"),
    ("out_of_character", "Out of character"),
    ("wrong", "Wrong"),
    ("other", "Something else"),
    ("trick", "Player may be tricking the AI"),
    ("cleaned", "Words of the AI were removed"),
    ("blocked", "An answer of the AI was not said"),
    ("swearing", "Swear words"),
    ("suspected", "A model finds it worth a look"),
    ("severe", "Severe: look at it now"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("npcs", "0015_turns_by_words"),
    ]

    operations = [
        migrations.AddField(
            "npcrelationship",
            "bond_resting",
            models.SmallIntegerField(
                db_comment="What the bond comes back to when they have nothing to do with each other.",
                db_default=0,
                default=0,
                help_text="What the bond comes back to by itself; what you set it to, if you leave this.",
                validators=BOND,
                verbose_name="resting bond",
            ),
        ),
        migrations.AddField(
            "npcrelationship",
            "bond_faded_on",
            models.DateField(
                blank=True,
                db_comment="Day on which it last came a step back.",
                editable=False,
                null=True,
                verbose_name="bond faded on",
            ),
        ),
        migrations.AddField(
            "npcrelationship",
            "reflected_at",
            models.DateTimeField(
                blank=True,
                db_comment="When a language model was last asked what the NPC notices about the player.",
                editable=False,
                null=True,
                verbose_name="reflected at",
            ),
        ),
        migrations.RunSQL(SET_BY_PEOPLE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "npcrelationship",
            models.CheckConstraint(
                condition=models.Q(("bond_resting__gte", -100), ("bond_resting__lte", 100)),
                name="npc_relationships_bond_resting_range",
            ),
        ),
        migrations.AddField(
            "conversation",
            "reviewed_turn_id",
            models.BigIntegerField(
                db_comment="Turns up to here were looked through by a model for moderation.",
                db_default=0,
                default=0,
                editable=False,
                verbose_name="reviewed turn id",
            ),
        ),
        migrations.AlterField(
            "conversationturn",
            "prompt_version",
            models.CharField(
                blank=True,
                db_comment="Version of the prompt templates when it was answered.",
                max_length=16,
                verbose_name="prompt version",
            ),
        ),
        migrations.RemoveConstraint("turnflag", "turn_flags_reason_known"),
        migrations.AlterField(
            "turnflag",
            "reason",
            models.CharField(
                choices=REASONS,
                db_comment="offensive, out_of_character, wrong, other; the others are automatic.",
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.AddConstraint(
            "turnflag",
            models.CheckConstraint(
                condition=models.Q(("reason__in", [name for name, _ in REASONS])),
                name="turn_flags_reason_known",
            ),
        ),
    ]
