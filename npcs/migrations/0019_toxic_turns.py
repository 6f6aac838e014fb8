from django.db import migrations, models

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
    ("toxic", "Meant to hurt, as a model finds"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("npcs", "0018_bond_moves"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="turnflag", name="turn_flags_reason_known"),
        migrations.AlterField(
            model_name="turnflag",
            name="reason",
            field=models.CharField(
                choices=REASONS,
                db_comment="offensive, out_of_character, wrong, other; the others are automatic.",
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="turnflag",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", [reason for reason, _ in REASONS])),
                name="turn_flags_reason_known",
            ),
        ),
    ]
