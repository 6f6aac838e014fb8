import pytest

from aiworld.errors import Unavailable
from inference.adapters.base import Folders
from inference.catalogue import EMBEDDER, MODELS
from inference.engine import Engine


@pytest.mark.parametrize("device", ["cuda", "abacus"])
def test_a_device_that_is_not_there_is_said_clearly(folders, device):
    elsewhere = Folders(models=folders.models, cache=folders.cache, device=device)
    engine = Engine(MODELS, elsewhere)
    try:
        with pytest.raises(Unavailable, match=f"{device}.*use-a-gpu"):
            engine.warm_up()
        assert engine.status()[EMBEDDER]["device"] == device
    finally:
        engine.close()
