from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import migrations, models

PRICE = {
    "blank": True,
    "db_comment": "Of a million tokens, as the owner entered it; null: found by inference.prices.",
    "decimal_places": 4,
    "max_digits": 10,
    "null": True,
    "validators": [MinValueValidator(0)],
}


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0011_client_links"),
    ]

    operations = [
        migrations.AddField(
            "serverllm",
            "monthly_cap",
            models.DecimalField(
                db_comment="What its provider may charge the owner in a month, in LLM_PRICE_CURRENCY.",
                decimal_places=2,
                default=Decimal(10),
                max_digits=10,
                validators=[MinValueValidator(0)],
                verbose_name="most a month",
            ),
        ),
        migrations.AddField(
            "serverllm",
            "price_input",
            models.DecimalField(verbose_name="price of what is sent", **PRICE),
        ),
        migrations.AddField(
            "serverllm",
            "price_output",
            models.DecimalField(verbose_name="price of what is written", **PRICE),
        ),
    ]
