"""Celery entry points of the models."""

from __future__ import annotations

from celery import shared_task

from inference import fleet


@shared_task(name="inference.tasks.report_fleet", expires=20)
def report_fleet() -> int:
    """Note what the inference process says of its models."""
    return fleet.report()
