"""The operator's page of the models."""

import pytest
from django.utils import timezone

from inference import fleet, orders, predictions, trainers
from inference.catalogue import MODELS
from inference.models import MLModelCache, ModelTraining
from tenants.context import in_tenant
from tests.inference.conftest import address, engine, folders  # noqa: F401
from world.models import PlayerProfile

PAGE = "/admin/inference/mlmodelcache/"


@pytest.fixture
def page(operator, signed_in, settings, address):  # noqa: F811
    settings.INFERENCE_BACKEND, settings.INFERENCE_SOCKET = "remote", address
    fleet.report()
    yield signed_in(operator)
    MLModelCache.objects.all().delete()


def test_every_model_says_what_it_is_worth(page):
    text = page.get(PAGE).text
    for spec in MODELS:
        assert f">{spec.key}<" in text
    assert "macro F1 0.83 /" in text
    assert "missing" in text
    assert "not measured" in text


def test_models_are_loaded_and_unloaded_and_what_cannot_be_says_why(page):
    def change(verb, *names):
        data = {"action": verb, "_selected_action": names}
        return page.post(PAGE, data, follow=True).text

    assert "toxicity: unloaded" in change("unload", "toxicity")
    assert MLModelCache.objects.get(name="toxicity").status == "unloaded"
    text = change("load", "toxicity", "reranker")
    assert "toxicity: loaded" in text
    assert "reranker: the model reranker cannot be loaded" in text
    assert MLModelCache.objects.get(name="toxicity").status == "ready"
    assert MLModelCache.objects.get(name="reranker").reason
    predictions.unload("toxicity")


def test_a_stranger_sees_nothing_of_it(signed_in, stranger):
    assert signed_in(stranger).get(PAGE).status_code in (302, 403, 404)


def test_an_operator_has_a_model_trained_on_every_server_and_sees_how_far_it_is(
    page, server, signed_in, owner
):
    text = page.post(PAGE, {"action": "train", "_selected_action": ["churn", "intent"]},
                     follow=True).text  # fmt: skip
    assert "intent: its weights are the same for all servers" in text
    row = ModelTraining.objects.get()
    assert (row.model, row.total, row.done) == ("churn", 0, 0)
    again = page.post(PAGE, {"action": "train", "_selected_action": ["churn"]}, follow=True).text
    assert "churn: it is being trained just now" in again
    with in_tenant(server):
        PlayerProfile.objects.create(char_id=150_001, name="A", last_seen_at=timezone.now())
    assert orders.go_on() == 1 and orders.go_on() == 0
    row.refresh_from_db()
    assert (row.done, row.total, row.results) == (1, 1, {"too_little": 1})
    assert row.ended_at and row.lease_until is None
    assert "too little to learn from: 1" in page.get("/admin/inference/modeltraining/").text
    asked = signed_in(owner).post(PAGE, {"action": "train", "_selected_action": ["engagement"]})
    assert asked.status_code in (302, 403) and ModelTraining.objects.count() == 1


def test_a_training_whose_worker_died_goes_on_with_the_next_server(db, monkeypatch):
    asked = []
    monkeypatch.setattr(trainers, "servers", lambda: ["server-01", "server-02", "server-03"])

    def train(name, *, server):
        asked.append(server)
        if server == "server-01":
            raise KeyboardInterrupt
        raise RuntimeError("broken")

    monkeypatch.setattr(trainers, "train", train)
    orders.ask("churn", by="operator")
    with pytest.raises(KeyboardInterrupt):
        orders.go_on()
    assert orders.go_on() == 0, "its lease is not over"
    ModelTraining.objects.update(lease_until=timezone.now())
    assert orders.go_on() == 2
    row = ModelTraining.objects.get()
    assert asked == ["server-01", "server-02", "server-03"]
    assert row.results == {"failed": 2} and row.note and row.ended_at
