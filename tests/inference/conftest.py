from __future__ import annotations

import pytest

from inference import tokens
from inference.adapters.base import Folders
from inference.catalogue import MODELS
from inference.engine import Engine
from tests.inference.serving import serving
from tests.llm_endpoint import LLMEndpoint


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """One folder for all tests, so that the graph is built once."""
    path = tmp_path_factory.mktemp("models")
    return Folders(models=path, cache=path / "graphs")


@pytest.fixture(scope="session")
def engine(folders):
    engine = Engine(MODELS, folders)
    engine.warm_up()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def address(engine, tmp_path_factory):
    """Where an inference server answers."""
    with serving(engine, tmp_path_factory.mktemp("run") / "inference.sock") as address:
        yield address


@pytest.fixture
def llm():
    with LLMEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="session", autouse=True)
def vocabulary():
    """Reading it takes a second, which would fall into some test's deadline."""
    tokens.warm_up()
