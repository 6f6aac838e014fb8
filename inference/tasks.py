"""Celery entry points of the models."""

from __future__ import annotations

from celery import shared_task

from inference import fleet, orders


@shared_task(name="inference.tasks.report_fleet", expires=20)
def report_fleet() -> int:
    """Note what the inference process says of its models."""
    return fleet.report()


TRAINING_SECONDS = 60 * 60


@shared_task(
    name="inference.tasks.train_models",
    expires=10,
    soft_time_limit=TRAINING_SECONDS,
    time_limit=TRAINING_SECONDS + 60,
)
def train_models() -> int:
    """What an operator asked to be trained."""
    return orders.go_on()
