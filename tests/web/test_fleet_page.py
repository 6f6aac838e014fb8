"""The operator's page of the models."""

import pytest

from inference import fleet, predictions
from inference.catalogue import MODELS
from inference.models import MLModelCache
from tests.inference.conftest import address, engine, folders  # noqa: F401

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
