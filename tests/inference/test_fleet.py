from inference import fleet
from inference.catalogue import EMBEDDER, MODELS
from inference.models import MLModelCache
from portal.fleet import TOLD, metrics


def test_the_fleet_is_reported_and_updated(committed, settings, address):
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", address
    MLModelCache.objects.create(name="gone", version="1", task="embed", status="ready")
    assert fleet.report() == fleet.report() == len(MODELS) == MLModelCache.objects.count()
    row = MLModelCache.objects.get(name=EMBEDDER)
    assert (row.task, row.status, row.device) == ("embed", "ready", "cpu")
    assert row.memory_bytes > 10_000_000
    assert len(row.version) == 64
    head = MLModelCache.objects.get(name="toxicity")
    assert head.value > head.baseline
    assert (head.weights, head.trained_at is None) == ("real", False)
    told = {metric.name: metric for metric in metrics()}
    assert told.keys() == {name for name, _, _ in TOLD}
    samples = told["aiworld_model_memory_bytes"].samples
    assert {labels["model"]: value for labels, value in samples}[EMBEDDER] == row.memory_bytes
    MLModelCache.objects.all().delete()
    assert metrics() == []
