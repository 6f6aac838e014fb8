from inference import fleet
from inference.catalogue import EMBEDDER, MODELS
from inference.models import MLModelCache


def test_the_fleet_is_reported_and_updated(committed, settings, address):
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", address
    assert fleet.report() == fleet.report() == len(MODELS)
    row = MLModelCache.objects.get(name=EMBEDDER)
    assert (row.task, row.status, row.device) == ("embed", "ready", "cpu")
    assert row.memory_bytes > 10_000_000
    assert len(row.version) == 64
    MLModelCache.objects.all().delete()
