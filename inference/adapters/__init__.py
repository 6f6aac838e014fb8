"""One adapter per kind of network; a row of the catalogue names its adapter by key."""

from __future__ import annotations

from collections.abc import Mapping

from inference.adapters.base import Adapter
from inference.adapters.classifier import Classifier
from inference.adapters.cross_encoder import CrossEncoder
from inference.adapters.elsewhere import Elsewhere
from inference.adapters.head import Head
from inference.adapters.learned import Learned
from inference.adapters.lingua import Lingua
from inference.adapters.sentence_encoder import SentenceEncoder
from inference.adapters.spacy_tagger import SpacyTagger
from inference.adapters.token_tagger import TokenTagger
from inference.adapters.untrained import NoNetwork
from inference.adapters.writer import Writer
from inference.adapters.zero_shot import ZeroShot

ADAPTERS: Mapping[str, type[Adapter]] = {
    "classifier": Classifier,
    "cross_encoder": CrossEncoder,
    "elsewhere": Elsewhere,
    "head": Head,
    "learned": Learned,
    "lingua": Lingua,
    "sentence_encoder": SentenceEncoder,
    "spacy": SpacyTagger,
    "token_tagger": TokenTagger,
    "untrained": NoNetwork,
    "writer": Writer,
    "zero_shot": ZeroShot,
}
